import Testing

@testable import LiveMigration

struct MigrationConfigurationTests {
  @Test(arguments: [
    ("openshift-4.17", 800, 2, 1), ("openshift-4.18", 150, 2, 1), ("openshift-4.19", 150, 2, 8),
    ("openshift-4.20", 150, 2, 8), ("openshift-4.21", 150, 2, 8), ("openshift-4.22", 150, 2, 8), ("next", 20, 1, 8),
  ])
  func `presets carry the defaults of their release`(name: String, timeout: Int, outbound: Int, channels: Int) throws {
    let configuration = try #require(MigrationPreset.named(name)).configuration
    #expect(configuration.completionTimeoutPerGiB == timeout)
    #expect(configuration.parallelOutboundMigrationsPerNode == outbound)
    #expect(configuration.parallelMigrationsPerCluster == 5)
    #expect(configuration.progressTimeout == 150)
    #expect(configuration.downtimeLimitMs == 300)
    #expect(configuration.channels(hasCPULimit: false) == channels)
    #expect(configuration.queue.wakesWaitingOnCompletion == (name == "next"))
  }

  /// Channels by version: plain, CPU limit, dedicated CPUs, post-copy allowed; then what only v1.9 has.
  @Test(arguments: [
    ("openshift-4.17", [1, 1, 1, 1], false), ("openshift-4.18", [1, 1, 1, 1], false),
    ("openshift-4.19", [8, 1, 8, 1], false), ("openshift-4.20", [8, 1, 8, 1], false),
    ("openshift-4.21", [8, 1, 8, 1], false), ("openshift-4.22", [8, 1, 8, 1], false), ("next", [8, 1, 1, 8], true),
  ])
  func `multifd and the switches follow the version`(name: String, channels: [Int], isNewest: Bool) throws {
    var configuration = try #require(MigrationPreset.named(name)).configuration
    #expect(configuration.knowsExperiments == isNewest && configuration.knowsVFIO == isNewest)
    #expect(configuration.allowWorkloadDisruption == (isNewest ? false : nil))
    #expect(!configuration.allowPostCopy && !configuration.allowAutoConverge && !configuration.disableTLS)
    #expect(configuration.bandwidthPerMigration == 0)
    #expect(configuration.maxDowntimeMs == 900 && configuration.utilityVolumesTimeout == 150)
    #expect(!configuration.experiments.isOn)
    configuration.experiments.stallDetector = true
    #expect(configuration.activeExperiments.stallDetector == isNewest)
    let plain = [
      configuration.channels(hasCPULimit: false), configuration.channels(hasCPULimit: true),
      configuration.channels(hasCPULimit: false, hasDedicatedCPUs: true),
    ]
    configuration.allowPostCopy = true
    #expect(plain + [configuration.channels(hasCPULimit: false)] == channels)
  }

  @Test func `preset names are unique and the default exists`() {
    #expect(Set(MigrationPreset.all.map(\.name)).count == MigrationPreset.all.count)
    #expect(MigrationPreset.named(MigrationPreset.defaultName) != nil)
    #expect(MigrationPreset.named("openshift-3.11") == nil)
  }

  /// KubeVirt counts started decimal gigabytes, so "per GiB" is neither.
  @Test(arguments: [(1.0, 300.0), (4, 750), (16, 2700), (64, 10350), (256, 41250)])
  func `the time-out counts started billions of bytes`(gib: Double, seconds: Double) {
    #expect(MigrationConfiguration().completionTimeoutSeconds(bytes: gib * gibibyte) == seconds)
  }

  @Test func `leave to disturb follows post-copy unless said otherwise`() {
    var configuration = MigrationConfiguration()
    #expect(!configuration.allowsWorkloadDisruption)
    configuration.allowPostCopy = true
    #expect(configuration.allowsWorkloadDisruption)
    configuration.allowWorkloadDisruption = false
    #expect(!configuration.allowsWorkloadDisruption)
  }

  @Test func `a CPU limit, and by version post-copy or dedicated CPUs, leave one channel`() throws {
    var current = MigrationConfiguration()
    #expect(current.channels(hasCPULimit: true) == 1)
    #expect(current.channels(hasCPULimit: false, hasDedicatedCPUs: true) == 8)
    current.allowPostCopy = true
    #expect(current.channels(hasCPULimit: false) == 1)
    var next = try #require(MigrationPreset.named("next")).configuration
    next.allowPostCopy = true
    #expect(next.channels(hasCPULimit: false) == 8)
    #expect(next.channels(hasCPULimit: false, hasDedicatedCPUs: true) == 1)
  }

  @Test func `one stream cannot fill a fast line, eight can`() {
    var configuration = MigrationConfiguration()
    #expect(configuration.flowCapBytesPerSecond(channels: 1) == 1.6e9 * 0.9)
    #expect(configuration.flowCapBytesPerSecond(channels: 8) > 100e9 / 8 * 0.9)
    configuration.bandwidthPerMigration = 64 * mebibyte
    #expect(configuration.flowCapBytesPerSecond(channels: 8) == 64 * mebibyte)
  }

  @Test func `jumbo frames carry five percent more`() {
    #expect(abs(MigrationModel.payloadShare(mtuBytes: 1500) - 1448 / 1538.0) < 1e-12)
    #expect(abs(MigrationModel.payloadShare(mtuBytes: 9000) - 8948 / 9038.0) < 1e-12)
    #expect(MigrationModel.payloadShare(mtuBytes: -5) > 0)
  }
}
