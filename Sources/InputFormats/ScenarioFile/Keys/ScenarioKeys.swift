import EventKernel
import SimulationEngine

/// The top level of a scenario.
enum ScenarioKeys {
  /// The one `apiVersion` and the one `kind` of this version.
  static let version = "headroom/v1"
  static let document = "Scenario"

  static let apiVersion = Key<SyntaxNode>(
    "apiVersion", .choice([version]), example: version, "version of the scenario's keys"
  ) { $0.node }.required(help: "add apiVersion: \(version)")
  static let kind = Key<SyntaxNode>("kind", .choice([document]), example: document, "what the file is") { $0.node }
    .required(help: "add kind: \(document)")
  static let metadata = Key.section("metadata", MetadataKeys.section, "name and notes")
  static let cluster = Key.section(
    "cluster", ClusterKeys.section, "nodes, machines and storage: dumps, pools and groups in any mix")
  static let platform = Key.word(
    "platform", of: .platforms, default: defaults.platform,
    "release whose migration settings hold, below those of a dumped installation and of 'migration'")
  static let migration = Key<Field>(
    "migration", .section(MigrationKeys.section), "KubeVirt's migration settings, in place of the platform's"
  ) { $0 }
  static let balancers = Key.oneOrMany(
    "balancers", of: .balancer, default: "[" + BalancerKeys.whereNoneAreNamed.joined(separator: ", ") + "]",
    example: "[none, greedy-variance]", "balancers to compare: names, or mappings with their own settings")
  static let demand = Key<Field>("demand", .section(DemandKeys.section), "how demand is drawn") { $0 }
  static let observation = Key<Field>(
    "observation", .section(ObservationKeys.section), "how late and how smooth balancers see usage"
  ) { $0 }
  static let horizon = Key.duration(
    "horizon", in: ScenarioReader.horizonSeconds, default: defaults.horizon, "simulated time")
  static let warmUp = Key.duration(
    "warmUp", default: defaults.warmUp, "time at the start that is not measured; shorter than the horizon")
  static let replications = Key.integer(
    "replications", in: ScenarioReader.replications, default: defaults.replications,
    "repetitions with other random numbers, the same for every balancer")
  static let seed = Key<UInt64>(
    "seed", .integer(0...Int64.max), default: String(defaults.seed), "start of all random numbers"
  ) { field in
    guard let node = field.node else { return nil }
    if node.kind == .integer, let seed = UInt64(node.text ?? "") { return seed }
    return field.integer(in: 0...Int64.max).map { UInt64($0) }
  }
  static let rankBy = Key.word("rankBy", of: .metrics, default: defaults.rankBy, "metric that decides the ranking")
  static let expect = Key.oneOrMany(
    "expect", of: .form(gate), example: "[\(gate.example)]",
    "gates: [balancer:] metric comparison value; without a balancer for every one but none")
  static let variants = Key.list(
    "variants", of: .section(VariantKeys.section), "what-ifs that set some keys and run on the same demand")

  static let section = KeySection(
    apiVersion, kind, metadata, cluster, platform, migration, balancers, demand, observation, horizon, warmUp,
    replications, seed, rankBy, expect, variants,
    notYet: [
      "events", "growth", "forecast", "price", "prices", "maintenance", "failures", "migrationPolicies", "sizing",
      "pools", "schedule", "energy",
    ])

  /// Keys that all variants of a scenario have in common.
  static let sharedByVariants = [
    apiVersion.name, kind.name, metadata.name, variants.name, seed.name, replications.name, horizon.name, warmUp.name,
    expect.name, rankBy.name,
  ]

  private static let defaults = Scenario()
  private static let gate = TextForm(
    "a metric, a comparison and a value",
    pattern: "^[^<>=]*[^<>=\\s][^<>=]*("
      + Expectation.Comparison.allCases.map(\.rawValue).joined(separator: "|") + ")[^<>=]*[^<>=\\s][^<>=]*$",
    example: "downtime.pause.p99 <= 1s")
}

/// `metadata`.
enum MetadataKeys {
  static let name = Key.text(
    "name", default: nil, example: "october", "name of the scenario in reports; else that of the file")
  static let description = Key.free("description", "notes for people")
  static let labels = Key.free("labels", "labels of your own; not read")
  static let annotations = Key.free("annotations", "annotations of your own; not read")

  static let section = KeySection(name, description, labels, annotations)
}

/// An element of `variants`.
enum VariantKeys {
  static let name = Key.text("name", example: "25-gigabit", "name of the what-if in reports").required()
  static let set = Key<Field>(
    "set", .paths, example: "{ cluster.machines.web.count: 80 }",
    "paths of keys, as for --set, with the values that stand in this what-if"
  ) { $0 }

  static let section = KeySection(name, set)
}
