import ClusterModel
import LiveMigration

/// The migration settings of every machine: the cluster's, under those of the policy that selects the machine.
///
/// KubeVirt looks for the policy when a transfer starts; labels do not change in a run, so it is the same one each time.
struct MigrationSettings: Sendable {
  /// Without a policy first.
  private var configurations: [MigrationConfiguration]
  /// Empty where no machine has a policy.
  private var ofMachine: [Int32] = []
  /// Policies that select no machine, by name.
  private(set) var idlePolicies: [String] = []

  init(_ scenario: Scenario, _ inventory: Inventory) {
    configurations = [scenario.migration]
    let policies = scenario.migrationPolicies
    guard !policies.isEmpty else { return }
    var labels = Dictionary(
      inventory.objects.namespaces.map { ($0.name, $0.labels) }, uniquingKeysWith: { first, _ in first })
    var positions: [String: Int32] = [:]
    for machine in inventory.machines {
      // The API server labels every namespace with its name.
      labels[machine.namespace, default: [:]]["kubernetes.io/metadata.name"] = machine.namespace
      let found = policies.configuration(
        base: scenario.migration, machineLabels: machine.labels, namespaceLabels: labels[machine.namespace] ?? [:])
      guard let name = found.policyName else {
        ofMachine.append(0)
        continue
      }
      if positions[name] == nil {
        positions[name] = Int32(configurations.count)
        configurations.append(found.configuration)
      }
      ofMachine.append(positions[name] ?? 0)
    }
    idlePolicies = policies.policies.map(\.name).filter { positions[$0] == nil }.sorted()
  }

  /// Which of the settings hold for a machine; machines of one number share all of them.
  func number(of machine: MachineID) -> Int { ofMachine.isEmpty ? 0 : Int(ofMachine[machine.index]) }

  subscript(_ machine: MachineID) -> MigrationConfiguration { configurations[number(of: machine)] }
}
