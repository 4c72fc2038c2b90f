import ClusterModel
import SimulationEngine
import Testing

@testable import InputFormats

/// What `import` writes, as the tests look at it.
struct Imported {
  var yaml: String
  var json: String
  var output: ScenarioImport.Output
  var lines: [String]

  /// The text read as a scenario.
  func scenario(_ path: String = "imported.yaml") throws -> Scenario {
    let reading = TestFiles(files: [path: path.hasSuffix("json") ? json : yaml]).read(path)
    return try #require(reading.scenario, "\(reading.diagnostics.lines)\n\(yaml)")
  }
}

extension TestFiles {
  func importing(
    _ paths: [String], name: String? = nil, isAnonymous: Bool = false
  ) throws -> Imported {
    let (output, diagnostics) = ScenarioImport(vocabulary: Self.vocabulary, source: source).read(
      paths: paths, name: name, isAnonymous: isAnonymous)
    let written = try #require(output, "\(diagnostics.lines)")
    return Imported(yaml: written.yaml, json: written.json, output: written, lines: diagnostics.lines)
  }
}

extension Scenario {
  /// Writes a cluster's dumped part as a scenario.
  static func text(of cluster: ClusterSpecification, head: String = "") -> String {
    let inventory = InventoryWriter(cluster: cluster).document
    let document = DocumentValue.mapping([
      ("apiVersion", .text("headroom/v1")), ("kind", .text("Scenario")),
      ("cluster", .mapping([("inventory", inventory)])),
    ])
    return document.node.map { SyntaxWriter.yaml([$0], style: .numbersOnOneLine) + head } ?? ""
  }
}
