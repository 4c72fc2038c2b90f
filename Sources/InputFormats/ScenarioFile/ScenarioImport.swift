import ClusterModel
import SimulationEngine

/// Turns dumps, inventories, traces and a scenario into one scenario that stands alone.
///
/// Reading the result gives the same cluster, and reading and writing it again the same text. A scenario keeps its own
/// document; files that it names are read and stand in it.
package struct ScenarioImport {
  package struct Output: Sendable {
    /// The scenario's document.
    package var root: SyntaxNode
    package var nodeCount: Int
    package var machineCount: Int
    package var podCount: Int
    /// Machines that replay a row of a trace.
    package var replayingCount: Int
    /// One line for the head of the file, without the sign of a comment.
    package var headline: String
    /// What was renamed, by kind; empty where names are kept.
    package var replaced: [(kind: String, count: Int)] = []

    /// With the headline as a comment.
    package var yaml: String { "# \(headline)\n" + SyntaxWriter.yaml([root], style: .numbersOnOneLine) }
    package var json: String { SyntaxWriter.json(root) + "\n" }
  }

  /// Begins the head of every file that is written, so that reading one again keeps its head.
  static let headlineStart = "Headroom scenario that needs no other file"

  private let vocabulary: ScenarioVocabulary
  private let source: FileSource

  package init(vocabulary: ScenarioVocabulary, source: FileSource) {
    self.vocabulary = vocabulary
    self.source = source
  }

  /// - Parameters:
  ///   - name: of the scenario, in place of its own or of the first file's.
  ///   - isAnonymous: whether names of the cluster are replaced.
  /// - Returns: no output when there is an error among the diagnostics.
  package func read(
    paths: [String], name: String? = nil, isAnonymous: Bool = false
  ) -> (output: Output?, diagnostics: [Diagnostic]) {
    let reading = ScenarioReader(vocabulary: vocabulary, source: source, isRun: false).read(paths: paths)
    guard let base = reading.base else { return failure(reading.diagnostics) }
    var scenario = base.scenario
    if base.root == nil, let first = paths.first { scenario.name = Self.stem(of: first) }
    var written: DocumentValue?
    if let root = base.root {
      var document = DocumentReading(fileBytes: root.file.bytes.count)
      written = document.value(root, as: .section(ScenarioKeys.section))
      if let place = document.overrun { return failure(reading.diagnostics + [Self.isTooLong(place)]) }
    }
    var document = ScenarioDocument(base, written: written, named: name ?? scenario.name).document(
      variants: Array(zip(reading.variants, reading.installed)))
    var replaced: [(kind: String, count: Int)] = []
    if isAnonymous {
      let names = Anonymizer(document)
      document = names.document(named: name)
      replaced = names.counts
    }
    guard let root = document.node else { return failure(reading.diagnostics) }
    let cluster = ClusterBuilder(scenario.cluster)
    let output = Output(
      root: root, nodeCount: cluster.inventory.nodes.count, machineCount: cluster.inventory.machines.count,
      podCount: cluster.inventory.pods.count, replayingCount: cluster.settings.count { $0.trace != nil },
      headline: headline(paths, base.root?.file, isAnonymous: isAnonymous), replaced: replaced)
    return (output, reading.diagnostics)
  }

  /// No output, and never without an error that says so.
  private func failure(_ diagnostics: [Diagnostic]) -> (output: Output?, diagnostics: [Diagnostic]) {
    if diagnostics.contains(where: { $0.severity == .error }) { return (nil, diagnostics) }
    let error = Diagnostic(
      severity: .error, code: DiagnosticCode.nothingInside.rawValue,
      message: "there is nothing in these files that a scenario could be made of")
    return (nil, diagnostics + [error])
  }

  private static func isTooLong(_ place: SyntaxNode) -> Diagnostic {
    Diagnostic(
      severity: .error, code: DiagnosticCode.outOfRange.rawValue,
      message: "written out in full, what the aliases of this file stand for is too long", file: place.file,
      range: place.range, help: "use fewer aliases of aliases (*name)")
  }

  /// What the file is and where it comes from; a file that says so already goes on saying it.
  private func headline(_ paths: [String], _ scenario: SourceFile?, isAnonymous: Bool) -> String {
    if isAnonymous { return Self.headlineStart + "; names are replaced" }
    if paths.count == 1, let scenario, scenario.path == paths[0] {
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      let bytes = scenario.bytes.starts(with: mark) ? scenario.bytes.dropFirst(3) : scenario.bytes[...]
      let line = String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
      if line.hasPrefix("# " + Self.headlineStart) { return String(line.dropFirst(2)) }
    }
    var names = paths.prefix(5).map { $0 == "-" ? "standard input" : VisibleText.escaped($0) }
    let rest = paths.count - names.count
    if rest > 0 { names.append("… and \(rest) more file\(rest == 1 ? "" : "s")") }
    return Self.headlineStart + ", imported from " + names.joined(separator: ", ")
  }

  /// `october` of `dumps/october.json.gz` and of `october/`.
  private static func stem(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file.split(separator: ".").first.map(String.init) ?? ""
    return stem.isEmpty || stem == "-" ? "cluster" : stem
  }
}
