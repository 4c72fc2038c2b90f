import ClusterModel
import LiveMigration
package import SimulationEngine

/// A scenario's cluster as Kubernetes objects, as a dump of it would show them when a run starts.
///
/// Nodes, machines, their instances, pods and disks, other pods, usage where it was observed, and the settings of
/// migrations and requests. What no object of Kubernetes has stands in labels and annotations under `headroom/`.
/// - Complexity: O(machines + nodes + pods); one object at a time is built, about 4 KB of JSON text for a machine.
package struct ManifestWriter {
  let inventory: Inventory
  let cluster: ClusterSpecification
  let migration: MigrationConfiguration
  /// Name of the preset that the migration settings stand on.
  let platform: String
  let migrationPolicies: MigrationPolicies
  /// By machine; `NodeID.none` for one that runs nowhere.
  let nodeOfMachine: ContiguousArray<NodeID>
  let names: ManifestNames
  /// Whether launcher pods must be told to avoid nodes that do not virtualize.
  let hasForeignNodes: Bool
  /// What pools reserve on each of their nodes, by name of the pool.
  let reservedOfPool: [String: (cpu: Int64, memory: Int64)]
  /// Whether disks of a storage class can be used by two nodes, by name of the class.
  let isSharedOfClass: [String: Bool]
  /// What could not be written as it is, complete after `forEachObject`.
  package internal(set) var tally = ManifestTally()

  /// The cluster of a scenario, with every machine where the run of replication 0 begins.
  package init(_ setup: SimulationSetup) {
    let placement = InitialPlacer.place(setup, replication: 0)
    self.init(
      setup.inventory, cluster: setup.scenario.cluster, migration: setup.scenario.migration,
      platform: setup.scenario.platform, migrationPolicies: setup.scenario.migrationPolicies,
      nodeOfMachine: placement.state.nodeOfMachine)
    tally.replayingMachines = setup.settings.count { $0.trace != nil }
  }

  init(
    _ inventory: Inventory, cluster: ClusterSpecification, migration: MigrationConfiguration,
    platform: String = MigrationPreset.defaultName, migrationPolicies: MigrationPolicies = MigrationPolicies(),
    nodeOfMachine: ContiguousArray<NodeID>
  ) {
    let absentClaims = AbsentClaims(inventory)
    let inventory = absentClaims.removed(from: inventory)
    self.inventory = inventory
    self.cluster = cluster
    self.migration = migration
    self.platform = platform
    self.migrationPolicies = migrationPolicies
    self.nodeOfMachine = nodeOfMachine
    names = ManifestNames(inventory)
    hasForeignNodes = inventory.nodes.contains { !$0.isVirtualizationHost }
    reservedOfPool = Dictionary(
      cluster.nodePools.map { ($0.name, (cpu: $0.reservedCPUMillicores, memory: $0.reservedMemoryBytes)) },
      uniquingKeysWith: { first, _ in first })
    isSharedOfClass = Dictionary(
      cluster.storageClasses.map { ($0.name, $0.isShared) }, uniquingKeysWith: { first, _ in first })
    tally.absentClaims = absentClaims.count
    tally.escapedNames = names.escapedCount
    tally.escapedExample = names.escapedExample
  }

  /// Calls `body` with every object, what others refer to first.
  package mutating func forEachObject(_ body: (JSONValue) throws -> Void) rethrows {
    for object in namespaces() + priorityClasses() + storageObjects() + placementObjects() { try body(object) }
    try body(installation())
    for policy in migrationPolicies.policies { try body(self.policy(policy)) }
    for index in inventory.nodes.indices { try body(node(index)) }
    for index in inventory.machines.indices {
      let objects = machineObjects(index)
      for object in objects { try body(object) }
    }
    for index in inventory.pods.indices { if let pod = otherPod(index) { try body(pod) } }
    for object in nodeMetrics() + podMetrics() { try body(object) }
  }

  /// All objects as one `v1 List`, an object a line, as `oc get -o json` wraps them.
  package mutating func list() -> String {
    var text = "{\"apiVersion\":\"v1\",\"items\":[\n"
    var isFirst = true
    forEachObject { object in
      if !isFirst { text += ",\n" }
      isFirst = false
      text += JSONWriter.text(object, layout: .line).dropLast()
    }
    return text + "\n],\"kind\":\"List\"}\n"
  }
}
