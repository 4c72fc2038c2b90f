import LiveMigration

/// Writes what a dump says of switches and policies as keys of `migration`, so that reading them gives the same.
struct MigrationPolicyWriter {
  static func entries(_ installed: ClusterConfiguration) -> [DocumentValue.Entry] {
    let experiments = installed.experiments
    let switches = switches(
      experiments.stallDetector ? true : nil, experiments.downtimeTuning ? true : nil,
      experiments.compression == .none ? nil : experiments.compression)
    var result: [DocumentValue.Entry] = []
    if let switches { result.append(DocumentValue.Entry(MigrationKeys.experimental.name, switches)) }
    if let policies = DocumentValue.nonEmpty(installed.policies.map(policy)) {
      result.append(DocumentValue.Entry(MigrationKeys.policies.name, policies))
    }
    return result
  }

  private static func switches(
    _ stallDetector: Bool?, _ downtimeTuning: Bool?, _ compression: MigrationExperiments.Compression?
  ) -> DocumentValue? {
    typealias Keys = MigrationExperimentKeys
    if stallDetector == nil, downtimeTuning == nil, compression == nil { return nil }
    return .mapping([
      (Keys.stallDetector.name, stallDetector.map { .boolean($0) }),
      (Keys.downtimeTuning.name, downtimeTuning.map { .boolean($0) }),
      (Keys.compression.name, compression.map { .text($0.rawValue) }),
    ])
  }

  private static func policy(_ policy: MigrationPolicy) -> DocumentValue {
    typealias Keys = MigrationPolicyKeys
    return .mapping([
      (Keys.name.name, .text(policy.name)), (Keys.selectors.name, selectors(policy)),
      (Keys.allowAutoConverge.name, policy.allowAutoConverge.map { .boolean($0) }),
      (
        Keys.bandwidthPerMigration.name,
        policy.bandwidthPerMigration.map { .quantity(ExactAmount.bandwidth(bytesPerSecond: $0)) }
      ), (Keys.completionTimeoutPerGiB.name, policy.completionTimeoutPerGiB.map { .integer($0) }),
      (Keys.maxDowntimeMs.name, policy.maxDowntimeMs.map { .integer($0) }),
      (Keys.allowPostCopy.name, policy.allowPostCopy.map { .boolean($0) }),
      (Keys.allowWorkloadDisruption.name, policy.allowWorkloadDisruption.map { .boolean($0) }),
      (Keys.experimental.name, switches(policy.stallDetector, policy.downtimeTuning, policy.compression)),
    ])
  }

  private static func selectors(_ policy: MigrationPolicy) -> DocumentValue? {
    guard policy.hasSelectors else { return nil }
    func labels(_ list: [MigrationPolicy.Label]) -> DocumentValue? {
      .labels(Dictionary(list.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
    }
    return .mapping([
      (MigrationSelectorKeys.machines.name, labels(policy.machineSelector)),
      (MigrationSelectorKeys.namespaces.name, labels(policy.namespaceSelector)),
    ])
  }
}
