import Foundation
import Testing

/// `headroom list schema` as an editor reads it.
@Suite struct SchemaTests {
  private let answer: Program.Answer
  private let root: [String: Any]

  init() throws {
    answer = try Program.run(["list", "schema"])
    root = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
  }

  /// All schemas in a schema, itself first.
  private func all(_ schema: [String: Any]) -> [[String: Any]] {
    var inside = (schema["properties"] as? [String: [String: Any]] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    for keyword in ["items", "additionalProperties"] { inside += [schema[keyword] as? [String: Any]].compactMap { $0 } }
    for keyword in ["anyOf", "oneOf"] { inside += schema[keyword] as? [[String: Any]] ?? [] }
    return [schema] + inside.flatMap(all)
  }

  @Test func `the schema is one document with a name, the same each time`() throws {
    #expect(answer.status == 0 && answer.errors.isEmpty && answer.output.hasSuffix("}\n"))
    #expect(root["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect(
      root["$id"] as? String == "urn:headroom:schema:scenario:v1" && root["title"] as? String == "Headroom scenario")
    #expect(root["required"] as? [String] == ["apiVersion", "kind"])
    let again = try Program.run(["list", "schema", "--format", "json", "--color", "always"])
    #expect(again.output == answer.output)
  }

  @Test func `the schema says only what it means`() {
    let keywords: Set = [
      "$schema", "$id", "title", "description", "type", "enum", "pattern", "minimum", "exclusiveMinimum", "maximum",
      "items", "properties", "required", "propertyNames", "additionalProperties", "anyOf", "oneOf", "default",
      "examples",
    ]
    let schemas = all(root)
    #expect(schemas.count > 200)
    for schema in schemas {
      #expect(Set(schema.keys).subtracting(keywords).isEmpty)
      if schema["properties"] != nil { #expect(schema["additionalProperties"] as? Bool == false) }
      for property in schema["properties"] as? [String: [String: Any]] ?? [:] {
        #expect((property.value["description"] as? String)?.isEmpty == false, "\(property.key)")
      }
      if let pattern = schema["pattern"] as? String { #expect(throws: Never.self) { try Regex(pattern) } }
    }
  }

  @Test func `ranges, forms, words and defaults are written`() throws {
    func at(_ path: [String]) throws -> NSDictionary {
      try #require(path.reduce(root as Any?) { ($0 as? [String: Any])?[$1] } as? NSDictionary, "\(path)")
    }
    let cluster = ["properties", "cluster", "properties"]
    let pool = cluster + ["nodePools", "items", "properties"]
    let network = try at(cluster + ["migrationNetwork", "properties", "mtu"])
    #expect(network["type"] as? [String] == ["integer", "null"] && network["default"] as? Int == 1500)
    #expect(network["minimum"] as? Int == 576 && network["maximum"] as? Int == 65_535)
    let cpu = try at(pool + ["node", "properties", "cpu"])
    #expect(cpu["exclusiveMinimum"] as? Int == 0 && cpu["examples"] as? [Int] == [32])
    #expect((cpu["pattern"] as? String)?.contains("Ki|Mi|Gi") == true)
    #expect(try at(pool + ["labels", "additionalProperties"])["type"] as? [String] != nil)
    #expect(try at(pool + ["node"])["required"] as? [String] == ["cpu", "memory"])
    let placement = try #require(try at(cluster + ["initialPlacement"])["anyOf"] as? [[String: Any]])
    #expect(placement.first?["enum"] as? [String] == ["scheduler", "packed", "random"])
    let variant = try at(["properties", "variants", "items", "properties", "set", "propertyNames", "not"])
    #expect((variant["enum"] as? [String])?.contains("seed") == true)
  }

  @Test func `each balancer has a schema with its own parameters`() throws {
    let list = try Program.run(["list", "balancers", "--format", "json"])
    let document = try #require(try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [String: Any])
    let schemas = all(root)
    for balancer in try #require(document["balancers"] as? [[String: Any]]) {
      let name = try #require(balancer["name"] as? String)
      let own = schemas.compactMap { $0["properties"] as? [String: [String: Any]] }
        .first { $0["name"]?["enum"] as? [String] == [name] && $0["every"] != nil }
      let properties = try #require(own, "\(name)")
      for parameter in balancer["parameters"] as? [[String: Any]] ?? [] {
        let steps = (parameter["name"] as? String ?? "").split(separator: ".").map(String.init)
        var level: [String: [String: Any]]? = properties
        for step in steps.dropLast() { level = level?[step]?["properties"] as? [String: [String: Any]] }
        #expect(level?[steps.last ?? ""] != nil, "\(name): \(steps)")
      }
    }
  }
}
