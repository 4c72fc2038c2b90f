import SimulationEngine

/// Which labels are Kubernetes' own, and which of their values are names of the cluster.
enum LabelNames {
  /// What the value of a label is.
  enum Value: Equatable {
    /// Technical: it stays.
    case kept
    /// A name of this kind.
    case name(NameKind)
    /// The name of a thing of this kind if there is one of that name, else a value like any other.
    case reference(NameKind)
    /// Anything.
    case value
  }

  /// Whether a key is one that Kubernetes, KubeVirt, OpenShift or Headroom define, and says nothing about the cluster.
  ///
  /// Anybody may put a key of their own under a known domain: only keys and roles that are listed count.
  static func isKnown(_ key: String) -> Bool {
    if names[key] != nil || technicalKeys.contains(key) || knownKeys.contains(key) || isNoted(key) { return true }
    guard let slash = key.firstIndex(of: "/") else { return false }
    return key[..<slash] == roleDomain && roles.contains(String(key[key.index(after: slash)...]))
  }

  /// Keys that programs make of what they find in a machine: CPU models and features, kernel options, PCI devices.
  private static func isNoted(_ key: String) -> Bool {
    guard let slash = key.firstIndex(of: "/") else { return false }
    let (domain, name) = (String(key[..<slash]), key[key.index(after: slash)...])
    return labellerDomains.contains(domain)
      || domain == featureDomain && featurePrefixes.contains { name.hasPrefix($0) }
  }

  private static let names: [String: Value] = [
    "topology.kubernetes.io/zone": .name(.zone), "failure-domain.beta.kubernetes.io/zone": .name(.zone),
    "topology.kubernetes.io/region": .name(.region), "failure-domain.beta.kubernetes.io/region": .name(.region),
    "kubernetes.io/hostname": .reference(.node), "kubevirt.io/nodeName": .reference(.node),
    "kubevirt.io/migrationTargetNodeName": .reference(.node), "headroom/pool": .reference(.node),
    "vm.kubevirt.io/name": .reference(.machine), "kubevirt.io/domain": .reference(.machine),
    "kubevirt.io/vm": .reference(.machine), "headroom/group": .reference(.machine),
    "kubernetes.io/metadata.name": .reference(.namespace), "statefulset.kubernetes.io/pod-name": .reference(.pod),
  ]

  private static let roleDomain = "node-role.kubernetes.io"
  private static let roles: Set<String> = [
    "worker", "master", "control-plane", "infra", "etcd", "edge", "storage", "arbiter",
  ]

  /// What KubeVirt's node labeller writes.
  private static let labellerDomains: Set<String> = [
    "cpu-model.node.kubevirt.io", "cpu-model-migration.node.kubevirt.io", "cpu-feature.node.kubevirt.io",
    "cpu-vendor.node.kubevirt.io", "cpu-timer.node.kubevirt.io", "host-model-cpu.node.kubevirt.io",
    "host-model-required-features.node.kubevirt.io", "hyperv.node.kubevirt.io", "scheduling.node.kubevirt.io",
    "machine-type.node.kubevirt.io",
  ]

  /// What Node Feature Discovery finds by itself; `custom-` and `local-` are the users' own.
  private static let featureDomain = "feature.node.kubernetes.io"
  private static let featurePrefixes = [
    "cpu-cpuid.", "cpu-cstate.", "cpu-hardware_multithreading", "cpu-model.", "cpu-power.", "cpu-pstate.", "cpu-rdt.",
    "cpu-security.", "cpu-sgx.", "cpu-topology", "cpu-coprocessor.", "kernel-config.", "kernel-version.",
    "kernel-selinux.", "memory-numa", "memory-nv.", "memory-swap", "network-sriov.", "pci-",
    "storage-nonrotationaldisk",
    "system-os_release.", "usb-",
  ]

  /// Keys whose values are kinds of hardware, systems and roles.
  private static let technicalKeys: Set<String> = [
    "kubernetes.io/arch", "kubernetes.io/os", "beta.kubernetes.io/arch", "beta.kubernetes.io/os",
    "node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type", "node.openshift.io/os_id",
    "node.kubernetes.io/windows-build", "kubevirt.io", "kubevirt.io/schedulable", "kubevirt.io/size",
    "vm.kubevirt.io/os",
    "vm.kubevirt.io/flavor", "vm.kubevirt.io/workload", WorkloadInference.label, "headroom/tier",
    "instancetype.kubevirt.io/class", "instancetype.kubevirt.io/cpu", "instancetype.kubevirt.io/memory",
    "instancetype.kubevirt.io/size", "template.kubevirt.io/type",
  ]

