import CapacityPlanning
import ClusterModel
import Reports
import SimulationEngine
import Testing

@Suite struct CSVReportTests {
  private func rows(_ subject: ReportSubject) throws -> [[String]] {
    parse(try #require(ReportCatalog.named("csv")).render(subject, ReportStyle()))
  }

  /// RFC 4180 without mercy.
  private func parse(_ text: String) -> [[String]] {
    var rows: [[String]] = [[""]]
    var isQuoted = false
    var previous: Character = " "
    for character in text {
      let (row, column) = (rows.count - 1, rows[rows.count - 1].count - 1)
      switch character {
      case "\"":
        if isQuoted { previous = "\""; isQuoted = false; continue }
        if previous == "\"" { rows[row][column].append("\"") }
        isQuoted = true
        previous = " "
        continue
      case "," where !isQuoted: rows[row].append("")
      case "\n" where !isQuoted: rows.append([""])
      default: rows[row][column].append(character)
      }
      previous = character
    }
    return rows.dropLast()
  }

  @Test func `there is a row for each balancer metric and replication`() throws {
    let rows = try rows(FakeSubject.make())
    #expect(
      rows[0].joined(separator: ",")
        == "scenario,scenarioHash,seed,version,balancer,replication,metric,unit,direction,value")
    // 11 metrics × 10 replications × 3 balancers, less the p99 of no pauses.
    #expect(rows.count == 1 + (11 * 3 - 1) * 10)
    #expect(rows.allSatisfy { $0.count == 10 })
    #expect(rows[1][6] == "headroom.usage.cpu.mean" && Double(rows[1][9]) != nil)
  }

  @Test func `no field is a formula`() throws {
    for row in try rows(FakeSubject.hostile()) {
      #expect(row.count == 10)
      for field in row.prefix(9) {
        let first = field.first { $0 != " " }
        #expect(first.map { !"=+-@".contains($0) } ?? true, "\(field.prefix(20))")
      }
    }
  }
}

@Suite struct MarkdownReportTests {
  private func text(_ subject: ReportSubject) throws -> String {
    try #require(ReportCatalog.named("markdown")).render(subject, ReportStyle())
  }

  @Test func `the summary starts with the verdict and the gates`() throws {
    let text = try text(FakeSubject.make())
    #expect(text.hasPrefix("## Headroom: october-what-if\n\n**greedy-variance is best by CPU skew.**\n"))
    #expect(text.contains("### Gates: 1 of 4 failed"))
    #expect(text.contains("| metric | none | low-node-utilization | greedy-variance |\n|---|---:|---:|---:|\n"))
  }

  @Test func `no line begins a list and no name becomes a link`() throws {
    var experiment = FakeSubject.experiment(labels: ["none", "- a WWW.example.org", "1. b HTTP://x mailto:a"])
    experiment.scenarioName = "    - code"
    let text = try text(FakeSubject.make(experiment))
    let lines = text.split(separator: "\n")
    #expect(!lines.contains { $0.hasPrefix("- a") || $0.hasPrefix("1. ") || $0.hasPrefix("    ") })
    #expect(
      lines.contains { $0.hasPrefix("\\- a WWW&#46;example.org ") } && lines.contains { $0.hasPrefix("\\- code") })
    #expect(lines.contains { $0.hasPrefix("1\\. b HTTP&#58;//x mailto&#58;a ") })
  }

  @Test func `hostile names stay text and tables keep their shape`() throws {
    let text = try text(FakeSubject.hostile())
    #expect(!text.contains("<script") && !text.contains("[x]") && !text.contains("@team"))
    #expect(!text.unicodeScalars.contains { $0 != "\n" && VisibleText.isHidden($0) })
    let columns = 2 + FakeSubject.hostileNames.count
    let rows = text.split(separator: "\n").drop { !$0.hasPrefix("| metric") }.prefix { $0.hasPrefix("|") }
    #expect(rows.count > 5)
    for row in rows {
      var bars = 0
      var previous: Character = " "
      for character in row {
        if character == "|", previous != "\\" { bars += 1 }
        previous = character
      }
      #expect(bars == columns + 1)
    }
  }
}

@Suite struct ReportCatalogTests {
  @Test func `every format ends its answer with one newline and has a name of its own`() {
    #expect(Set(ReportCatalog.all.map(\.name)).count == ReportCatalog.all.count)
    for report in ReportCatalog.all {
      let text = report.render(FakeSubject.make(), ReportStyle())
      #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"), "\(report.name)")
    }
  }

  @Test func `the ending of a file chooses the format`() {
    #expect(ReportCatalog.forFile("out/summary.MD")?.name == "markdown")
    #expect(ReportCatalog.forFile("a.json")?.name == "json")
    #expect(ReportCatalog.forFile("a") == nil)
  }
}
