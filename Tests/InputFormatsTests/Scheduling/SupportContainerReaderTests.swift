import ClusterModel
import InputFormats
import SimulationEngine
import Testing

/// Container disks, shared file systems and what the installation gives to their containers.
struct SupportContainerReaderTests {
  private static func machine(_ volumes: String, _ domain: String = "") -> String {
    """
    { kind: VirtualMachine, apiVersion: kubevirt.io/v1, metadata: { name: m, namespace: n }, spec: {
      runStrategy: Always, template: { spec: { volumes: [\(volumes)],
        domain: { cpu: { cores: 4 }, memory: { guest: 1Gi }\(domain) } } } } }
    """
  }

  private static func installation(_ configuration: String) -> String {
    """
    { kind: KubeVirt, apiVersion: kubevirt.io/v1, metadata: { name: kubevirt, namespace: kubevirt },
      spec: { configuration: { \(configuration) } } }
    """
  }

  /// Requests beyond those of a machine without volumes: cpu in thousandths, memory and storage in bytes.
  private func added(_ machine: String, _ installation: String = installation("")) throws -> [Int64] {
    func requests(_ machine: String, _ installation: String) throws -> [Int64] {
      let node = """
        { kind: Node, apiVersion: v1, metadata: { name: w1 }, status: { allocatable: { cpu: 8, memory: 16Gi,
          ephemeral-storage: 100Gi, devices.kubevirt.io/kvm: 1k } } }
        """
      let files = TestFiles(files: ["d.yaml": [node, machine, installation].joined(separator: "\n---\n")])
      let reading = files.read("d.yaml")
      let read = try #require(reading.scenario?.cluster.snapshotMachines.first, "\(reading.diagnostics.lines)")
      return [
        read.cpuRequestMillicores, read.memoryRequestBytes,
        read.terms.extraRequests["ephemeral-storage"]?.wholeUnits ?? 0,
      ]
    }
    return zip(try requests(machine, installation), try requests(Self.machine(""), Self.installation(""))).map {
      $0 - $1
    }
  }

  private static let disk = "{ name: a, containerDisk: { image: fedora } }"

  @Test func `volumes out of images and a kernel out of one bring a container each`() throws {
    #expect(try added(Self.machine(Self.disk)) == [1, 1_000_000, 50_000_000])
    let kernel = ", firmware: { kernelBoot: { container: { image: kernel } } }"
    #expect(try added(Self.machine(Self.disk, kernel)) == [2, 2_000_000, 100_000_000])
    #expect(try added(Self.machine("{ name: c, cloudInitNoCloud: {} }")) == [0, 0, 0])
  }

  @Test func `volumes that are shared as file systems bring one each`() throws {
    let domain = ", devices: { filesystems: [{ name: s, virtiofs: {} }, { name: t, virtiofs: {} }] }"
    let volumes =
      "{ name: s, configMap: { name: s } }, { name: t, secret: { secretName: t } }, { name: u, emptyDisk: {} }"
    #expect(try added(Self.machine(volumes, domain)) == [20, 2_000_000, 0])
  }

  @Test func `the installation's amounts count, the first entry that states one`() throws {
    let support = """
      supportContainerResources: [
        { type: container-disk, resources: { requests: { cpu: 3m, memory: 0 }, limits: { cpu: 20m } } },
        { type: container-disk, resources: { requests: { cpu: 9m, memory: 2M } } },
        { type: guest-console-log, resources: { requests: { memory: 40M } } },
        { type: vmexport, resources: { requests: { cpu: 500m } } }]
      """
    #expect(try added(Self.machine(Self.disk), Self.installation(support)) == [3, 2_000_000 + 5_000_000, 50_000_000])
  }

  @Test func `with the gate ImageVolume images are mounted`() throws {
    let gate = Self.installation("developerConfiguration: { featureGates: [HypervStrictCheck, ImageVolume] }")
    #expect(try added(Self.machine(Self.disk), gate) == [0, 0, 0])
  }
}
