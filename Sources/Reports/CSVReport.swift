import CapacityPlanning
import SimulationEngine

/// One row for each balancer, metric and replication (RFC 4180), for spreadsheets and data frames.
///
/// Numbers are whole and unrounded; a replication without a value has an empty field.
enum CSVReport {
  static let definition = ReportDefinition(
    name: "csv", summary: "for spreadsheets: one row a balancer, metric and replication", fileExtensions: ["csv"]
  ) { subject, _ in text(subject) }

  static func text(_ subject: ReportSubject) -> String {
    let comparison = subject.comparison
    let experiment = comparison.experiment
    var output =
      "scenario,scenarioHash,seed,version,balancer,replication,metric,unit,direction,value\n"
    let head = [
      field(experiment.scenarioName), field(experiment.scenarioHash), String(experiment.seed),
      field(subject.tool.version),
    ].joined(separator: ",")
    for contestant in comparison.contestants {
      for (index, definition) in comparison.definitions.enumerated() {
        guard let summary = contestant.metric(index) else { continue }
        for (replication, value) in summary.samples.enumerated() {
          output += head + "," + field(contestant.label) + ",\(replication)," + field(definition.name) + ","
          output += field(definition.unit.rawValue) + "," + definition.direction.rawValue + ","
          output += (value.map { "\($0)" } ?? "") + "\n"
        }
      }
    }
    return output
  }

  /// Quoted where needed; text that a spreadsheet would take for a formula starts with an apostrophe.
  static func field(_ text: String) -> String {
    var text = TerminalText.escaped(text)
    let first = text.unicodeScalars.first { $0 != " " }
    if let first, "=+-@＝＋－＠".unicodeScalars.contains(first) { text = "'" + text }
    guard text.unicodeScalars.contains(where: { ",\";'".unicodeScalars.contains($0) || $0 == " " }) else { return text }
    var quoted = "\""
    for character in text.unicodeScalars {
      quoted.unicodeScalars.append(character)
      if character == "\"" { quoted += "\"" }
    }
    return quoted + "\""
  }
}
