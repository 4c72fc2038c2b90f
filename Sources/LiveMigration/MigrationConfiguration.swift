/// KubeVirt's `MigrationConfiguration` with the version-dependent behaviour around it, and the constants of the model.
///
/// Fields in the first group carry KubeVirt's spelling and its defaults (v1.4 to v1.8); `MigrationPreset` has them by
/// version. Source: kubevirt/kubevirt `api/core/v1/types.go`, `pkg/virt-config/virt-config.go`.
package struct MigrationConfiguration: Sendable, Equatable {
  // MARK: KubeVirt fields
  /// Active migrations in the whole cluster.
  package var parallelMigrationsPerCluster = 5
  /// Active migrations that leave one node; there is no inbound limit.
  package var parallelOutboundMigrationsPerNode = 2
  /// Bytes per second; 0 is unlimited.
  ///
  /// It paces the rounds, not the last copy and not post-copy.
  package var bandwidthPerMigration = 0.0
  /// Seconds per started 10^9 bytes of guest memory and copied volumes; 0 disables the time-out.
  package var completionTimeoutPerGiB = 150
  /// Seconds without any transfer before the migration is aborted; 0 disables the time-out.
  package var progressTimeout = 150
  /// Known from v1.9; acts only together with the stall detector or downtime tuning.
  package var maxDowntimeMs = 900
  /// Seconds a migration may wait in Pending for utility volumes to detach.
  package var utilityVolumesTimeout = 150
  package var allowAutoConverge = false
  package var allowPostCopy = false
  /// Whether the time-out may pause the guest or switch to post-copy; nil follows `allowPostCopy`.
  package var allowWorkloadDisruption: Bool?
  package var unsafeMigrationOverride = false
  package var nodeDrainTaintKey = "kubevirt.io/drain"
  package var disableTLS = false
  /// Name of the dedicated migration network; nil is the pod network.
  package var network: String?
  /// Nil forces the source's SELinux level on the target pod.
  package var matchSELinuxLevelOnMigration: Bool?
  /// Switches of v1.9; without effect where `knowsExperiments` is false.
  package var experiments = MigrationExperiments()

  // MARK: Behaviour of the version
  /// QEMU's `downtime-limit`: 300 ms unless a gate raises it (QEMU `migration/options.c`).
  package var downtimeLimitMs = 300
  /// Channels of QEMU's multifd; 1 means none.
  ///
  /// KubeVirt uses 8 (`pkg/virt-handler/controller.go`).
  package var multifdChannels = 8
  /// Whether multifd stays on where post-copy is allowed; v1.5 to v1.8 switch it off.
  package var multifdWithPostCopy = false
  /// Whether multifd stays on for dedicated CPUs; v1.9 switches it off.
  package var multifdWithDedicatedCPUs = true
  /// Whether the release has `maxDowntimeMs`, the stall detector, downtime tuning and compression: v1.9.
  package var knowsExperiments = false
  /// Whether the time-out raises the limit of the pause for a machine with a VFIO device instead of pausing it: v1.9.
  package var knowsVFIO = false
  /// How migrations wait for a slot.
  package var queue = MigrationQueueRules()
  /// Extra dirty-bitmap syncs under auto-converge, QEMU 9.2 and later: 5 s; 0 is none.
  package var autoConvergeSyncSeconds = 0.0

  package var model = MigrationModel()

  package init() {}

  /// `allowWorkloadDisruption` as KubeVirt resolves it.
  package var allowsWorkloadDisruption: Bool { allowWorkloadDisruption ?? allowPostCopy }

  /// The switches that act in this release.
  package var activeExperiments: MigrationExperiments { knowsExperiments ? experiments : MigrationExperiments() }

  /// By how much pages shrink on the wire, at least 1: compression needs multifd, thus more than one channel.
  package func compressionRatio(channels: Int) -> Double {
    channels > 1 && activeExperiments.compression == .zstd ? max(1, model.compressionRatio) : 1
  }

  /// Seconds the transfer may take: `completionTimeoutPerGiB × ceil(bytes / 10^9)`; 0 is no time-out.
  ///
  /// KubeVirt rounds guest memory plus copied volumes up to whole decimal gigabytes
  /// (`virtwrap/manager.go`, `ScaledValue(Giga)`), so 16 GiB counts 18.
  /// - Parameter bytes: guest memory, disks that are copied and volumes that move to other claims.
  package func completionTimeoutSeconds(bytes: Double) -> Double {
    Double(max(0, completionTimeoutPerGiB)) * max(0, bytes / 1e9).rounded(.up)
  }

  /// Channels a migration uses: a CPU limit falls back to one stream, as do post-copy and dedicated CPUs by version.
  package func channels(hasCPULimit: Bool, hasDedicatedCPUs: Bool = false) -> Int {
    if hasCPULimit { return 1 }
    if allowPostCopy && !multifdWithPostCopy { return 1 }
    if hasDedicatedCPUs && !multifdWithDedicatedCPUs { return 1 }
    return max(1, multifdChannels)
  }

  /// What `channels` streams carry when neither link nor `bandwidthPerMigration` limits them, in bytes per second.
  ///
  /// Compression takes a core a channel; what a core packs limits it too.
  package func streamBytesPerSecond(channels: Int) -> Double {
    let stream = model.singleStreamBytesPerSecond * (disableTLS ? 1 : model.tlsFactorSingleStream)
    let isPacked = compressionRatio(channels: channels) > 1
    return Double(max(1, channels)) * (isPacked ? min(stream, model.compressedBytesPerCoreSecond) : stream)
  }

  /// The cap of a migration's flow in the rounds: `min(bandwidthPerMigration, streams)`.
  package func flowCapBytesPerSecond(channels: Int) -> Double {
    let streams = streamBytesPerSecond(channels: channels)
    return bandwidthPerMigration > 0 ? min(bandwidthPerMigration, streams) : streams
  }

  /// Share of a NIC's payload rate left after TLS.
  package var tlsFactor: Double {
    if disableTLS { return 1 }
    return multifdChannels > 1 ? model.tlsFactorManyStreams : model.tlsFactorSingleStream
  }
}

