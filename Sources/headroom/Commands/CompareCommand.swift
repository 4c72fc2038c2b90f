/// `headroom compare <scenario>`: the same demand under several balancers, with tests, ranking and gates.
enum CompareCommand {
  static let definition = CommandDefinition(
    name: "compare", operands: "<scenario>...", operandKind: .files, operandCount: 1...Int.max,
    summary: "simulate the same demand under several balancers; intervals, ranking, gates",
    details: [
      "Every balancer meets the same demand and failures in each replication, so that differences are tested pair by "
        + "pair. One scenario file; further files are dumps that add to its cluster."
    ],
    examples: [
      "headroom compare october.yaml",
      "headroom compare october.yaml --gate 'skew.cpu.stddev.mean <= 10%' --format markdown -o summary.md",
      "headroom compare october.yaml --balancer none --balancer greedy-variance",
    ],
    flags: [
      FlagTable.reportFormat, FlagTable.jobs, FlagTable.replications, FlagTable.seed, FlagTable.horizon,
      FlagTable.balancers, FlagTable.gate, FlagTable.set,
    ] + FlagTable.common
  ) { try await ExperimentCommand($0, isComparison: true).run() }
}
