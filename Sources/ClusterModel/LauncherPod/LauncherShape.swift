/// What a machine's specification says that decides what its launcher pod asks for.
///
/// Keys of `VirtualMachineInstance` `spec` in the order of KubeVirt's API; what is left alone is KubeVirt's default.
package struct LauncherShape: Sendable, Hashable {
  /// Statements that are either made or not.
  package struct Traits: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `cpu.dedicatedCpuPlacement`.
    package static let dedicatedCPUs = Traits(rawValue: 1)
    /// `cpu.isolateEmulatorThread`.
    package static let isolatedEmulator = Traits(rawValue: 1 << 1)
    /// The annotation `alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity`.
    package static let evenParity = Traits(rawValue: 1 << 2)
    /// `cpu.realtime`.
    package static let realtime = Traits(rawValue: 1 << 3)
    /// `resources.overcommitGuestOverhead`: the overhead is not requested.
    package static let overcommittedOverhead = Traits(rawValue: 1 << 4)
    /// Requests and limits of cpu and memory are stated and equal.
    package static let guaranteed = Traits(rawValue: 1 << 5)
    /// `devices.autoattachGraphicsDevice: false`.
    package static let noGraphics = Traits(rawValue: 1 << 6)
    /// A volume or a device of downward metrics on a disk.
    package static let downwardMetrics = Traits(rawValue: 1 << 7)
    /// `devices.tpm`.
    package static let tpm = Traits(rawValue: 1 << 8)
    /// Any network interface: needs `/dev/net/tun`.
    package static let interface = Traits(rawValue: 1 << 9)
    /// A virtio network interface: uses `/dev/vhost-net`.
    package static let virtioInterface = Traits(rawValue: 1 << 10)
    /// `devices.autoattachVSOCK`.
    package static let vsock = Traits(rawValue: 1 << 11)
    /// A device of the host is passed through: GPUs, host devices, SR-IOV.
    package static let vfio = Traits(rawValue: 1 << 12)
    /// `hyperv.evmcs`.
    package static let evmcs = Traits(rawValue: 1 << 13)
    /// `devices.autoattachSerialConsole: false`.
    package static let noSerialConsole = Traits(rawValue: 1 << 14)
    /// The memory request is a limit: the webhook wrote it into the request up to 1.4, the renderer reads it since.
    package static let memoryLimitOnly = Traits(rawValue: 1 << 15)

    /// One network interface, virtio, as KubeVirt attaches it by itself.
    package static let usual: Traits = [.interface, .virtioInterface]
  }

  /// `launchSecurity`.
  package enum Security: UInt8, Sendable, Hashable {
    case sev, sevES, sevSNP, tdx, secureExecution
  }

  package var vCPUs: Int
  package var guestMemoryBytes: Int64
  package var traits = Traits.usual
  /// `resources.requests`, or `limits` where only those are stated, as the webhook fills in.
  package var statedCPUMillicores: Int64?
  package var statedMemoryBytes: Int64?
  /// `resources.requests` of ephemeral-storage.
  package var statedStorageBytes: Int64 = 0
  /// `resources.requests`, else `.limits`, of devices and other resources of nodes.
  package var statedResources = ResourceAmounts()
  /// `ioThreads.supplementalPoolThreadCount`.
  package var supplementalIOThreads = 0
  /// `memory.hugepages.pageSize`, such as `2Mi`; empty for ordinary memory.
  package var hugepageSize = ""
  /// `memory.reservedOverhead.addedOverhead`.
  package var reservedOverheadBytes: Int64 = 0
  /// Readiness and liveness probes that run a command in the guest.
  package var execProbes = 0
  package var security: Security?
  /// `devices.logSerialConsole`; nil for the installation's choice.
  package var logsSerialConsole: Bool?
  /// Volumes out of container images, and a kernel to boot out of one.
  package var containerDisks = 0
  /// Volumes that `devices.filesystems` shares with the guest.
  package var sharedFilesystems = 0
  /// Resource names of GPUs, host devices and SR-IOV networks, one entry a device.
  package var devices: [String] = []
  /// Sum over hook sidecars and network bindings.
  package var sidecarMillicores: Int64 = 0
  package var sidecarMemoryBytes: Int64 = 0
  /// `architecture`; empty for the installation's.
  package var architecture = ""
  /// `machine.type`; empty where nothing is stated.
  package var machineType = ""
  /// Nil for the installation's.
  package var cpuModel: GuestCPUModel?
  /// CPU features whose policy is `require`.
  package var requiredFeatures: [String] = []
  /// Hyper-V enlightenments that need the host, such as `synic`.
  package var enlightenments: [String] = []
  /// `status.topologyHints.tscFrequency`.
  package var tscFrequency: Int64?

  package init(vCPUs: Int, guestMemoryBytes: Int64) {
    self.vCPUs = vCPUs
    self.guestMemoryBytes = guestMemoryBytes
  }

  /// CPUs of its own, or the Guaranteed class of pods.
  func isGuaranteed(_ version: KubeVirtVersion) -> Bool {
    if traits.contains(.dedicatedCPUs) { return true }
    return traits.contains(.guaranteed) && (!traits.contains(.memoryLimitOnly) || version.statesMemoryRequests)
  }
}

/// What an installation of KubeVirt says about the pods of all machines.
package struct LauncherPlatform: Sendable, Hashable {
  package var version = KubeVirtVersion.newest
  /// `developerConfiguration.cpuAllocationRatio`.
  package var cpuAllocationRatio = LauncherPod.defaultCPUAllocationRatio
  /// `developerConfiguration.memoryOvercommit`; 150 requests two thirds of the guest's memory.
  package var memoryOvercommitPercent = 100
  /// `additionalGuestMemoryOverheadRatio`.
  package var overheadRatio = 1.0
  /// False with `virtualMachineOptions.disableSerialConsoleLog`.
  package var logsSerialConsole = true
  /// `supportContainerResources`.
  package var support = SupportContainers()
  /// The gate ImageVolume: container disks are mounted as images, without a container for each.
  package var mountsImages = false
  /// `developerConfiguration.useEmulation`: machines run without `/dev/kvm`.
  package var usesEmulation = false
  /// The gate HypervStrictCheck, which HyperConverged switches on.
  package var checksEnlightenments = true
  /// Architecture of machines that state none.
  package var architecture = "amd64"
  /// `cpuModel` of machines that state none.
  package var cpuModel = GuestCPUModel.hostModel
  /// `developerConfiguration.nodeSelectors`.
  package var nodeSelector: [String: String] = [:]

  package init() {}
}
