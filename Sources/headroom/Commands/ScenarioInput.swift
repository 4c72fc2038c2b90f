import Balancing
import InputFormats
import SimulationEngine

/// Reads scenarios for every command that takes them and applies what the command line changes.
struct ScenarioInput {
  private let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  static var vocabulary: ScenarioVocabulary {
    ScenarioVocabulary(
      balancers: BalancerCatalog.all,
      metrics: MetricCatalog.all.map { ScenarioVocabulary.Metric(name: $0.name, unit: $0.unit) },
      workloadTypes: WorkloadCatalog.all.map(\.name))
  }

  /// Files and folders for the decoders; why a file cannot be read becomes a diagnostic.
  static let source = FileSource(
    read: { path throws(FileReadError) in
      do throws(ProgramError) { return try FileAccess.read(path) } catch {
        throw FileReadError(FileAccess.reason(error))
      }
    }, list: FolderAccess.list)

  /// The variants of the scenario among the operands, or all that is wrong with it; warnings go to standard error.
  func variants() throws -> [ScenarioVariant] {
    let reading = ScenarioReader(vocabulary: Self.vocabulary, source: Self.source).read(
      paths: invocation.operands, overrides: overrides)
    let errors = reading.diagnostics.filter { $0.severity == .error }
    guard !reading.variants.isEmpty, errors.isEmpty else { throw ProgramError.input(reading.diagnostics) }
    if !reading.diagnostics.isEmpty, !invocation.has("quiet") {
      let color = Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardError)
      Program.say(DiagnosticRenderer.render(reading.diagnostics, color: color))
    }
    let gates = try gates()
    return try reading.variants.map { variant in
      var variant = variant
      if !invocation.all("balancer").isEmpty { variant.scenario.balancers = try balancers(variant.scenario) }
      variant.scenario.expectations += gates
      return variant
    }
  }

  /// Flags that stand for keys of the scenario go through the same decoder as `--set`, after it, so that they win.
  private var overrides: [String] {
    var texts = invocation.all("set")
    for flag in ["replications", "seed", "horizon"] {
      if let value = invocation.value(flag) { texts.append("\(flag)=\(value)") }
    }
    return texts
  }

  private func balancers(_ scenario: Scenario) throws(ProgramError) -> [BalancerSetting] {
    var chosen: [BalancerSetting] = []
    for name in invocation.all("balancer") where !chosen.contains(where: { $0.label == name }) {
      if let setting = scenario.balancers.first(where: { $0.label == name })
        ?? scenario.balancers.first(where: { $0.name == name })
      {
        chosen.append(setting)
      } else if let definition = BalancerCatalog.named(name) {
        chosen.append(
          BalancerSetting(label: name, name: name, parameters: ParameterValues(definition.parameters)))
      } else {
        let known = scenario.balancers.map(\.label) + BalancerCatalog.all.map(\.name)
        throw .usage(
          "unknown balancer '\(name)'",
          help: Suggestion.closest(to: name, in: known).map { "did you mean '\($0)'?" }
            ?? "see 'headroom list balancers'")
      }
    }
    return chosen
  }

  private func gates() throws(ProgramError) -> [Expectation] {
    let parser = ExpressionParser(metrics: Self.vocabulary.metrics)
    var gates: [Expectation] = []
    for text in invocation.all("gate") {
      do { gates.append(try parser.parse(text)) } catch {
        throw .usage("--gate '\(text)': \(error.message)", help: error.help)
      }
    }
    return gates
  }
}
