package import CapacityPlanning

/// What a report lays out.
package struct ReportSubject: Sendable {
  package var comparison: Comparison
  package var tool: ToolVersion
  /// True for `compare`: comparisons and ranking belong to the answer even with one balancer.
  package var isComparison: Bool

  package init(_ comparison: Comparison, tool: ToolVersion, isComparison: Bool) {
    self.comparison = comparison
    self.tool = tool
    self.isComparison = isComparison
  }
}

/// How wide and how colourful; only the terminal report looks at it.
package struct ReportStyle: Sendable {
  package var width: Int
  package var color: Bool

  package init(width: Int = 100, color: Bool = false) {
    self.width = width
    self.color = color
  }
}

/// One output format.
package struct ReportDefinition: Sendable {
  package var name: String
  package var summary: String
  /// File endings that choose the format when `--output` is given without `--format`.
  package var fileExtensions: [String]
  /// The whole answer as text, ended by a newline.
  package var render: @Sendable (ReportSubject, ReportStyle) -> String

  package init(
    name: String, summary: String, fileExtensions: [String] = [],
    render: @escaping @Sendable (ReportSubject, ReportStyle) -> String
  ) {
    self.name = name
    self.summary = summary
    self.fileExtensions = fileExtensions
    self.render = render
  }
}

/// Every output format of an experiment; `--format`, help and completions iterate this list.
package enum ReportCatalog {
  package static let all: [ReportDefinition] = [
    TerminalReport.definition,
    JSONReport.definition,
    CSVReport.definition,
    MarkdownReport.definition,
  ]

  package static func named(_ name: String) -> ReportDefinition? { all.first { $0.name == name } }

  /// The format for a file name, by its ending.
  package static func forFile(_ path: String) -> ReportDefinition? {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    let ending = path[path.index(after: dot)...].lowercased()
    return all.first { $0.fileExtensions.contains(ending) }
  }
}
