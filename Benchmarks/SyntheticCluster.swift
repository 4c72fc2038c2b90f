import Balancing
import ClusterModel
import EventKernel
import LiveMigration
import SimulationEngine

/// A mixed cluster of a given size for benches: ten machines a node in the usual proportions.
func syntheticScenario(nodes: Int, machines: Int, balancer: String = "none", horizon: SimulationDuration) -> Scenario {
  var scenario = Scenario()
  scenario.name = "bench"
  var pool = NodePool(name: "node", count: nodes, cpuMillicores: 64_000, memoryBytes: 512 << 30)
  pool.zones = ["a", "b", "c"]
  scenario.cluster.nodePools = [pool]
  let mix: [(type: String, share: Int, vCPUs: Int, gibibytes: Int64)] = [
    ("general-purpose", 45, 4, 16), ("database", 15, 8, 32), ("batch", 10, 8, 32), ("data-streaming", 5, 8, 32),
    ("edge-iot", 10, 2, 4), ("dev-test-building", 10, 4, 8), ("realtime-analytics", 5, 8, 32),
  ]
  for entry in mix {
    var group = MachineGroup(
      name: entry.type, count: machines * entry.share / 100, vCPUs: entry.vCPUs, guestMemoryBytes: entry.gibibytes << 30
    )
    group.workloadType = entry.type
    scenario.cluster.machineGroups.append(group)
  }
  scenario.horizon = horizon
  scenario.replications = 1
  let definition = BalancerCatalog.named(balancer) ?? NoBalancer.definition
  scenario.balancers = [
    BalancerSetting(label: balancer, name: balancer, parameters: ParameterValues(definition.parameters))
  ]
  return scenario
}
