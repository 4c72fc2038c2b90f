/// `variants`: what-ifs of one scenario, each a name and the keys it sets.
///
/// A path is written as for `--set`, and its value goes through the same decoder, so a mistake is reported where it
/// stands in the file. Variants share seed, replications and gates: their runs are paired.
struct VariantSection {
  struct Variant {
    var name: String
    var overrides: [Override]
  }

  let session: DecodingSession

  func decode(_ field: Field) -> [Variant] {
    var variants: [Variant] = []
    for item in field.items() ?? [] {
      guard var mapping = item.mapping(VariantKeys.section, "variant") else { continue }
      let name = mapping.value(VariantKeys.name)
      let overrides = mapping.field(VariantKeys.set).map(overrides) ?? []
      mapping.finish()
      guard let name else { continue }
      if variants.contains(where: { $0.name == name }) {
        item.fail(.duplicateName, "two variants are called '\(name)'", help: "give each variant its own name")
      }
      variants.append(Variant(name: name, overrides: overrides))
    }
    return variants
  }

  private func overrides(_ field: Field) -> [Override] {
    guard let node = field.node, node.kind == .mapping else {
      field.fail(.wrongType, "'set' must be a mapping of paths to values", help: "write set: { horizon: 2d }")
      return []
    }
    var result: [Override] = []
    for entry in node.entries {
      let path = (entry.key.text ?? "").split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      if path.contains("") {
        session.report(
          .error, .badOverride, "'\(entry.key.shortText)' is not a path", at: entry.key, help: "write path.to.key")
      } else if ScenarioKeys.sharedByVariants.contains(path[0]) {
        session.report(
          .error, .contradiction, "a variant cannot set '\(path[0])': all variants share it", at: entry.key,
          help: "set it at the top of the scenario")
      } else {
        let index = session.usedOverrides.count
        session.usedOverrides.append(false)
        result.append(
          Override(
            path: path, text: path.joined(separator: "."), node: entry.value, index: index, origin: "variant key"))
      }
    }
    return result
  }
}
