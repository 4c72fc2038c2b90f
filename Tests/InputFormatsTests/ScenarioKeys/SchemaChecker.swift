@testable import InputFormats

/// Checks values against the keywords that `JSONSchema` has, as draft 2020-12 defines them.
final class SchemaChecker {
  private let schema: JSONSchema
  private var patterns: [String: Regex<AnyRegexOutput>] = [:]

  init(_ vocabulary: ScenarioVocabulary = .standard) { schema = ScenarioSchema.schema(vocabulary) }

  /// What the schema has against the first document of a text; nil for a text that is no document.
  func complaints(_ text: String) -> [String]? {
    let read = SyntaxReader.read(SourceFile(path: "s.yaml", bytes: Array(text.utf8)))
    return read.documents.first.map { complaints($0.root, schema, at: "") }
  }

  private func complaints(_ node: SyntaxNode, _ schema: JSONSchema, at path: String) -> [String] {
    var result: [String] = []
    func expect(_ holds: Bool, _ keyword: String) { if !holds { result.append("\(path): \(keyword)") } }
    expect(schema.types.isEmpty || schema.types.contains { Self.isOf($0, node) }, "type")
    expect(schema.words.isEmpty || (node.kind == .string && schema.words.contains(node.text ?? "")), "enum")
    if let number = node.double {
      expect(number >= schema.minimum ?? number, "minimum")
      expect(schema.exclusiveMinimum.map { number > $0 } ?? true, "exclusiveMinimum")
      expect(number <= schema.maximum ?? number, "maximum")
    }
    if node.kind == .string, let pattern = schema.pattern { expect(matches(pattern, node.text ?? ""), "pattern") }
    for (index, element) in node.elements.enumerated() {
      for items in schema.items { result += complaints(element, items, at: "\(path)[\(index)]") }
    }
    if node.kind == .mapping { result += members(node, schema, at: path) }
    if !schema.anyOf.isEmpty { expect(count(schema.anyOf, node) > 0, "anyOf") }
    if !schema.oneOf.isEmpty { expect(count(schema.oneOf, node) == 1, "oneOf") }
    return result
  }

  private func members(_ node: SyntaxNode, _ schema: JSONSchema, at path: String) -> [String] {
    var result = schema.required.filter { node[$0] == nil }.map { "\(path): required \($0)" }
    for entry in node.entries {
      let name = entry.key.text ?? ""
      if schema.forbiddenNames.contains(name) { result.append("\(path).\(name): propertyNames") }
      if let property = schema.properties.first(where: { $0.name == name }) {
        result += complaints(entry.value, property.schema, at: "\(path).\(name)")
        continue
      }
      switch schema.additionalProperties {
      case .anything: break
      case .nothing: result.append("\(path).\(name): additionalProperties")
      case .each(let other): result += complaints(entry.value, other, at: "\(path).\(name)")
      }
    }
    return result
  }

  private func count(_ schemas: [JSONSchema], _ node: SyntaxNode) -> Int {
    schemas.filter { complaints(node, $0, at: "").isEmpty }.count
  }

  private func matches(_ pattern: String, _ text: String) -> Bool {
    if let known = patterns[pattern] { return text.firstMatch(of: known) != nil }
    guard let regex = try? Regex(pattern) else { return false }
    patterns[pattern] = regex
    return text.firstMatch(of: regex) != nil
  }

  private static func isOf(_ type: String, _ node: SyntaxNode) -> Bool {
    switch (type, node.kind) {
    case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .sequence), ("object", .mapping): true
    case ("integer", .integer), ("number", .integer), ("number", .float): true
    case ("integer", .float): node.double.map { $0 == $0.rounded() } ?? false
    default: false
    }
  }
}
