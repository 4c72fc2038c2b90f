import ClusterModel
import Foundation
import InputFormats
import SimulationEngine
import TestSupport
import Testing

/// What placement needs of machines, pods, nodes and the installation, as it arrives in the inventory of a run.
struct LauncherReaderTests {
  private func load(_ documents: String...) throws -> ClusterSpecification {
    let files = TestFiles(files: ["d.yaml": documents.joined(separator: "\n---\n")])
    let reading = files.read("d.yaml")
    return try #require(reading.scenario, "\(reading.diagnostics.lines)").cluster
  }

  private static let mebibyte: Int64 = 1 << 20

  private static let host = """
    apiVersion: v1
    kind: Node
    metadata:
      name: w1
      labels:
        kubevirt.io/schedulable: "true"
        kubernetes.io/arch: amd64
        machine-type.node.kubevirt.io/q35: "true"
        cpu-model.node.kubevirt.io/Penryn: "true"
        cpu-feature.node.kubevirt.io/vmx: "true"
        cpumanager: "true"
        hyperv.node.kubevirt.io/synic: "true"
        scheduling.node.kubevirt.io/tsc-frequency-2300000000: "true"
    status:
      allocatable:
        cpu: 8
        memory: 32Gi
        pods: 110
        ephemeral-storage: "99999999999"
        hugepages-1Gi: 8Gi
        hugepages-2Mi: "0"
        nvidia.com/A100: 2
        devices.kubevirt.io/kvm: 1k
        devices.kubevirt.io/tun: 1k
        devices.kubevirt.io/vhost-net: 1k
    """
  private static let plainNode =
    "{ apiVersion: v1, kind: Node, metadata: { name: w1 }, status: { allocatable: { cpu: 8, memory: 32Gi } } }"

  private static func machine(_ spec: String, status: String = "phase: Running, nodeName: w1") -> String {
    """
    apiVersion: kubevirt.io/v1
    kind: VirtualMachineInstance
    metadata: { name: db, namespace: shop }
    spec: { \(spec.replacing("\n", with: " ")) }
    status: { \(status) }
    """
  }

