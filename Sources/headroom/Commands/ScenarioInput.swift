import Balancing
import ClusterModel
import InputFormats
import SimulationEngine

/// Reads scenarios for every command that takes them and applies what the command line changes.
struct ScenarioInput {
  private let invocation: Invocation
  private let takesOneBalancer: Bool

  init(_ invocation: Invocation, takesOneBalancer: Bool) {
    self.invocation = invocation
    self.takesOneBalancer = takesOneBalancer
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
    try checkFlags()
    let reading = ScenarioReader(vocabulary: .standard, source: Self.source).read(
      paths: invocation.operands, overrides: overrides)
    let errors = reading.diagnostics.filter { $0.severity == .error }
    guard !reading.variants.isEmpty, errors.isEmpty else { throw ProgramError.input(reading.diagnostics) }
    if let excess = reading.excess { throw ProgramError.input(reading.diagnostics + [excess]) }
    let color = Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardError)
    Program.say(reading.diagnostics, color: color, isQuiet: invocation.has("quiet"))
    let gates = try gates()
    var variants = reading.variants
    for index in variants.indices {
      variants[index].scenario.balancers = try balancers(variants[index].scenario)
      variants[index].scenario.expectations += gates
    }
    let hash = ScenarioHash.text(
      variants, inputs: reading.inputsHash, balancers: ScenarioVocabulary.standard.balancers)
    for index in variants.indices { variants[index].scenario.hash = hash }
    return variants
  }

  /// Values that only the scenario's decoder would refuse, told under the flag's own name.
  private func checkFlags() throws(ProgramError) {
    if let text = invocation.value("horizon") {
      let range = ScenarioReader.horizonSeconds
      let seconds: Double
      do { seconds = try DurationText.seconds(text) } catch {
        throw .usage("--horizon: \(error.message)", help: error.suggestion ?? "write --horizon 12h")
      }
      if !range.contains(seconds) {
        let (least, most) = (range.lowerBound, range.upperBound)
        throw .usage(
          "--horizon takes \(DurationText.formatted(seconds: least)) to \(DurationText.formatted(seconds: most)), "
            + "not '\(text)'")
      }
    }
    let most = ScenarioReader.replications.upperBound
    if let count = invocation.number("replications"), count > UInt64(most) {
      throw .usage("--replications takes at most \(most), not '\(count)'")
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

  /// Those of `--balancer`; without it all of the scenario's, or the first for a command that simulates only one.
  private func balancers(_ scenario: Scenario) throws(ProgramError) -> [BalancerSetting] {
    if invocation.all("balancer").isEmpty {
      return takesOneBalancer ? Array(scenario.balancers.prefix(1)) : scenario.balancers
    }
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
    let parser = ExpressionParser(metrics: ScenarioVocabulary.standard.metrics)
    var gates: [Expectation] = []
    for text in invocation.all("gate") {
      do { gates.append(try parser.parse(text)) } catch {
        throw .usage("--gate '\(text)': \(error.message)", help: error.help)
      }
    }
    return gates
  }
}
