import EventKernel

/// A usage trace written into the scenario.
enum InlineTraceKeys {
  static let name = Key.text("name", example: "usage.csv", "name of the trace in remarks").required()
  static let step = Key.duration("step", in: 1e-6...KeyKind.anyDuration.upperBound, "time between samples").required()
  static let rows = Key.list("rows", of: .section(InlineTraceRowKeys.section), "one row a machine").required()

  static let section = KeySection(name, step, rows).known(as: "recording", "a trace written into the scenario")
}

/// One row of a usage trace.
enum InlineTraceRowKeys {
  static let machine = Key.text("machine", example: "default/billing-db", "whose use it is").required()
  static let cpu = Key<[Float]>("cpu", shares, "CPU use as shares of the machine's vCPUs") { $0.shares() }.required()
  static let memory = Key<[Float]>("memory", shares, "memory in use as shares of the guest's memory") { $0.shares() }

  static let section = KeySection(machine, cpu, memory)
  private static let shares = KeyKind.list(of: .number(0...1))
}
