import Balancing
import EventKernel
import LiveMigration
package import SimulationEngine

/// Reads what a command calls a scenario or a cluster: one Headroom file, Kubernetes dumps, or both.
package struct ScenarioReader {
  /// What came out; there are no variants when there is an error among the diagnostics.
  package struct Reading: Sendable {
    /// At least one; a scenario without `variants` is the only one, without a name.
    package var variants: [ScenarioVariant]
    /// The first variant.
    package var scenario: Scenario? { variants.first?.scenario }
    package var diagnostics: [Diagnostic]
    /// What `ScenarioHash` takes when balancers are chosen after reading.
    package var inputsHash = ""
    /// The scenario without any variant; nil after an error.
    var base: DecodedScenario?
    /// What dumped installations say, by variant.
    var installed: [ClusterConfiguration] = []
  }

  /// A scenario with what only its writer needs to know.
  struct DecodedScenario: Sendable {
    var scenario: Scenario
    /// The scenario's document; nil where only dumps were given.
    var root: SyntaxNode?
    /// What a dumped installation says.
    var installed: ClusterConfiguration
    /// Whether files beside the scenario add to its cluster.
    var hasDumps: Bool
  }

  /// What `horizon` and `replications` may be.
  package static let horizonSeconds = 1.0...315_576_000
  package static let replications: ClosedRange<Int64> = 1...100_000

  package let vocabulary: ScenarioVocabulary
  let source: FileSource
  /// Whether the scenario will be run, so that a dump without one is told the defaults.
  let isRun: Bool

  package init(vocabulary: ScenarioVocabulary, source: FileSource, isRun: Bool = true) {
    self.vocabulary = vocabulary
    self.source = source
    self.isRun = isRun
  }

  /// Reads files into one scenario.
  ///
  /// At most one file is a scenario; all others are dumps that add to its cluster. Without a scenario the dumps run
  /// with defaults, and a note says so.
  /// - Parameter overrides: texts `path.to.key=value`.
  package func read(paths: [String], overrides: [String] = []) -> Reading {
    read(paths: paths, overrides: overrides, files: InputFiles(source: source))
  }

  /// - Parameter files: what it holds already is not read again.
  func read(paths: [String], overrides: [String] = [], files: InputFiles) -> Reading {
    let session = DecodingSession()
    let parsedOverrides = Override.parse(overrides, session: session)
    var dumps: [OpenedFile] = []
    var root: SyntaxNode?
    for path in paths {
      for opened in files.open(path, session: session) {
        if opened.kind == .scenario {
          takeScenario(opened, &root, session)
        } else {
          dumps.append(opened)
        }
      }
    }
    guard let base = decode(root, dumps, files, session, parsedOverrides), !session.hasErrors else {
      return Reading(variants: [], diagnostics: session.diagnostics)
    }
    var variants: [ScenarioVariant] = []
    var installed: [ClusterConfiguration] = []
    for variant in self.variants(root, session) {
      let decoded = session.withoutRepeating(note: "in variant '\(variant.name)'") {
        decode(root, dumps, files, session, parsedOverrides + variant.overrides)
      }
      guard let decoded else { continue }
      variants.append(ScenarioVariant(name: variant.name, scenario: decoded.scenario))
      installed.append(decoded.installed)
    }
    if session.hasErrors { return Reading(variants: [], diagnostics: session.diagnostics) }
    if variants.isEmpty { variants = [ScenarioVariant(scenario: base.scenario)] }
    let inputs = files.hash.text
    let hash = ScenarioHash.text(variants, inputs: inputs, balancers: vocabulary.balancers)
    for index in variants.indices { variants[index].scenario.hash = hash }
    return Reading(
      variants: variants, diagnostics: session.diagnostics, inputsHash: inputs, base: base,
      installed: installed)
  }

  private func takeScenario(_ opened: OpenedFile, _ root: inout SyntaxNode?, _ session: DecodingSession) {
    let roots = opened.documents.map(\.root).filter { $0.kind != .null }
    if let first = root {
      session.report(
        .error, .contradiction, "'\(opened.file.path)' is a second scenario beside '\(first.file.path)'",
        at: roots.first,
        help: "give one scenario; other files may be dumps")
    } else if roots.count > 1 {
      session.report(
        .error, .contradiction, "a scenario file holds one document, this one \(roots.count)", at: roots[1],
        help: "put the other scenarios into files of their own")
    }
    root = root ?? roots.first
  }

  private func variants(_ root: SyntaxNode?, _ session: DecodingSession) -> [VariantSection.Variant] {
    guard let root, let node = root[ScenarioKeys.variants.name],
      let field = Field(session: session, name: ScenarioKeys.variants.name, node: node, anchor: root, overrides: [])
    else { return [] }
    return VariantSection(session: session).decode(field)
  }

  private func decode(
    _ root: SyntaxNode?, _ dumps: [OpenedFile], _ files: InputFiles, _ session: DecodingSession,
    _ overrides: [Override]
  ) -> DecodedScenario? {
    guard let anchor = root ?? Self.emptyMapping(named: dumps.first?.file.path), root != nil || !dumps.isEmpty else {
      return nil
    }
    let reaches = overrides.map { OverrideReach(override: $0, depth: 0) }
    let path = root?.file.path ?? dumps.first?.file.path ?? ""
    let decoder = ScenarioDecoder(
      session: session, vocabulary: vocabulary, files: files, path: path, dumps: dumps, isBareDump: root == nil,
      isRun: isRun)
    let cluster = ScenarioKeys.cluster.name
    files.addToHash(root?[cluster], OverrideReach.descend(reaches, names: [cluster]))
    guard
      let field = Field(session: session, name: "the scenario", node: anchor, anchor: anchor, overrides: reaches),
      var mapping = field.mapping(ScenarioKeys.section, "the scenario")
    else { return nil }
    var installed = ClusterConfiguration()
    let scenario = decoder.decode(&mapping, installed: &installed)
    for override in overrides where !session.usedOverrides[override.index] && !session.hasErrors {
      session.report(
        .error, .badOverride, "--set \(override.text): the path leads nowhere", at: override.node,
        help: "a value on the way is not a mapping or a list")
    }
    return DecodedScenario(scenario: scenario, root: root, installed: installed, hasDumps: !dumps.isEmpty)
  }

  /// Stands for the scenario that a bare dump does not have.
  private static func emptyMapping(named path: String?) -> SyntaxNode? {
    SyntaxReader.read(SourceFile(path: path ?? "", bytes: Array("{}".utf8))).documents.first?.root
  }
}

