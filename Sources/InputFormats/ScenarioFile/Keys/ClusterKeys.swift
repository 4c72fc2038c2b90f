import ClusterModel
import SimulationEngine

/// `cluster`.
enum ClusterKeys {
  static let cpuAllocationRatio = Key.integer(
    "cpuAllocationRatio", in: 1...1000, default: defaults.cpuAllocationRatio,
    "vCPUs for each requested core; where it is absent, that of a dumped installation holds")
  static let memoryOvercommitPercentage = Key.integer(
    "memoryOvercommitPercentage", in: 10...1000, default: defaults.memoryOvercommitPercent,
    "guest memory as a percentage of requested memory; where it is absent, that of a dumped installation holds")
  static let initialPlacement = Key<InitialPlacement>.choice(
    "initialPlacement", default: defaults.initialPlacement,
    "where machines start that have no node: as the scheduler places, packed as after a rolling update, or at random")
  static let migrationNetwork = Key.network("the interface that migrations use on nodes of a dump")
  static let uplinks = Key.list(
    "uplinks", of: .section(UplinkKeys.section), "what the nodes of a zone or rack share on the way to others")
  static let nodePools = Key.list("nodePools", of: .section(NodePoolKeys.section), "pools of identical nodes")
  static let storageClasses = Key.list(
    "storageClasses", of: .section(StorageClassKeys.section), "storage classes that machines may name")
  static let snapshot = Key.oneOrMany(
    "snapshot", of: .text, example: "[cluster.json, machines.json]",
    "dumps and inventories of the cluster: files or folders, seen from the scenario's folder")
  static let machines = Key.list(
    "machines", of: .section(MachineGroupKeys.section), "groups of identical machines")

  static let traces = Key.list(
    "traces", of: .section(ClusterTraceKeys.section),
    "observed use of dumped machines to replay, in place of drawn demand; rows are named like machines")
  static let inventory = Key<Field>(
    "inventory", .section(InventoryKeys.section), "a dump as Headroom holds it, in place of its files; see import"
  ) { $0 }

  static let section = KeySection(
    cpuAllocationRatio, memoryOvercommitPercentage, initialPlacement, migrationNetwork, uplinks, nodePools,
    storageClasses, snapshot, machines, traces, inventory, notYet: ["pods", "network", "racks", "price"])

  private static let defaults = ClusterSpecification()
}

/// An element of `cluster.storageClasses`.
enum StorageClassKeys {
  static let name = Key.text("name", example: "ceph-rbd", "name that machines use as storageClass").required()
  static let accessModes = Key.oneOrMany(
    "accessModes", of: .choice(AccessMode.allCases.map(\.rawValue)), example: "[ReadWriteMany]",
    "access modes of its volumes; live migration needs ReadWriteMany"
  ).required(help: "add accessModes: [ReadWriteMany] for storage that live migration can use")

  static let section = KeySection(
    name, accessModes, notYet: ["latency", "iops", "throughput", "capacity", "price", "failureRate"])

  enum AccessMode: String, CaseIterable {
    case readWriteOnce = "ReadWriteOnce", readOnlyMany = "ReadOnlyMany", readWriteMany = "ReadWriteMany"
    case readWriteOncePod = "ReadWriteOncePod"
  }
}