/// Constants of the migration model with their sources; each may be overridden.
package struct MigrationModel: Sendable, Equatable {
  /// Bytes on the wire for a page of 4,096: an 8-byte header; measured 4,104.008.
  package var pageHeaderBytes = 8.0
  /// Bytes on the wire for a page of zeroes (measured).
  package var zeroPageBytes = 9.0
  /// Zero-page scan of one thread: 16 GiB in 3.06 s (published QEMU measurement).
  package var scanBytesPerSecond = 5.2 * 1_073_741_824
  /// One stream reaches 1,617 MiB/s on 100 GbE (Cloud Hypervisor 2025); about 1.6 to 1.7 GB/s.
  package var singleStreamBytesPerSecond = 1.6e9
  /// KubeVirt's proxy encrypts in user space: 0.75 to 1.0, typical 0.9 for one stream (reasoned from a 25 GbE study).
  package var tlsFactorSingleStream = 0.9
  /// With many channels and spare cores encryption does not limit (reasoned).
  package var tlsFactorManyStreams = 1.0
  /// Period of KubeVirt's migration monitor (`live-migration-source.go`).
  package var monitorPollSeconds = 0.4
  /// When the first poll comes after the start of the transfer, less whole periods.
  package var monitorOffsetSeconds = 0.0
  /// The monitor compares whole seconds; 0 compares exactly.
  package var monitorClockSeconds = 1.0
  package var progressRule = ProgressRule.anyTransfer
  /// Device state and switch-over: 20 to 50 ms of state plus 36 ms to stop logging, 64 GiB guest (published).
  package var deviceStateSeconds = 0.05
  /// QEMU leaves a sending slice past 50 whole milliseconds (`MAX_WAIT` in `ram.c`) and then looks at the threshold.
  package var sliceSeconds = 0.051
  /// QEMU paces a capped migration in windows of 100 ms (`BUFFER_DELAY` in `migration.c`).
  package var rateWindowSeconds = 0.1
  /// A window's budget is the cap times this (`XFER_LIMIT_RATIO` in `migration.h`), however late the window ends.
  package static let rateWindowShareSeconds = 0.1
  /// Loss of guest throughput in pre-copy: 2 to 20 %, typical 7 % (reasoned from published dips).
  package var preCopySlowdownShare = 0.07
  /// Loss of guest throughput in post-copy until the hot set has arrived: 20 to 90 %, typical 50 % (reasoned).
  package var postCopySlowdownShare = 0.5
  /// Pages of firmware that are sent beside the guest's memory.
  package var firmwareBytes = 0.0
  /// What a path inside one host carries, for cases that name no link: loopback and Unix sockets (measured, 1 to 4 GB/s
  /// on a busy host; the figures hardly depend on it).
  package var hostBytesPerSecond = 3.2e9
  /// What socket buffers and queues on the way take in before QEMU has to wait for the line.
  package var socketBufferBytes = 0.0
  /// Whether a round ends only when all of it is sent, with no rate windows and no earlier look at the threshold.
  ///
  /// The threshold then takes the mean bandwidth of the round, and the cap binds the last copy too.
  package var sendsWholeRounds = false
  package var autoConverge = AutoConverge.Settings()
  package var stallDetector = StallDetector.Settings()
  /// By how much zstd shrinks pages with data.
  ///
  /// 1.1 for what is packed or encrypted already, 3.6 measured by KubeVirt (12 to 3.3 GiB of a memory-heavy guest of
  /// 50 GiB), 4 at best; 2.3 in QEMU's own measurement. It depends on the data: grade B.
  package var compressionRatio = 3.6
  /// Wire bytes that a core packs in a second: 0.4 core at 1 Gbit/s (KubeVirt, measured); 1 core at 1.06 Gbit/s (QEMU).
  package var compressedBytesPerCoreSecond = 312.5e6

  /// What counts as progress for `progressTimeout`.
  package enum ProgressRule: Sendable, Equatable {
    /// KubeVirt: the remaining data fell since the last poll, so only a dead link is no progress.
    case anyTransfer
    /// The remaining data reached a new minimum, as stricter monitors ask.
    case newMinimum
  }

  package init() {}

  /// QEMU by itself, watched by a monitor that polls every 100 ms and asks for new minima, as `predict --cases` has it.
  ///
  /// Device state of a small machine takes 1 ms (measured, QEMU 7.2); firmware is 119 pages (measured, SeaBIOS on
  /// i440fx); untouched memory is the kernel's one zero page, which stays in the cache: 0.15 µs a page (measured 0.1 to
  /// 0.2). Socket buffers and queues hold 1.6 MB: by so much the first window exceeds the link, and no later one
  /// (measured 1.3 to 1.9, Linux defaults, links of 25 to 150 MB/s).
  package static let plainQEMU = {
    var model = MigrationModel()
    model.deviceStateSeconds = 0.001
    model.firmwareBytes = 119 * 4096
    model.scanBytesPerSecond = 4096 / 0.15e-6
    model.socketBufferBytes = 1.6e6
    model.monitorPollSeconds = 0.1
    model.monitorClockSeconds = 0
    model.progressRule = .newMinimum
    return model
  }()

  /// The assumptions of SimGrid's live migration plugin: bytes without page headers or zero pages, whole rounds, no device
  /// state.
  ///
  /// Its guests dirty memory at a constant rate up to their working set, as one sequential class does; its
  /// `max_downtime` is 30 ms. Source: SimGrid 3.32, `src/plugins/vm/VmLiveMigration.cpp`.
  package static let simGrid = {
    var model = MigrationModel()
    model.sendsWholeRounds = true
    model.pageHeaderBytes = 0
    model.zeroPageBytes = UnsentPages.pageBytes
    model.scanBytesPerSecond = .infinity
    model.deviceStateSeconds = 0
    return model
  }()

  /// The model of a migration over so many channels: each looks for zero pages by itself (QEMU's
  /// `zero-page-detection=multifd`).
  ///
  /// That the scan grows with them is reasoned; memory bandwidth may limit it.
  func scanning(channels: Int) -> MigrationModel {
    var model = self
    model.scanBytesPerSecond *= Double(max(1, channels))
    return model
  }

  /// Payload share of an Ethernet line: (MTU − 52) / (MTU + 38), which is 1,448/1,538 at 1,500 and 8,948/9,038 at 9,000.
  package static func payloadShare(mtuBytes: Int) -> Double {
    let mtu = Double(min(max(mtuBytes, 576), 65_535))
    return (mtu - 52) / (mtu + 38)
  }
}
