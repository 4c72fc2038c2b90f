import Balancing
import EventKernel
import InputFormats
import SimulationEngine
import Testing

/// Files that live in a test's text, in place of a disk.
struct TestFiles {
  var files: [String: String] = [:]

  var source: FileSource {
    let files = files
    return FileSource(
      read: { path throws(FileReadError) in
        guard let text = files[path] else { throw FileReadError("no such file") }
        return Array(text.utf8)
      },
      list: { path in
        let path = path.hasSuffix("/") ? String(path.dropLast()) : path
        var children: [String: Bool] = [:]
        for name in files.keys where name.hasPrefix(path + "/") {
          let rest = name.dropFirst(path.count + 1).split(separator: "/")
          children[String(rest[0])] = rest.count > 1
        }
        return children.isEmpty ? nil : children.map { FileSource.Entry(name: $0.key, isFolder: $0.value) }
      })
  }

  /// Balancers and metrics of the tests' own, so that the catalogues may change.
  static let vocabulary = ScenarioVocabulary(
    balancers: [
      BalancerDefinition(name: "none", summary: "", source: "", make: { _ in Idle() }),
      BalancerDefinition(
        name: "low-node-utilization", summary: "", source: "",
        parameters: [
          ParameterDefinition("targetThresholds.cpu", .percent, default: 50, in: 0...100, ""),
          ParameterDefinition("targetThresholds.memory", .percent, default: 50, in: 0...100, ""),
          ParameterDefinition("limit", .integer, default: nil, in: 1...10, ""),
          ParameterDefinition("mode", .choice(["usage", "requests"]), default: 0, ""),
          ParameterDefinition("patience", .duration, default: 60, in: 0...3600, ""),
          ParameterDefinition("strict", .boolean, default: 0, ""),
        ], make: { _ in Idle() }),
    ],
    metrics: [
      .init(name: "headroom.request.memory.min", unit: .share), .init(name: "downtime.pause.p99", unit: .seconds),
      .init(name: "skew.cpu.stddev.mean", unit: .ratio), .init(name: "migrations.bytes", unit: .bytes),
    ], workloadTypes: ["general-purpose", "database"])

  /// Reads a scenario; one without errors must also follow the JSON Schema.
  func read(_ path: String = "s.yaml", _ overrides: [String] = []) -> ScenarioReader.Reading {
    let reading = ScenarioReader(vocabulary: Self.vocabulary, source: source).read(paths: [path], overrides: overrides)
    if !reading.variants.isEmpty, overrides.isEmpty, let text = files[path], text.hasPrefix("apiVersion: headroom") {
      #expect(SchemaChecker(Self.vocabulary).complaints(text) == [], "\(path)")
    }
    return reading
  }

  func read(_ paths: [String]) -> ScenarioReader.Reading {
    ScenarioReader(vocabulary: Self.vocabulary, source: source).read(paths: paths)
  }

  func validate(_ path: String) -> FileVerdict {
    Validation(vocabulary: Self.vocabulary, source: source).verdict(of: path)
  }

  private struct Idle: Balancer {
    mutating func plan(_ seen: borrowing Observation, random: inout RandomStream) -> MigrationPlan { MigrationPlan() }
  }
}

extension [Diagnostic] {
  /// `error S001 3:5 message`, one a line, as the tests compare them.
  var lines: [String] {
    map { diagnostic in
      let position = diagnostic.position.map { "\($0.line):\($0.column)" } ?? "-"
      return "\(diagnostic.severity.rawValue) \(diagnostic.code) \(position) \(diagnostic.message)"
        + (diagnostic.help.map { " | \($0)" } ?? "")
    }
  }
}
