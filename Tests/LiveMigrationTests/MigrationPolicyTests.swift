import Testing

@testable import LiveMigration

/// Which policy holds for a migration, and what it changes.
struct MigrationPolicyTests {
  /// KubeVirt's own way: collect the matching ones, drop those with fewer labels, then with fewer machine labels, then
  /// take the first by name.
  private static func naive(
    _ policies: [MigrationPolicy], _ base: MigrationConfiguration, _ machine: [String: String],
    _ namespace: [String: String]
  ) -> (MigrationConfiguration, String?) {
    var scored: [(policy: MigrationPolicy, machine: Int, namespace: Int)] = []
    for policy in policies {
      var (ofMachine, ofNamespace, isRefused) = (0, 0, false)
      for label in policy.machineSelector {
        if machine[label.key] == label.value { ofMachine += 1 } else { isRefused = true }
      }
      for label in policy.namespaceSelector {
        if namespace[label.key] == label.value { ofNamespace += 1 } else { isRefused = true }
      }
      if !isRefused, ofMachine + ofNamespace > 0 { scored.append((policy, ofMachine, ofNamespace)) }
    }
    let most = scored.map { $0.machine + $0.namespace }.max() ?? 0
    scored.removeAll { $0.machine + $0.namespace < most }
    let mostOfMachine = scored.map(\.machine).max() ?? 0
    scored.removeAll { $0.machine < mostOfMachine }
    guard let winner = scored.map(\.policy).min(by: { $0.name < $1.name }) else { return (base, nil) }
    var result = base
    if let value = winner.allowAutoConverge { result.allowAutoConverge = value }
    if let value = winner.bandwidthPerMigration { result.bandwidthPerMigration = value }
    if let value = winner.completionTimeoutPerGiB { result.completionTimeoutPerGiB = value }
    if let value = winner.maxDowntimeMs { result.maxDowntimeMs = value }
    if let value = winner.allowPostCopy {
      result.allowPostCopy = value
      result.allowWorkloadDisruption = value
    }
    if let value = winner.allowWorkloadDisruption { result.allowWorkloadDisruption = value }
    if let value = winner.stallDetector { result.experiments.stallDetector = value }
    if let value = winner.downtimeTuning { result.experiments.downtimeTuning = value }
    if let value = winner.compression { result.experiments.compression = value }
    return (result, winner.name)
  }

  private static func labels(_ random: inout Seeded, share: Double) -> [String: String] {
    var result: [String: String] = [:]
    for key in ["app", "tier", "zone"] where random.chance(share) { result[key] = random.chance(0.7) ? "a" : "b" }
    return result
  }

  private static func policy(_ index: Int, _ random: inout Seeded) -> MigrationPolicy {
    var policy = MigrationPolicy(
      name: "p\(random.integer(0, 9))-\(index)", machineSelector: labels(&random, share: 0.4),
      namespaceSelector: labels(&random, share: 0.3))
    if random.chance(0.5) { policy.allowAutoConverge = random.chance(0.5) }
    if random.chance(0.5) { policy.bandwidthPerMigration = random.uniform(1e6, 1e9) }
    if random.chance(0.5) { policy.completionTimeoutPerGiB = random.integer(0, 800) }
    if random.chance(0.5) { policy.maxDowntimeMs = random.integer(1, 5000) }
    if random.chance(0.5) { policy.allowPostCopy = random.chance(0.5) }
    if random.chance(0.3) { policy.allowWorkloadDisruption = random.chance(0.5) }
    if random.chance(0.3) { policy.stallDetector = random.chance(0.5) }
    if random.chance(0.3) { policy.downtimeTuning = random.chance(0.5) }
    if random.chance(0.3) { policy.compression = random.chance(0.5) ? .zstd : MigrationExperiments.Compression.none }
    return policy
  }

  @Test func `random policies resolve as one by one, in any order`() {
    var matched = 0
    for seed in 0..<2000 as Range<UInt64> {
      var random = Seeded(seed)
      let policies = (0..<random.integer(0, 8)).map { Self.policy($0, &random) }
      let (machine, namespace) = (Self.labels(&random, share: 0.8), Self.labels(&random, share: 0.8))
      var base = MigrationConfiguration()
      base.allowWorkloadDisruption = random.chance(0.5) ? false : nil
      let expected = Self.naive(policies, base, machine, namespace)
      for list in [policies, policies.reversed()] {
        let found = MigrationPolicies(list).configuration(
          base: base, machineLabels: machine, namespaceLabels: namespace)
        #expect(found.policyName == expected.1, "seed \(seed)")
        #expect(found.configuration == expected.0, "seed \(seed)")
      }
      if expected.1 != nil { matched += 1 }
    }
    #expect(matched > 500)
  }

  @Test func `a policy without selectors never matches, and without policies nothing changes`() {
    var policy = MigrationPolicy(name: "all")
    policy.allowPostCopy = true
    for policies in [MigrationPolicies(), MigrationPolicies([policy])] {
      let found = policies.configuration(
        base: MigrationConfiguration(), machineLabels: ["app": "web"], namespaceLabels: ["env": "prod"])
      #expect(found.policyName == nil)
      #expect(found.configuration == MigrationConfiguration())
    }
  }

  @Test func `more labels win, then more of the machine, then the name`() {
    func policy(_ name: String, _ machine: [String: String], _ namespace: [String: String]) -> MigrationPolicy {
      MigrationPolicy(name: name, machineSelector: machine, namespaceSelector: namespace)
    }
    let machine = ["app": "db", "size": "l"]
    let namespace = ["env": "prod", "team": "x"]
    func winner(_ policies: [MigrationPolicy]) -> String? {
      MigrationPolicies(policies).configuration(
        base: MigrationConfiguration(), machineLabels: machine, namespaceLabels: namespace
      ).policyName
    }
    #expect(winner([policy("a", ["app": "db"], [:]), policy("z", [:], namespace)]) == "z")
    #expect(winner([policy("a", [:], ["env": "prod"]), policy("z", ["app": "db"], [:])]) == "z")
    #expect(winner([policy("b", ["app": "db"], [:]), policy("a", ["size": "l"], [:])]) == "a")
    #expect(winner([policy("a", ["app": "db", "size": "s"], [:])]) == nil)
  }

  @Test func `post-copy of a policy brings its leave to disturb with it, unless the policy says otherwise`() {
    var base = MigrationConfiguration()
    base.allowWorkloadDisruption = false
    var policy = MigrationPolicy(name: "p", machineSelector: ["a": "b"])
    policy.allowPostCopy = true
    #expect(policy.overlaid(on: base).allowsWorkloadDisruption)
    policy.allowWorkloadDisruption = false
    #expect(!policy.overlaid(on: base).allowsWorkloadDisruption)
    policy.allowPostCopy = nil
    policy.allowWorkloadDisruption = nil
    #expect(policy.overlaid(on: base).allowWorkloadDisruption == false)
  }
}
