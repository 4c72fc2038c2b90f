package import ClusterModel

/// Migration defaults of a release, by name.
package struct MigrationPreset: Sendable {
  /// What a scenario writes, such as `openshift-4.20`.
  package let name: String
  package let summary: String
  /// The release of KubeVirt that it brings.
  package let kubeVirt: KubeVirtVersion
  package let configuration: MigrationConfiguration

  private init(
    _ name: String, kubeVirtMinor: Int, completionTimeoutPerGiB: Int, multifdChannels: Int,
    change: (inout MigrationConfiguration) -> Void = { _ in }
  ) {
    self.name = name
    kubeVirt = KubeVirtVersion(1, kubeVirtMinor)
    summary = "OpenShift Virtualization \(name.split(separator: "-").last ?? "") (KubeVirt 1.\(kubeVirtMinor))"
    var configuration = MigrationConfiguration()
    configuration.completionTimeoutPerGiB = completionTimeoutPerGiB
    configuration.multifdChannels = multifdChannels
    change(&configuration)
    self.configuration = configuration
  }

  /// All presets, oldest first.
  ///
  /// `completionTimeoutPerGiB` moved from 800 to 150 in KubeVirt 1.4; multifd came with 1.5; the next release of
  /// hyperconverged-cluster-operator (1.19, KubeVirt 1.9) writes 20 and one outbound migration, queues by priority and
  /// wakes waiting migrations. v1.9 also brings `maxDowntimeMs` with its switches, and ends multifd for dedicated CPUs
  /// instead of for post-copy. Source: `deploy/hco.cr.yaml` and `pkg/virt-config/virt-config.go` of each branch; the
  /// pairing of OpenShift and KubeVirt versions is inferred, as is the QEMU version behind `autoConvergeSyncSeconds`.
  package static let all: [MigrationPreset] = [
    MigrationPreset("openshift-4.17", kubeVirtMinor: 3, completionTimeoutPerGiB: 800, multifdChannels: 1),
    MigrationPreset("openshift-4.18", kubeVirtMinor: 4, completionTimeoutPerGiB: 150, multifdChannels: 1),
    MigrationPreset("openshift-4.19", kubeVirtMinor: 5, completionTimeoutPerGiB: 150, multifdChannels: 8),
    MigrationPreset("openshift-4.20", kubeVirtMinor: 6, completionTimeoutPerGiB: 150, multifdChannels: 8),
    MigrationPreset("openshift-4.21", kubeVirtMinor: 7, completionTimeoutPerGiB: 150, multifdChannels: 8),
    MigrationPreset("openshift-4.22", kubeVirtMinor: 8, completionTimeoutPerGiB: 150, multifdChannels: 8),
    MigrationPreset("next", kubeVirtMinor: 9, completionTimeoutPerGiB: 20, multifdChannels: 8) {
      $0.parallelOutboundMigrationsPerNode = 1
      $0.allowWorkloadDisruption = false
      $0.multifdWithPostCopy = true
      $0.multifdWithDedicatedCPUs = false
      $0.knowsExperiments = true
      $0.knowsVFIO = true
      $0.queue = .byPriority
      $0.autoConvergeSyncSeconds = 5
    },
  ]

  /// The preset a scenario gets when it names none: the newest released one.
  package static let defaultName = "openshift-4.22"

  /// The preset of the release that runs KubeVirt `version`: the newest that is not newer, else the oldest.
  package static func running(_ version: KubeVirtVersion) -> MigrationPreset {
    all.last { $0.kubeVirt <= version } ?? all[0]
  }

  package static func named(_ name: String) -> MigrationPreset? { all.first { $0.name == name } }
}
