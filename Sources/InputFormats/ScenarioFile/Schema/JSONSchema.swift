/// A JSON Schema of draft 2020-12, with the keywords that the keys of a scenario need.
///
/// A keyword without a value is left out. Numbers and patterns limit only values of their type, as the draft says, so
/// one schema with two types may have both.
package struct JSONSchema: Sendable {
  package indirect enum AdditionalProperties: Sendable {
    case anything, nothing
    case each(JSONSchema)
  }

  package struct Property: Sendable {
    package var name: String
    package var schema: JSONSchema
  }

  package var title: String?
  package var description: String?
  package var types: [String] = []
  /// `enum`.
  package var words: [String] = []
  package var pattern: String?
  package var minimum: Double?
  package var exclusiveMinimum: Double?
  package var maximum: Double?
  /// Of an array: none, or the one schema of all elements.
  package var items: [JSONSchema] = []
  package var properties: [Property] = []
  package var required: [String] = []
  package var additionalProperties = AdditionalProperties.anything
  /// Names that no property may have.
  package var forbiddenNames: [String] = []
  package var anyOf: [JSONSchema] = []
  package var oneOf: [JSONSchema] = []
  package var defaultValue: SyntaxNode?
  package var examples: [SyntaxNode] = []
}
