/// `headroom run <scenario>`: one balancer, its metrics and gates.
enum RunCommand {
  static let definition = CommandDefinition(
    name: "run", operands: "<scenario>...", operandKind: .files, operandCount: 1...Int.max,
    summary: "simulate a scenario under one balancer and report",
    details: [
      "A scenario is a Headroom file, a dump ('oc get nodes,vmi,pods -A -o json'), or one of the first and any number of "
        + "the second; '-' is standard input. Without a scenario file the dump runs with defaults."
    ],
    examples: [
      "headroom run october.yaml", "headroom run october.yaml --balancer none --replications 30 --format json",
      "headroom run cluster.json --set horizon=7d",
    ],
    flags: [
      FlagTable.reportFormat, FlagTable.jobs, FlagTable.replications, FlagTable.seed, FlagTable.horizon,
      FlagTable.balancer, FlagTable.gate, FlagTable.set,
    ] + FlagTable.common
  ) { try await ExperimentCommand($0, isComparison: false).run() }
}