  /// Keys whose values may be names.
  private static let knownKeys: Set<String> = [
    "app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/component",
    "app.kubernetes.io/part-of", "app.kubernetes.io/managed-by", "app.kubernetes.io/created-by",
    "apps.kubernetes.io/pod-index", "batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index", "kubernetes.io/role",
    "node.kubernetes.io/exclude-from-external-load-balancers", "node.kubernetes.io/exclude-disruption",
    "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable", "node.kubernetes.io/memory-pressure",
    "node.kubernetes.io/disk-pressure", "node.kubernetes.io/pid-pressure", "node.kubernetes.io/network-unavailable",
    "node.kubernetes.io/unschedulable", "node.kubernetes.io/out-of-service",
    "node.cloudprovider.kubernetes.io/uninitialized", "node.cloudprovider.kubernetes.io/shutdown",
    "kubevirt.io/drain", "kubevirt.io/created-by", "kubevirt.io/migrationJobUID", "kubevirt.io/ksm-enabled",
    "kubevirt.io/ksm-handler-managed", "kubevirt.io/memfd", "kubevirt.io/heartbeat",
    "vm.kubevirt.io/template", "vm.kubevirt.io/template.namespace", "vm.kubevirt.io/template.revision",
    "vm.kubevirt.io/template.version", "instancetype.kubevirt.io/default-instancetype",
    "instancetype.kubevirt.io/default-preference", "instancetype.kubevirt.io/vendor",
    "instancetype.kubevirt.io/version", "template.kubevirt.io/version", "cdi.kubevirt.io",
    "cdi.kubevirt.io/storage.import.importPvcName", "cluster.ocs.openshift.io/openshift-storage",
    "node.ocs.openshift.io/storage", "machine.openshift.io/interruptible-instance", "openshift.io/cluster-monitoring",
    "hypershift.openshift.io/nodePool", "node.openshift.io/remote-worker", "headroom/application", "headroom/cluster",
    "headroom/datacenter",
  ]

  /// What the value under a key is.
  ///
  /// A value under a known key that is neither technical nor plainly a number or a yes or no counts as a name of the
  /// cluster: `app.kubernetes.io/name` and its like.
  static func value(_ value: String, under key: String) -> Value {
    if value.isEmpty { return .kept }
    if let known = names[key] { return known }
    guard isKnown(key) else { return .value }
    if key == WorkloadInference.label { return WorkloadCatalog.index(of: value) == nil ? .value : .kept }
    if isNoted(key) || technicalKeys.contains(key) && isTechnical(value) { return .kept }
    let isNumber = value.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: ".") }
    return isNumber || value == "true" || value == "false" ? .kept : .value
  }

  /// Whether a value is made of words for systems and sizes and of short codes: `amd64`, `m5.large`, `n2-standard-8`.
  private static func isTechnical(_ value: String) -> Bool {
    let words = value.lowercased().split { !$0.isASCII || !$0.isLetter }
    return value.utf8.allSatisfy { $0 < 0x80 } && words.allSatisfy { $0.utf8.count <= 2 || technicalWords.contains($0) }
  }

  private static let technicalWords: Set<Substring> = [
    // Sizes and series of machines.
    "tiny", "small", "medium", "large", "xlarge", "nano", "micro", "metal", "mini", "basic", "standard", "highmem",
    "highcpu", "megamem", "ultramem", "custom", "general", "purpose", "compute", "memory", "overcommitted", "network",
    "intensive", "exclusive", "server", "desktop", "highperformance", "saphana", "realtime", "base", "gpu",
    // Systems and processors.
    "linux", "windows", "win", "amd", "arm", "ppc", "rhel", "rhcos", "centos", "stream", "fedora", "ubuntu", "debian",
    "sles", "opensuse", "alpine", "cirros", "freebsd", "rocky", "alma", "almalinux", "oraclelinux", "amzn", "scos",
    "virt", "launcher", "true", "false",
    // Tiers of Headroom.
    "critical", "important",
  ]

  /// Whether a resource is one that says nothing about the cluster: Kubernetes' own, KubeVirt's, and makers' devices.
  static func isKnownResource(_ name: String) -> Bool {
    ["ephemeral-storage", "storage"].contains(name) || resourcePrefixes.contains { name.hasPrefix($0) }
  }

  private static let resourcePrefixes = [
    "hugepages-", "attachable-volumes-", "devices.kubevirt.io/", "nvidia.com/", "amd.com/", "intel.com/",
  ]

  /// Whether an address stands for all of a node's, or for itself.
  static func isAnyAddress(_ text: String) -> Bool { ["", "0.0.0.0", "::", "127.0.0.1", "::1"].contains(text) }

  /// Whether KubeVirt gives this reason why a machine cannot move live; any other may be of people.
  static func isReason(_ reason: String) -> Bool { reasons.contains(reason) }

  /// Source: kubevirt/kubevirt `api/core/v1/types.go`, `VirtualMachineInstanceReason…`; the first is Headroom's own.
  private static let reasons: Set<String> = [
    "NotLiveMigratable", "NotMigratable", "DisksNotLiveMigratable", "InterfaceNotLiveMigratable",
    "HotplugNotLiveMigratable", "CPUModeLiveMigratable", "VirtIOFSNotLiveMigratable", "HostDeviceNotLiveMigratable",
    "SEVNotLiveMigratable", "TDXNotLiveMigratable", "SecureExecutionNotLiveMigratable",
    "NoTSCFrequencyNotLiveMigratable", "HypervPassthroughNotLiveMigratable", "PersistentReservationNotLiveMigratable",
    "DRANotLiveMigratable",
  ]
}