extension ScenarioReader.Reading {
  /// Why a cluster of it can neither be simulated nor written as objects; nil where each can be added up.
  package var excess: Diagnostic? {
    for variant in variants {
      guard let error = variant.scenario.cluster.uncountable else { continue }
      let place = base?.root?[ScenarioKeys.cluster.name].map { SourcePlace($0) }
      return Diagnostic(
        severity: .error, code: DiagnosticCode.outOfRange.rawValue, message: error.message, file: place?.file,
        range: place?.range, notes: variant.name.isEmpty ? [] : ["in variant '\(variant.name)'"], help: error.help)
    }
    return nil
  }
}

/// The top level of a scenario, section by section.
struct ScenarioDecoder {
  let session: DecodingSession
  let vocabulary: ScenarioVocabulary
  let files: InputFiles
  let path: String
  let dumps: [OpenedFile]
  let isBareDump: Bool
  let isRun: Bool

  /// - Parameter installed: set to what a dumped installation says about migrations.
  func decode(_ mapping: inout MappingReader, installed: inout ClusterConfiguration) -> Scenario {
    var scenario = Scenario()
    let stem = path.split(separator: "/").last.map(String.init) ?? path
    scenario.name = stem.split(separator: ".").first.map(String.init) ?? stem
    header(&mapping, &scenario)
    let clusterField = mapping.field(ScenarioKeys.cluster)
    if clusterField == nil, dumps.isEmpty {
      mapping.reportMissing(ScenarioKeys.cluster, help: "add nodePools and machines, or a snapshot")
    }
    if clusterField != nil || !dumps.isEmpty {
      scenario.cluster = ClusterSection(
        session: session, vocabulary: vocabulary, files: files, scenarioPath: path, dumps: dumps
      ).decode(clusterField, installed: &installed)
    }
    if let field = mapping.field(ScenarioKeys.platform), let platform = vocabulary.word(field, of: .platforms) {
      scenario.platform = platform
    } else if let preset = installed.preset {
      scenario.platform = preset.name
    }
    if let preset = MigrationPreset.named(scenario.platform) { scenario.migration = preset.configuration }
    applyInstalled(installed, to: &scenario)
    scenario.migrationPolicies = MigrationPolicies(installed.policies)
    if let migration = mapping.field(ScenarioKeys.migration) {
      MigrationSection.decode(migration, into: &scenario)
    }
    checkInstalled(installed, scenario)
    balancers(&mapping, &scenario)
    if let demand = mapping.field(ScenarioKeys.demand) { DemandSection.demand(demand, into: &scenario.demand) }
    if let field = mapping.field(ScenarioKeys.observation) {
      DemandSection.observation(field, into: &scenario.observation)
    }
    run(&mapping, &scenario)
    questions(&mapping, &scenario)
    _ = mapping.field(ScenarioKeys.variants)
    mapping.finish()
    if isBareDump, isRun, !session.hasErrors {
      session.report(
        .note, .remark,
        "no scenario given: the dump runs for \(Int(scenario.horizon.seconds / 3600)) h with \(scenario.replications) "
          + "replications, seed \(scenario.seed), \(scenario.platform)",
        help: "change any of it: --set horizon=7d --set replications=20")
    }
    return scenario
  }

