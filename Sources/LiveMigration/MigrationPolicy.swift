/// KubeVirt's `MigrationPolicy`: settings that replace the cluster's for machines of some labels or namespaces.
///
/// Source: kubevirt/kubevirt `api/migrations/v1alpha1/types.go`.
package struct MigrationPolicy: Sendable, Equatable {
  /// A label and the value it must have.
  package struct Label: Sendable, Equatable {
    package var key: String
    package var value: String
  }

  package var name: String
  /// `selectors.virtualMachineInstanceSelector`, sorted by key.
  package private(set) var machineSelector: [Label] = []
  /// `selectors.namespaceSelector`, sorted by key.
  package private(set) var namespaceSelector: [Label] = []
  /// What it sets; nil leaves the cluster's setting.
  package var allowAutoConverge: Bool?
  /// Bytes per second; 0 is unlimited.
  package var bandwidthPerMigration: Double?
  package var completionTimeoutPerGiB: Int?
  package var maxDowntimeMs: Int?
  package var allowPostCopy: Bool?
  package var allowWorkloadDisruption: Bool?
  package var stallDetector: Bool?
  package var downtimeTuning: Bool?
  package var compression: MigrationExperiments.Compression?

  package init(
    name: String, machineSelector: [String: String] = [:], namespaceSelector: [String: String] = [:]
  ) {
    self.name = name
    self.machineSelector = Self.sorted(machineSelector)
    self.namespaceSelector = Self.sorted(namespaceSelector)
  }

  private static func sorted(_ labels: [String: String]) -> [Label] {
    labels.sorted { $0.key < $1.key }.map { Label(key: $0.key, value: $0.value) }
  }

  /// Whether it selects anything.
  package var hasSelectors: Bool { !machineSelector.isEmpty || !namespaceSelector.isEmpty }

  /// Whether it asks for what only v1.9 has.
  package var asksForExperiments: Bool { !newFields.isEmpty }

  /// What it sets that only v1.9 has, as KubeVirt spells it.
  package var newFields: [String] {
    (compression == .zstd ? ["experimental.compression"] : [])
      + (downtimeTuning == true ? ["experimental.downtimeTuning"] : [])
      + (stallDetector == true ? ["experimental.stallDetector"] : []) + (maxDowntimeMs != nil ? ["maxDowntimeMs"] : [])
  }

  func matches(machine: [String: String], namespace: [String: String]) -> Bool {
    hasSelectors && machineSelector.allSatisfy { machine[$0.key] == $0.value }
      && namespaceSelector.allSatisfy { namespace[$0.key] == $0.value }
  }

  /// The cluster's settings with this policy's in place.
  ///
  /// A policy that allows or forbids post-copy and says nothing of disturbing guests says the same of both.
  package func overlaid(on base: MigrationConfiguration) -> MigrationConfiguration {
    var result = base
    func set<Value>(_ value: Value?, _ path: WritableKeyPath<MigrationConfiguration, Value>) {
      if let value { result[keyPath: path] = value }
    }
    set(allowAutoConverge, \.allowAutoConverge)
    set(bandwidthPerMigration, \.bandwidthPerMigration)
    set(completionTimeoutPerGiB, \.completionTimeoutPerGiB)
    set(maxDowntimeMs, \.maxDowntimeMs)
    set(allowPostCopy, \.allowPostCopy)
    if let allowed = allowWorkloadDisruption ?? allowPostCopy { result.allowWorkloadDisruption = allowed }
    set(stallDetector, \.experiments.stallDetector)
    set(downtimeTuning, \.experiments.downtimeTuning)
    set(compression, \.experiments.compression)
    return result
  }
}

/// All migration policies of a cluster, of which at most one holds for a migration.
///
/// A policy matches when every label of its selectors does; one without selectors never matches. Of several the one with
/// most labels in its selectors wins, then the one with more labels of the machine, then the first by name. KubeVirt
/// looks when the transfer starts. Source: kubevirt/kubevirt `pkg/virt-controller/watch/migration/migrationpolicy.go`.
package struct MigrationPolicies: Sendable, Equatable {
  /// Best first: whichever matches first wins.
  package let policies: [MigrationPolicy]

  package init(_ policies: [MigrationPolicy] = []) {
    func rank(_ policy: MigrationPolicy) -> (Int, Int) {
      (policy.machineSelector.count + policy.namespaceSelector.count, policy.machineSelector.count)
    }
    self.policies = policies.sorted { rank($0) == rank($1) ? $0.name < $1.name : rank($0) > rank($1) }
  }

  package var isEmpty: Bool { policies.isEmpty }

  /// The settings of a migration that starts now.
  /// - Parameters:
  ///   - machineLabels: of the machine's instance.
  ///   - namespaceLabels: of its namespace.
  /// - Returns: `base` itself and no name where no policy matches.
  /// - Complexity: O(policies × labels); nothing is copied where there are none.
  package func configuration(
    base: MigrationConfiguration, machineLabels: [String: String], namespaceLabels: [String: String]
  ) -> (configuration: MigrationConfiguration, policyName: String?) {
    for policy in policies where policy.matches(machine: machineLabels, namespace: namespaceLabels) {
      return (policy.overlaid(on: base), policy.name)
    }
    return (base, nil)
  }
}
