/// Kinds of objects that are read, each with its API group: `Node` of another group is another thing.
enum ObjectKind: String, CaseIterable {
  case node = "Node"
  case pod = "Pod"
  case claim = "PersistentVolumeClaim"
  case volume = "PersistentVolume"
  case storageClass = "StorageClass"
  case storageNode = "CSINode"
  case priorityClass = "PriorityClass"
  case storageProfile = "StorageProfile"
  case dataVolume = "DataVolume"
  case machine = "VirtualMachine"
  case instance = "VirtualMachineInstance"
  case migration = "VirtualMachineInstanceMigration"
  case instanceType = "VirtualMachineInstancetype"
  case clusterInstanceType = "VirtualMachineClusterInstancetype"
  case preference = "VirtualMachinePreference"
  case clusterPreference = "VirtualMachineClusterPreference"
  case kubeVirt = "KubeVirt"
  case hyperConverged = "HyperConverged"
  case migrationPolicy = "MigrationPolicy"
  case disruptionBudget = "PodDisruptionBudget"
  case namespace = "Namespace"
  case quota = "ResourceQuota"
  case machineSet = "MachineSet"
  case machineHealthCheck = "MachineHealthCheck"
  case nodeHealthCheck = "NodeHealthCheck"
  case descheduler = "KubeDescheduler"
  case deschedulerPolicy = "DeschedulerPolicy"
  case configMap = "ConfigMap"
  case service = "Service"
  case replicaSet = "ReplicaSet"
  case statefulSet = "StatefulSet"
  case replicationController = "ReplicationController"
  case networkAttachment = "NetworkAttachmentDefinition"
  case nodeMetrics = "NodeMetrics"
  case podMetrics = "PodMetrics"

  var group: String {
    switch self {
    case .node, .pod, .claim, .volume, .namespace, .quota, .configMap, .service, .replicationController: ""
    case .replicaSet, .statefulSet: "apps"
    case .networkAttachment: "k8s.cni.cncf.io"
    case .storageClass, .storageNode: "storage.k8s.io"
    case .priorityClass: "scheduling.k8s.io"
    case .storageProfile, .dataVolume: "cdi.kubevirt.io"
    case .machine, .instance, .migration, .kubeVirt: "kubevirt.io"
    case .instanceType, .clusterInstanceType, .preference, .clusterPreference: "instancetype.kubevirt.io"
    case .hyperConverged: "hco.kubevirt.io"
    case .migrationPolicy: "migrations.kubevirt.io"
    case .disruptionBudget: "policy"
    case .machineSet, .machineHealthCheck: "machine.openshift.io"
    case .nodeHealthCheck: "remediation.medik8s.io"
    case .descheduler: "operator.openshift.io"
    case .deschedulerPolicy: "descheduler"
    case .nodeMetrics, .podMetrics: "metrics.k8s.io"
    }
  }

  /// The versions known, the one that others are read as first.
  var versions: [String] {
    switch self {
    case .node, .pod, .claim, .volume, .namespace, .quota, .configMap, .descheduler, .service,
      .replicationController, .networkAttachment:
      ["v1"]
    case .replicaSet, .statefulSet: ["v1", "v1beta2", "v1beta1"]
    case .storageClass, .storageNode, .priorityClass: ["v1", "v1beta1"]
    case .storageProfile, .dataVolume: ["v1beta1", "v1alpha1"]
    case .machine, .instance, .migration, .kubeVirt: ["v1", "v1alpha3"]
    case .instanceType, .clusterInstanceType, .preference, .clusterPreference:
      ["v1beta1", "v1", "v1alpha2", "v1alpha1"]
    case .hyperConverged: ["v1beta1", "v1"]
    case .migrationPolicy, .nodeHealthCheck: ["v1alpha1"]
    case .disruptionBudget: ["v1", "v1beta1"]
    case .machineSet, .machineHealthCheck: ["v1beta1"]
    case .deschedulerPolicy: ["v1alpha2", "v1alpha1"]
    case .nodeMetrics, .podMetrics: ["v1beta1", "v1"]
    }
  }

  /// Place among all kinds.
  var position: Int { Self.positions[self] ?? 0 }

  private static let positions = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

  /// Kinds without a namespace; their key has none either.
  var isClusterScoped: Bool {
    switch self {
    case .node, .nodeMetrics, .volume, .storageClass, .storageNode, .priorityClass, .storageProfile,
      .clusterInstanceType, .clusterPreference, .migrationPolicy, .namespace, .nodeHealthCheck, .deschedulerPolicy:
      true
    default: false
    }
  }

  /// Kinds that other objects find by name; the rest may have none, as a policy file has.
  var isJoinedByName: Bool {
    switch self {
    case .configMap, .deschedulerPolicy, .descheduler, .disruptionBudget, .namespace, .quota,
      .machineSet, .machineHealthCheck, .nodeHealthCheck, .kubeVirt, .hyperConverged, .migration, .service,
      .replicaSet, .statefulSet, .replicationController, .networkAttachment, .storageNode:
      false
    default: true
    }
  }
}
