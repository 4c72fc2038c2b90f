import CapacityPlanning
import Reports
import SimulationEngine

/// What `run` and `compare` have in common: simulate, compare, report, judge.
struct ExperimentCommand {
  private let invocation: Invocation
  private let isComparison: Bool

  init(_ invocation: Invocation, isComparison: Bool) {
    self.invocation = invocation
    self.isComparison = isComparison
  }

  func run() async throws -> ExitStatus {
    let format = try reportFormat()
    if let output = invocation.value("output"),
      let input = invocation.operands.first(where: { FileAccess.isSame($0, output) })
    {
      throw ProgramError.usage("the answer would overwrite the input '\(input)'", help: "name another file after -o")
    }
    let target = try OutputTarget(invocation.value("output"))
    var variants = try ScenarioInput(invocation, takesOneBalancer: !isComparison).variants()
    for index in variants.indices {
      let dropped = try dropGatesOfOthers(&variants[index].scenario)
      if index == 0, !dropped.isEmpty, !invocation.has("quiet") { tell(dropped) }
    }
    let scenario = variants[0].scenario
    let started = ContinuousClock.now
    let experiment = try await simulate(variants)
    let comparison = Comparison(
      experiment, definitions: MetricCatalog.all, expectations: scenario.expectations, rankBy: scenario.rankBy)
    if invocation.has("verbose") { describe(experiment, ContinuousClock.now - started) }
    let subject = ReportSubject(comparison, tool: Program.tool, isComparison: isComparison)
    let isOnScreen = target.isStandardOutput
    let style = ReportStyle(
      width: isOnScreen ? min(Terminal.width(), 120) : 100,
      color: isOnScreen
        ? Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardOutput)
        : invocation.value("color") == "always")
    try target.write(format.render(subject, style))
    return judge(comparison, isShown: isOnScreen && format.name == "terminal")
  }

  private func reportFormat() throws(ProgramError) -> ReportDefinition {
    if let format = invocation.value("format").flatMap(ReportCatalog.named) { return format }
    guard let path = invocation.value("output"), path != "-" else { return ReportCatalog.all[0] }
    if let format = ReportCatalog.forFile(path) { return format }
    let text = "the ending of '\(path)' stands for no format: the report for terminals is written"
    if !invocation.has("quiet") {
      Program.say("warning: \(TerminalText.shown(text))\n  = help: add --format \(FlagTable.reportFormatChoices)\n")
    }
    return ReportCatalog.all[0]
  }

  /// A gate of the file for a balancer that `run` or `--balancer` leaves out is not asked; one of `--gate` must exist.
  /// - Returns: the gates left out.
  private func dropGatesOfOthers(_ scenario: inout Scenario) throws(ProgramError) -> [Expectation] {
    let names = scenario.balancers.flatMap { [$0.label, $0.name] }
    let asked = invocation.all("gate")
    if let wrong = scenario.expectations.first(where: { gate in
      gate.balancer.map { !names.contains($0) && asked.contains(gate.text) } ?? false
    }) {
      throw .usage("--gate '\(wrong.text)' is for a balancer that does not take part")
    }
    let dropped = scenario.expectations.filter { gate in gate.balancer.map { !names.contains($0) } ?? false }
    scenario.expectations.removeAll { gate in gate.balancer.map { !names.contains($0) } ?? false }
    return dropped
  }

  private func tell(_ dropped: [Expectation]) {
    for gate in dropped {
      let text = "the gate '\(gate.text)' is not asked: its balancer does not take part"
      Program.say("note: \(TerminalText.shown(text))\n")
    }
  }

  private func simulate(_ variants: [ScenarioVariant]) async throws -> ExperimentResult {
    let progress = ProgressLine(isQuiet: invocation.has("quiet"))
    defer { progress.finish() }
    let jobs = invocation.number("jobs").map { Int(clamping: $0) } ?? Terminal.processorCount
    do {
      return try await Experiment.run(variants, jobs: jobs) { progress.update(done: $0, total: $1) }
    } catch let error as ExperimentError {
      throw ProgramError.simulation(error.message, help: error.help)
    }
  }

  private func describe(_ experiment: ExperimentResult, _ duration: Duration) {
    let events = experiment.contestants.reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.eventCount } }
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    let runs = experiment.contestants.reduce(0) { $0 + $1.runs.count }
    Program.say(
      "\(runs) runs, \(NumberFormat.value(Double(events), .count)) events in \(NumberFormat.value(seconds, .seconds))\n"
    )
  }

  /// Failed gates are named on standard error unless the answer on the screen shows them already.
  private func judge(_ comparison: Comparison, isShown: Bool) -> ExitStatus {
    let failed = comparison.gates.filter { !$0.passed }
    guard !failed.isEmpty else { return .success }
    if !isShown {
      let color = Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardError)
      Program.say(TerminalReport.failedGates(comparison, ReportStyle(width: 100, color: color)))
    }
    return .answerIsNo
  }
}