  /// Settings of a dumped KubeVirt or HyperConverged stand between the platform's preset and the scenario's own.
  private func applyInstalled(_ installed: ClusterConfiguration, to scenario: inout Scenario) {
    guard !installed.name.isEmpty else { return }
    let unknown = installed.migrations.map { MigrationSection.dumped($0, session, into: &scenario.migration) } ?? []
    scenario.migration.experiments.add(installed.experiments)
    session.report(
      .note, .remark,
      "defaults from \(installed.name): CPU allocation ratio \(scenario.cluster.cpuAllocationRatio), memory overcommit "
        + "\(scenario.cluster.memoryOvercommitPercent) %"
        + (installed.preset == nil ? "" : ", platform \(scenario.platform)")
        + (installed.migrations == nil ? "" : ", migration settings")
        + (unknown.isEmpty ? "" : "; not modelled: \(unknown.joined(separator: ", "))"))
  }

  /// Switches of KubeVirt 1.9 that a dump turns on do nothing where the platform is older.
  private func checkInstalled(_ installed: ClusterConfiguration, _ scenario: Scenario) {
    guard !scenario.migration.knowsExperiments else { return }
    let policies = installed.policies.filter(\.asksForExperiments).map { "migration policy '\($0.name)'" }
    let sources = (installed.experiments.isOn ? [installed.name] : []) + policies
    guard !sources.isEmpty else { return }
    session.report(
      .warning, .notModelled,
      "switches of KubeVirt 1.9 do nothing on the platform \(scenario.platform): "
        + InventoryCollection.list(sources), help: "set platform: next")
  }

