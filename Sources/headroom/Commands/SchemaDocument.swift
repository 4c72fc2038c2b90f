import InputFormats
import Reports

/// A JSON Schema as a document: what the value is first, what it means last.
enum SchemaDocument {
  static func document(_ schema: JSONSchema, identifier: String) -> JSONValue {
    guard case .members(let members) = value(schema) else { return .null }
    let head: [JSONValue.Member] = [
      .init("$schema", .string("https://json-schema.org/draft/2020-12/schema")), .init("$id", .string(identifier)),
    ]
    return .members(head + members)
  }

  private static func value(_ schema: JSONSchema) -> JSONValue {
    let members: [(String, JSONValue?)] = [
      ("title", schema.title.map { .string($0) }),
      ("description", schema.description.map { .string($0) }),
      ("type", schema.types.count == 1 ? .string(schema.types[0]) : texts(schema.types)),
      ("enum", texts(schema.words)),
      ("pattern", schema.pattern.map { .string($0) }),
      ("minimum", .optional(schema.minimum)),
      ("exclusiveMinimum", .optional(schema.exclusiveMinimum)),
      ("maximum", .optional(schema.maximum)),
      ("items", schema.items.first.map(value)),
      (
        "properties",
        schema.properties.isEmpty ? nil : .members(schema.properties.map { .init($0.name, value($0.schema)) })
      ),
      ("required", texts(schema.required)),
      ("propertyNames", texts(schema.forbiddenNames).map { .object([("not", .object([("enum", $0)]))]) }),
      ("additionalProperties", additional(schema.additionalProperties)),
      ("anyOf", list(schema.anyOf)),
      ("oneOf", list(schema.oneOf)),
      ("default", schema.defaultValue.map(literal)),
      ("examples", schema.examples.isEmpty ? nil : .array(schema.examples.map(literal))),
    ]
    return .members(members.compactMap { name, value in value.map { .init(name, $0) } })
  }

  private static func additional(_ properties: JSONSchema.AdditionalProperties) -> JSONValue? {
    switch properties {
    case .anything: nil
    case .nothing: .bool(false)
    case .each(let schema): value(schema)
    }
  }

  private static func texts(_ words: [String]) -> JSONValue? { words.isEmpty ? nil : .array(words.map { .string($0) }) }

  private static func list(_ schemas: [JSONSchema]) -> JSONValue? {
    schemas.isEmpty ? nil : .array(schemas.map(value))
  }

  /// A default or an example.
  private static func literal(_ node: SyntaxNode) -> JSONValue {
    switch node.kind {
    case .null: .null
    case .bool: .bool(node.bool ?? false)
    case .integer: node.integer.map { .integer($0) } ?? .string(node.text ?? "")
    case .float: node.double.map { .number($0) } ?? .string(node.text ?? "")
    case .string: .string(node.text ?? "")
    case .sequence: .array(node.elements.map(literal))
    case .mapping: .members(node.entries.map { .init($0.key.text ?? "", literal($0.value)) })
    }
  }
}
