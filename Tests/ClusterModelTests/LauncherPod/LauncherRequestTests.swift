import ClusterModel
import Testing

/// Requests of launcher pods besides the overhead: CPU, guest memory, huge pages, devices, node and pod labels.
struct LauncherRequestTests {
  private static let gibibyte: Int64 = 1 << 30
  private static let mebibyte: Int64 = 1 << 20

  private func shape(_ vCPUs: Int = 4, _ change: (inout LauncherShape) -> Void = { _ in }) -> LauncherShape {
    var shape = LauncherShape(vCPUs: vCPUs, guestMemoryBytes: 4 * Self.gibibyte)
    change(&shape)
    return shape
  }

  private func cpu(_ vCPUs: Int = 4, _ change: (inout LauncherShape) -> Void = { _ in }) -> Int64 {
    LauncherPod(shape(vCPUs, change)).cpuRequestMillicores
  }

  @Test func `supplemental IO threads count like vCPUs`() {
    #expect(cpu() == 405)
    #expect(cpu { $0.supplementalIOThreads = 4 } == 805)
    #expect(
      cpu {
        $0.supplementalIOThreads = 4
        $0.statedCPUMillicores = 250
      } == 255, "a request of its own wins")
  }

  @Test(arguments: [
    (4, false, false, 0, Int64(4)), (4, true, false, 0, 5), (4, true, true, 0, 6), (3, true, true, 0, 4),
    (4, true, true, 1, 6), (4, false, true, 2, 6),
  ])
  func `dedicated CPUs are requested whole, an isolated emulator one or two more`(
    vCPUs: Int, isIsolated: Bool, isEven: Bool, threads: Int, cores: Int64
  ) {
    let found = cpu(vCPUs) {
      $0.traits.insert(.dedicatedCPUs)
      if isIsolated { $0.traits.insert(.isolatedEmulator) }
      if isEven { $0.traits.insert(.evenParity) }
      $0.supplementalIOThreads = threads
      $0.statedCPUMillicores = 100
    }
    #expect(found == cores * 1000 + 15, "the console log of a Guaranteed pod requests its limit")
  }

  @Test func `the console log can be off at the machine, its console or the installation`() {
    var platform = LauncherPlatform()
    let on = LauncherPod(shape())
    func without(_ change: (inout LauncherShape) -> Void, _ platform: LauncherPlatform) -> (Int64, Int64) {
      let pod = LauncherPod(shape(4, change), on: platform)
      return (on.cpuRequestMillicores - pod.cpuRequestMillicores, on.memoryRequestBytes - pod.memoryRequestBytes)
    }
    #expect(without({ $0.logsSerialConsole = false }, platform) == (5, 35_000_000))
    #expect(without({ $0.traits.insert(.noSerialConsole) }, platform) == (5, 35_000_000))
    platform.logsSerialConsole = false
    #expect(without({ _ in }, platform) == (5, 35_000_000))
    #expect(without({ $0.logsSerialConsole = true }, platform) == (0, 0))
  }

  @Test func `a Guaranteed pod's console log requests 15m and 60 MB`() {
    let pod = LauncherPod(shape { $0.traits.insert(.guaranteed) })
    #expect(pod.cpuRequestMillicores == 400 + 15)
    #expect(pod.memoryRequestBytes == 4 * Self.gibibyte + (312 + 100) * Self.mebibyte + 60_000_000)
  }

  @Test func `overcommit divides the guest, is whole, and spares what is stated`() {
    var platform = LauncherPlatform()
    platform.memoryOvercommitPercent = 150
    let rest = 312 * Self.mebibyte + 35_000_000
    #expect(LauncherPod(shape(), on: platform).memoryRequestBytes == 4 * Self.gibibyte * 100 / 150 + rest)
    let stated = LauncherPod(shape { $0.statedMemoryBytes = Self.gibibyte }, on: platform)
    #expect(stated.memoryRequestBytes == Self.gibibyte + rest + 2 * Self.mebibyte)
  }

  @Test func `an overcommitted overhead is not requested`() {
    let pod = LauncherPod(shape { $0.traits.insert(.overcommittedOverhead) })
    #expect(pod.memoryRequestBytes == 4 * Self.gibibyte + 35_000_000)
  }

  @Test func `huge pages hold the guest and ordinary memory the overhead and what exceeds the guest`() {
    let plain = LauncherPod(shape { $0.hugepageSize = "1Gi" })
    #expect(plain.extraRequests["hugepages-1Gi"]?.wholeUnits == 4 * Self.gibibyte)
    #expect(plain.memoryRequestBytes == 312 * Self.mebibyte + 35_000_000)
    let larger = LauncherPod(
      shape {
        $0.hugepageSize = "2Mi"
        $0.statedMemoryBytes = 5 * Self.gibibyte
      })
    #expect(larger.extraRequests["hugepages-2Mi"]?.wholeUnits == 4 * Self.gibibyte)
    #expect(larger.memoryRequestBytes == Self.gibibyte + (312 + 10) * Self.mebibyte + 35_000_000)
    var platform = LauncherPlatform()
    platform.memoryOvercommitPercent = 200
    let over = LauncherPod(shape { $0.hugepageSize = "1Gi" }, on: platform)
    #expect(over == plain, "huge pages are not overcommitted")
  }

  private func extra(_ platform: LauncherPlatform = LauncherPlatform(), _ change: (inout LauncherShape) -> Void)
    -> [String: Int64]
  {
    let entries = LauncherPod(shape(4, change), on: platform).extraRequests.entries
    return Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.amount.wholeUnits ?? -1) })
  }

  private static let usual: [String: Int64] = [
    "devices.kubevirt.io/kvm": 1, "devices.kubevirt.io/tun": 1, "devices.kubevirt.io/vhost-net": 1,
    "ephemeral-storage": 50_000_000,
  ]

  @Test func `every launcher takes kvm, tun, vhost-net and 50 MB of ephemeral storage`() {
    #expect(extra { _ in } == Self.usual)
    #expect(extra { $0.statedStorageBytes = 1_000_000 }["ephemeral-storage"] == 51_000_000)
    #expect(extra { $0.traits.remove(.virtioInterface) }["devices.kubevirt.io/vhost-net"] == nil)
    #expect(extra { $0.traits = [] } == ["devices.kubevirt.io/kvm": 1, "ephemeral-storage": 50_000_000])
    var emulated = LauncherPlatform()
    emulated.usesEmulation = true
    #expect(extra(emulated) { _ in } == ["devices.kubevirt.io/tun": 1, "ephemeral-storage": 50_000_000])
  }

  @Test func `devices are counted by resource name`() {
    let found = extra {
      $0.devices = ["nvidia.com/A100", "nvidia.com/A100", "intel.com/sriov", ""]
      $0.security = .sev
      $0.traits.insert(.vsock)
    }
    let own: [String: Int64] = [
      "nvidia.com/A100": 2, "intel.com/sriov": 1, "devices.kubevirt.io/sev": 1, "devices.kubevirt.io/vhost-vsock": 1,
    ]
    #expect(found == Self.usual.merging(own) { first, _ in first })
  }

  private static let everyFamily = Set(LauncherPod.LabelFamily.allCases)

  @Test func `nodes must be schedulable, of the architecture, and know machine type, model and features`() {
    let plain = LauncherPod.nodeSelector(shape(), on: LauncherPlatform(), families: Self.everyFamily)
    #expect(plain == ["kubevirt.io/schedulable": "true", "kubernetes.io/arch": "amd64"])
    let special = shape {
      $0.architecture = "ARM64"
      $0.machineType = "virt"
      $0.cpuModel = .named("Cascadelake-Server")
      $0.requiredFeatures = ["invtsc"]
      $0.traits.insert([.dedicatedCPUs, .realtime, .evmcs])
      $0.enlightenments = ["synic"]
      $0.tscFrequency = 2_300_000_000
      $0.security = .sevES
    }
    var platform = LauncherPlatform()
    platform.nodeSelector = ["zone": "lab", "kubevirt.io/schedulable": "yes"]
    let found = LauncherPod.nodeSelector(special, on: platform, families: Self.everyFamily)
    #expect(
      found == [
        "kubevirt.io/schedulable": "yes", "kubernetes.io/arch": "arm64", "zone": "lab",
        "machine-type.node.kubevirt.io/virt": "true", "cpu-model.node.kubevirt.io/Cascadelake-Server": "true",
        "cpu-feature.node.kubevirt.io/invtsc": "true", "kubevirt.io/cpumanager": "true",
        "hyperv.node.kubevirt.io/synic": "true", "cpu-vendor.node.kubevirt.io/Intel": "true",
        "scheduling.node.kubevirt.io/tsc-frequency-2300000000": "true", "kubevirt.io/realtime": "true",
        "kubevirt.io/sev-es": "true",
      ])
    #expect(LauncherPod.nodeSelector(special, on: LauncherPlatform(), families: []).isEmpty)
  }

  @Test func `the installation's CPU model counts where the machine states none, and host models need no label`() {
    var platform = LauncherPlatform()
    platform.cpuModel = .named("Skylake-Server")
    func models(_ model: GuestCPUModel?) -> [String] {
      LauncherPod.nodeSelector(shape { $0.cpuModel = model }, on: platform, families: [.cpuModel]).keys.sorted()
    }
    #expect(models(nil) == ["cpu-model.node.kubevirt.io/Skylake-Server"])
    #expect(models(.hostModel).isEmpty && models(.hostPassthrough).isEmpty)
  }

  @Test func `families of labels are told by their beginning`() {
    let labels = [
      "kubernetes.io/hostname", "kubevirt.io/sev-snp", "cpu-model.node.kubevirt.io/Penryn", "cpumanager",
      "cpu-model-migration.node.kubevirt.io/Penryn", "kubevirt.io/schedulables",
    ]
    #expect(LauncherPod.LabelFamily.families(of: labels) == [.sev, .cpuModel, .cpuManager, .cpuModelMigration])
    #expect(LauncherPod.labels(ofMachine: "db") == ["kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": "db"])
  }
}