  private func header(_ mapping: inout MappingReader, _ scenario: inout Scenario) {
    if !isBareDump {
      if let version = mapping.value(ScenarioKeys.apiVersion),
        version.text != ScenarioKeys.version
      {
        session.report(
          .error, .notAScenario, "unknown apiVersion \(version.described)", at: version,
          label: "expected \(ScenarioKeys.version)",
          help: "write apiVersion: \(ScenarioKeys.version)")
      }
      if let kind = mapping.value(ScenarioKeys.kind), kind.text != ScenarioKeys.document {
        session.report(
          .error, .notAScenario, "unknown kind \(kind.described)", at: kind, label: "expected \(ScenarioKeys.document)",
          help: "write kind: \(ScenarioKeys.document)")
      }
    }
    if var inner = mapping.value(ScenarioKeys.metadata) {
      if let name = inner.value(MetadataKeys.name) { scenario.name = name }
      for key in [MetadataKeys.description, MetadataKeys.labels, MetadataKeys.annotations] { _ = inner.field(key) }
      inner.finish()
    }
  }

  private func balancers(_ mapping: inout MappingReader, _ scenario: inout Scenario) {
    let section = BalancerSection(session: session, vocabulary: vocabulary)
    if let field = mapping.field(ScenarioKeys.balancers) {
      scenario.balancers = section.decode(field)
    } else {
      scenario.balancers = BalancerKeys.whereNoneAreNamed.compactMap(section.setting)
    }
  }

  private func run(_ mapping: inout MappingReader, _ scenario: inout Scenario) {
    typealias Keys = ScenarioKeys
    let horizonField = mapping.field(Keys.horizon)
    let horizon = horizonField?.value(Keys.horizon)
    if let horizon { scenario.horizon = horizon }
    if let field = mapping.field(Keys.warmUp), let warmUp = field.value(Keys.warmUp) {
      scenario.warmUp = warmUp
      let isHorizonKnown = horizon != nil || horizonField == nil
      if isHorizonKnown, warmUp >= scenario.horizon {
        field.fail(
          .contradiction, "'warmUp' is not shorter than 'horizon': nothing would be measured",
          help: "lengthen 'horizon' or shorten 'warmUp'")
      }
    }
    if let count = mapping.value(Keys.replications) { scenario.replications = count }
    if let seed = mapping.value(Keys.seed) { scenario.seed = seed }
  }

  private func questions(_ mapping: inout MappingReader, _ scenario: inout Scenario) {
    if let field = mapping.field(ScenarioKeys.rankBy), let name = field.value(ScenarioKeys.rankBy) {
      scenario.rankBy = name
      let names = vocabulary.metrics.map(\.name)
      if !names.contains(name) {
        field.fail(
          .unknownMetric, "unknown metric '\(name)'", label: "not a metric",
          help: Suggestion.closest(to: name, in: names).map { "did you mean '\($0)'?" } ?? "see: headroom list metrics")
      }
    }
    guard let items = mapping.value(ScenarioKeys.expect) else { return }
    let parser = ExpressionParser(metrics: vocabulary.metrics)
    let labels = scenario.balancers.map(\.label)
    let names = labels + scenario.balancers.map(\.name)
    for item in items {
      guard let text = item.string() else { continue }
      do {
        let expectation = try parser.parse(text)
        scenario.expectations.append(expectation)
        if let balancer = expectation.balancer, !names.contains(balancer) {
          item.fail(
            .unknownReference, "no balancer '\(balancer)' in this scenario",
            help: Suggestion.closest(to: balancer, in: names).map { "did you mean '\($0)'?" }
              ?? "balancers are: \(labels.joined(separator: ", "))")
        }
      } catch {
        report(error, text, item)
      }
    }
  }

  /// Points inside the expression where its text is in the file as it is.
  private func report(_ failure: ExpressionParser.Failure, _ text: String, _ item: Field) {
    var range = item.anchor.range
    if item.anchor.isPlain, range.end - range.start == text.utf8.count {
      range = SourceRange(start: range.start + failure.bytes.lowerBound, end: range.start + failure.bytes.upperBound)
    }
    session.report(
      Diagnostic(
        severity: .error, code: failure.code.rawValue, message: failure.message, file: item.anchor.file, range: range,
        help: failure.help))
  }
}
