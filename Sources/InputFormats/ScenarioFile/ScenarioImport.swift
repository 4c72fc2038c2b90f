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
    guard let base = reading.base else { return (nil, reading.diagnostics) }
    var scenario = base.scenario
    if base.root == nil, let first = paths.first { scenario.name = Self.stem(of: first) }
    var document = ScenarioDocument(base, named: name ?? scenario.name).document(
      variants: Array(zip(reading.variants, reading.installed)))
    var replaced: [(kind: String, count: Int)] = []
    if isAnonymous {
      let names = Anonymizer(document)
      document = names.document(named: name)
      replaced = names.counts
    }
    guard let root = document.node else { return (nil, reading.diagnostics) }
    let cluster = ClusterBuilder(scenario.cluster)
    let output = Output(
      root: root, nodeCount: cluster.inventory.nodes.count, machineCount: cluster.inventory.machines.count,
      podCount: cluster.inventory.pods.count, replayingCount: cluster.settings.count { $0.trace != nil },
      headline: headline(paths, base.root?.file, isAnonymous: isAnonymous), replaced: replaced)
    return (output, reading.diagnostics)
  }

  /// What the file is and where it comes from; a file that says so already goes on saying it.
  private func headline(_ paths: [String], _ scenario: SourceFile?, isAnonymous: Bool) -> String {
    if isAnonymous { return Self.headlineStart + "; names are replaced" }
    if paths.count == 1, let scenario, scenario.path == paths[0] {
      let line = String(decoding: scenario.bytes.prefix(4096).prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
      if line.hasPrefix("# " + Self.headlineStart) { return String(line.dropFirst(2)) }
    }
    let names = paths.map { $0 == "-" ? "standard input" : VisibleText.escaped($0) }
    return Self.headlineStart + ", imported from " + names.joined(separator: ", ")
  }

  /// `october` of `dumps/october.json.gz` and of `october/`.
  private static func stem(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file.split(separator: ".").first.map(String.init) ?? ""
    return stem.isEmpty || stem == "-" ? "cluster" : stem
  }
}