  @Test func `a node offers what its allocatable lists and is not zero`() throws {
    let node = try #require(load(Self.host).snapshotNodes.first)
    #expect(
      node.extraAllocatable.entries.map(\.name) == [
        "devices.kubevirt.io/kvm", "devices.kubevirt.io/tun", "devices.kubevirt.io/vhost-net", "ephemeral-storage",
        "hugepages-1Gi", "nvidia.com/A100",
      ])
    #expect(node.extraAllocatable["devices.kubevirt.io/kvm"]?.wholeUnits == 1000)
  }

  @Test func `a machine without a pod asks as KubeVirt would, of nodes that KubeVirt has labelled`() throws {
    let spec = """
      architecture: amd64, nodeSelector: { disk: ssd, kubernetes.io/arch: arm64 }, domain: {
        cpu: { cores: 2, model: Penryn, dedicatedCpuPlacement: true, isolateEmulatorThread: true,
          features: [{ name: vmx }, { name: svm, policy: disable }] },
        machine: { type: q35 }, memory: { guest: 4Gi, hugepages: { pageSize: 1Gi } },
        features: { hyperv: { synic: {}, vapic: {}, ipi: { enabled: false } } },
        devices: { gpus: [{ deviceName: nvidia.com/A100, name: g }], tpm: {} } },
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [
        { matchExpressions: [{ key: zone, operator: In, values: [a] }] }] } } },
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule }]
      """
    let status = "phase: Running, nodeName: w1, topologyHints: { tscFrequency: 2300000000 }"
    let machine = try #require(load(Self.host, Self.machine(spec, status: status)).snapshotMachines.first)
    #expect(
      machine.nodeSelector == [
        "disk": "ssd", "kubernetes.io/arch": "arm64", "kubevirt.io/schedulable": "true",
        "machine-type.node.kubevirt.io/q35": "true", "cpu-model.node.kubevirt.io/Penryn": "true",
        "cpu-feature.node.kubevirt.io/vmx": "true", "cpumanager": "true", "hyperv.node.kubevirt.io/synic": "true",
        "scheduling.node.kubevirt.io/tsc-frequency-2300000000": "true",
      ])
    #expect(machine.cpuModel == .named("Penryn") && machine.hasDedicatedCPUs && machine.cpuRequestMillicores == 3015)
    let parts: [Int64] = [240, 2 * 8 + 8, 32, 1024, 53, 100]
    let overhead: Int64 = parts.reduce(0, +) * Self.mebibyte
    #expect(machine.memoryRequestBytes == overhead + 60_000_000)
    #expect(
      machine.terms.extraRequests.entries.map { "\($0.name) \($0.amount.wholeUnits ?? -1)" } == [
        "devices.kubevirt.io/kvm 1", "devices.kubevirt.io/tun 1", "devices.kubevirt.io/vhost-net 1",
        "ephemeral-storage 50000000", "hugepages-1Gi 4294967296", "nvidia.com/A100 1",
      ])
    #expect(machine.terms.requiredNodeTerms?.count == 1 && machine.terms.spreadConstraints.count == 1)
  }

  @Test func `resources of nodes that a machine states are those of its pod, from limits where requests lack them`()
    throws
  {
    let spec = """
      domain: { memory: { guest: 4Gi }, devices: { gpus: [{ deviceName: nvidia.com/A100, name: g }] }, resources: {
        requests: { nvidia.com/A100: 1, a.com/x: 0 }, limits: { nvidia.com/A100: 1, example.com/fpga: 2 } } }
      """
    let machine = try #require(load(Self.plainNode, Self.machine(spec)).snapshotMachines.first)
    #expect(
      machine.terms.extraRequests.entries.map { "\($0.name) \($0.amount.wholeUnits ?? -1)" } == [
        "example.com/fpga 2", "nvidia.com/A100 2",
      ])
  }

  @Test func `nodes of another platform are asked for nothing that only KubeVirt has`() throws {
    let spec = "domain: { machine: { type: q35 }, memory: { guest: 4Gi } }"
    let machine = try #require(load(Self.plainNode, Self.machine(spec)).snapshotMachines.first)
    #expect(machine.nodeSelector.isEmpty && machine.terms.isEmpty && machine.cpuModel == .hostModel)
    let plain = LauncherPod(vCPUs: 1, guestMemoryBytes: 4 << 30)
    #expect(machine.memoryRequestBytes == plain.memoryRequestBytes)
  }

  private static let launcher = """
    apiVersion: v1
    kind: Pod
    metadata: { name: virt-launcher-db-abcde, namespace: shop,
      labels: { kubevirt.io: virt-launcher, vm.kubevirt.io/name: db } }
    spec:
      nodeName: w1
      nodeSelector: { kubevirt.io/schedulable: "true", kubernetes.io/arch: amd64, own: x }
      tolerations: [{ key: k, operator: Exists }]
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { kubevirt.io/created-by: uid } } }
          - { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: db } } }
      containers:
      - name: compute
        resources:
          requests: { cpu: 100m, memory: 5Gi, ephemeral-storage: 50M }
          limits: { devices.kubevirt.io/kvm: 1, devices.kubevirt.io/vhost-vsock: 1, nvidia.com/A100: 1 }
      volumes: [{ name: v, persistentVolumeClaim: { claimName: local } }, { name: w, persistentVolumeClaim: { claimName: ceph } }]
    """

  @Test func `a launcher pod is the truth about its machine`() throws {
    let spec = "nodeSelector: { old: y }, tolerations: [{ key: o }], domain: { memory: { guest: 4Gi } }"
    let machine = try #require(load(Self.host, Self.machine(spec), Self.launcher).snapshotMachines.first)
    #expect(machine.nodeSelector == ["kubevirt.io/schedulable": "true", "kubernetes.io/arch": "amd64", "own": "x"])
    #expect(machine.tolerations == [Toleration(key: "k", operator: .exists)])
    #expect(machine.cpuRequestMillicores == 100 && machine.memoryRequestBytes == 5 << 30)
    #expect(
      machine.terms.extraRequests.entries.map(\.name) == [
        "devices.kubevirt.io/kvm", "ephemeral-storage", "nvidia.com/A100",
      ], "what no node offers of KubeVirt's own devices is not asked for")
    #expect(machine.hostAntiAffinity == [LabelSelector(matchLabels: ["app": "db"])])
    #expect(machine.terms.claimNames.isEmpty, "nothing is known of its claims")
  }

  @Test func `claims count where their volume ties them, and only what pods refer to is kept`() throws {
    let objects = """
      { kind: PersistentVolumeClaim, metadata: { name: local, namespace: shop }, spec: { volumeName: pv1 } }
      ---
      { kind: PersistentVolumeClaim, metadata: { name: ceph, namespace: shop }, spec: { volumeName: pv2 } }
      ---
      { kind: PersistentVolume, metadata: { name: pv1 }, spec: { nodeAffinity: { required: { nodeSelectorTerms: [
        { matchExpressions: [{ key: zone, operator: In, values: [a] }] }] } } } }
      ---
      { kind: PersistentVolume, metadata: { name: pv2 }, spec: {} }
      ---
      { kind: Namespace, metadata: { name: shop, labels: { team: x } } }
      ---
      { kind: Service, metadata: { name: s, namespace: shop }, spec: { selector: { app: db } } }
      ---
      { kind: Service, metadata: { name: external, namespace: shop }, spec: { externalName: x } }
      ---
      { kind: ReplicaSet, apiVersion: apps/v1, metadata: { name: web, namespace: shop }, spec: { selector: { matchLabels: { app: web } } } }
      ---
      { kind: ReplicaSet, apiVersion: apps/v1, metadata: { name: old, namespace: shop }, spec: { selector: { matchLabels: { app: web } } } }
      ---
      kind: Pod
      metadata: { name: web-1, namespace: shop, ownerReferences: [{ kind: ReplicaSet, name: web, controller: true }] }
      spec: { nodeName: w1, priority: 7, nodeSelector: { a: b }, tolerations: [{ operator: Exists }],
        containers: [{ name: c, ports: [{ hostPort: 80 }], resources: { requests: { cpu: 1 } } }] }
      """
    let cluster = try load(
      Self.host, Self.machine("domain: { memory: { guest: 4Gi } }"), Self.launcher, objects)
    #expect(cluster.snapshotMachines[0].terms.claimNames == ["local"])
    let known = cluster.snapshotObjects
    #expect(known.claims == [.init(namespace: "shop", name: "local", volumeName: "pv1")])
    #expect(known.volumes.map(\.name) == ["pv1"] && known.volumes[0].requiredNodeTerms?.count == 1)
    #expect(known.namespaces == [.init(name: "shop", labels: ["team": "x"])])
    #expect(known.services == [.init(namespace: "shop", selector: ["app": "db"])])
    #expect(known.controllers.map(\.reference) == [ControllerReference(kind: "ReplicaSet", name: "web")])
    let pod = try #require(cluster.snapshotPods.first)
    #expect(pod.priority == 7 && pod.nodeSelector == ["a": "b"] && pod.tolerations == [Toleration(operator: .exists)])
    #expect(pod.terms.hostPorts == [HostPort(number: 80)] && pod.terms.controller?.name == "web")
  }

  @Test func `the installation says version, model, console log, emulation and selectors`() throws {
    func installation(_ status: String, _ configuration: String = "") -> String {
      """
      apiVersion: kubevirt.io/v1
      kind: KubeVirt
      metadata: { name: kubevirt, namespace: kubevirt }
      spec: { configuration: { \(configuration.replacing("\n", with: " ")) } }
      status: { \(status) }
      """
    }
    func machine(_ installation: String) throws -> VirtualMachine {
      try #require(
        load(Self.host, installation, Self.machine("domain: { memory: { guest: 4Gi } }")).snapshotMachines.first)
    }
    let newest = LauncherPod(vCPUs: 1, guestMemoryBytes: 4 << 30)
    let tables: Int64 = 8 << 20
    #expect(try machine(installation("")).memoryRequestBytes == newest.memoryRequestBytes)
    #expect(
      try machine(installation("observedKubeVirtVersion: v1.4.1")).memoryRequestBytes
        == newest.memoryRequestBytes + tables)
    #expect(try machine(installation("operatorVersion: v1.6.0")).memoryRequestBytes == newest.memoryRequestBytes)
    let converged = """
      apiVersion: hco.kubevirt.io/v1beta1
      kind: HyperConverged
      metadata: { name: kubevirt-hyperconverged, namespace: openshift-cnv }
      spec: { defaultCPUModel: Penryn, virtualMachineOptions: { disableSerialConsoleLog: true } }
      status: { versions: [{ name: operator, version: 4.18.3 }] }
      """
    let old = try machine(converged)
    #expect(old.memoryRequestBytes == newest.memoryRequestBytes + tables - 35_000_000)
    #expect(old.cpuRequestMillicores == 100 && old.cpuModel == .named("Penryn"))
    #expect(old.nodeSelector["cpu-model.node.kubevirt.io/Penryn"] == "true")
    let own = try machine(
      installation(
        "",
        """
        additionalGuestMemoryOverheadRatio: "2", virtualMachineOptions: { disableSerialConsoleLog: {} },
        developerConfiguration: { useEmulation: true, nodeSelectors: { room: x } }, cpuModel: Penryn
        """))
    #expect(own.nodeSelector["room"] == "x" && own.cpuModel == .named("Penryn"))
    #expect(own.terms.extraRequests.entries.map(\.name) == ["devices.kubevirt.io/tun", "ephemeral-storage"])
    let overhead: Int64 = 288 * Self.mebibyte
    let kilobytes: Int64 = (overhead + 999) / 1000
    let expected: Int64 = 4096 * Self.mebibyte + overhead + kilobytes * 1000
    #expect(own.memoryRequestBytes == expected)
  }

  @Test func `networks bring the resource that their definition names and the memory that their plugin takes`() throws {
    let definition = """
      apiVersion: k8s.cni.cncf.io/v1
      kind: NetworkAttachmentDefinition
      metadata: { name: fast, namespace: shop, annotations: { k8s.v1.cni.cncf.io/resourceName: intel.com/nic } }
      """
    let installation = """
      apiVersion: kubevirt.io/v1
      kind: KubeVirt
      metadata: { name: kubevirt }
      spec: { configuration: { network: { binding: { passt: { computeResourceOverhead: { requests: { memory: 250Mi } } } } } } }
      """
    let spec = """
      networks: [{ name: a, multus: { networkName: fast } }, { name: b, multus: { networkName: shop/fast } }, { name: c, pod: {} }],
      domain: { memory: { guest: 4Gi }, devices: { interfaces: [{ name: a, sriov: {} }, { name: b, sriov: {} },
        { name: c, binding: { name: passt } }] } }
      """
    let machine = try #require(load(Self.host, definition, installation, Self.machine(spec)).snapshotMachines.first)
    #expect(machine.terms.extraRequests["intel.com/nic"]?.wholeUnits == 2)
    let plain = LauncherPod(vCPUs: 1, guestMemoryBytes: 4 << 30)
    let added: Int64 = (1024 + 250) * Self.mebibyte
    #expect(machine.memoryRequestBytes == plain.memoryRequestBytes + added)
  }

  @Test(
    .enabled(if: ReferenceData.path("kubernetes/kubevirt/kv-vmi-gpu.yaml") != nil, ReferenceData.absent),
    arguments: [
      ("kv-vmi-gpu.yaml", "1 1 nvidia.com/GP102GL_Tesla_P40"), ("harvester-guest-vm.txt", "2 2 -"),
      ("acm-virtualmachineinstance.json", "1 0 -"), ("harvester-vm-vmi-migrated.txt", "2 0 -"),
    ])
  func `real machines bring their rules and devices`(_ name: String, _ expected: String) throws {
    let path = try #require(ReferenceData.path("kubernetes/kubevirt/" + name))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let files = TestFiles(files: ["d.yaml": Self.plainNode, name: text])
    let cluster = try #require(files.read(["d.yaml", name]).scenario).cluster
    let machine = try #require(cluster.snapshotMachines.first)
    var rules = machine.terms.preferredAntiAffinity.count + (machine.terms.requiredNodeTerms?.count ?? 0)
    rules += machine.terms.extraRequests.entries.count
    let devices = machine.terms.extraRequests.entries.map(\.name).joined(separator: " ")
    #expect("\(machine.vCPUs) \(rules) \(devices.isEmpty ? "-" : devices)" == expected)
  }
}
