import ClusterModel

/// What the API server asks of terms beyond the kinds of their keys.
enum PlacementRules {
  /// Gt and Lt compare with one whole number, In and NotIn with at least one text, the others with none.
  static func expression(_ field: Field, _ node: SyntaxNode) {
    guard let sign = node["operator"]?.present else { return }
    let values = node["values"].map { $0.kind == .sequence ? Array($0.elements) : [] } ?? []
    switch sign {
    case "Exists", "DoesNotExist":
      guard !values.isEmpty else { return }
      field.fail(
        .contradiction, "operator '\(sign)' compares with nothing and takes no 'values'", at: node["values"],
        help: "remove 'values'")
    case "Gt", "Lt":
      guard needsValues(field, node, values, sign, "add values: [\"4\"]") else { return }
      let text = values[0].present ?? ""
      if values.count > 1 {
        field.fail(
          .outOfRange, "operator '\(sign)' compares with one whole number, found \(values.count) values",
          at: node["values"], help: "write values: [\"4\"]")
      } else if Int64(text) == nil {
        field.fail(
          .outOfRange, "operator '\(sign)' compares with a whole number, found '\(values[0].shortText)'", at: values[0],
          help: "write values: [\"4\"]")
      }
    default: _ = needsValues(field, node, values, sign, "add values: [a, b]")
    }
  }

  private static func needsValues(
    _ field: Field, _ node: SyntaxNode, _ values: [SyntaxNode], _ sign: String, _ help: String
  ) -> Bool {
    if values.isEmpty { field.fail(.missingKey, "operator '\(sign)' needs 'values'", at: node["values"], help: help) }
    return !values.isEmpty
  }

  /// `matchFields` knows one field, and that with one value.
  static func nodeField(_ field: Field, _ node: SyntaxNode) {
    guard let values = node["values"], values.kind == .sequence, values.count != 1 else { return }
    field.fail(
      .outOfRange, "'matchFields' compares with the name of one node, found \(values.count)", at: values,
      help: "write values: [worker-1], with a term for each node")
  }

  static func podTerm(_ field: Field, _ node: SyntaxNode) { topologyKey(field, node, "kubernetes.io/hostname") }

  static func spread(_ field: Field, _ node: SyntaxNode) {
    topologyKey(field, node, "topology.kubernetes.io/zone")
    guard node["whenUnsatisfiable"]?.text == "ScheduleAnyway", let least = node["minDomains"], least.kind != .null
    else {
      return
    }
    field.fail(.contradiction, "'minDomains' works only with DoNotSchedule", at: least, help: "remove 'minDomains'")
  }

  private static func topologyKey(_ field: Field, _ node: SyntaxNode, _ example: String) {
    guard let key = node["topologyKey"], key.present?.isEmpty == true else { return }
    field.fail(.outOfRange, "'topologyKey' is empty", at: key, help: "write topologyKey: \(example)")
  }
}

extension Field {
  /// Points at a part of the value, or at the value where overrides have made it.
  func fail(_ code: DiagnosticCode, _ message: String, at part: SyntaxNode?, help: String) {
    session.report(.error, code, message, at: overrides.isEmpty ? part ?? anchor : anchor, help: help)
  }
}
