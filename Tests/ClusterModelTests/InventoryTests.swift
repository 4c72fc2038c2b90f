import EventKernel
import TestSupport
import Testing

@testable import ClusterModel

struct InventoryTests {
  @Test func `ids do not depend on the order of the input`() {
    Seeds.each(30) { seed in
      var cluster = RandomCluster(seed: seed, machines: 2...12)
      let inventory = cluster.inventory
      let again = Inventory(
        nodes: cluster.random.shuffled(inventory.nodes), machines: cluster.random.shuffled(inventory.machines),
        pods: cluster.random.shuffled(inventory.pods), objects: inventory.objects)
      return again == inventory ? nil : "a shuffled input gives another inventory"
    }
  }

  @Test func `machines sort by namespace before name`() {
    let machines = [("b", "x"), ("a", "z"), ("a", "y")].map {
      VirtualMachine(namespace: $0.0, name: $0.1, vCPUs: 1, guestMemoryBytes: 1)
    }
    let inventory = Inventory(nodes: [], machines: machines)
    #expect(inventory.machines.map(\.qualifiedName) == ["a/y", "a/z", "b/x"])
  }

  @Test func `every node is found by its name and no other name is`() {
    Seeds.each(30) { seed in
      let inventory = RandomCluster(seed: seed, nodes: 1...9).inventory
      for (index, node) in inventory.nodes.enumerated() where inventory.node(named: node.name) != NodeID(index) {
        return "\(node.name) is not found"
      }
      for name in ["", "node", "node-", "node-99", "zzz"] where inventory.node(named: name) != nil {
        return "'\(name)' is found"
      }
      return nil
    }
    #expect(Inventory(nodes: [], machines: []).node(named: "a") == nil)
  }

  @Test func `zones are the sorted distinct labels and every node points to its own`() {
    let nodes = ["c", "a", "", "c"].enumerated().map { index, zone in
      Node(
        name: "n\(index)", labels: zone.isEmpty ? [:] : ["topology.kubernetes.io/zone": zone], cpuMillicores: 1,
        memoryBytes: 1)
    }
    let inventory = Inventory(nodes: nodes, machines: [])
    #expect(inventory.zones == ["a", "c"])
    #expect(inventory.nodes.map(\.zone) == [ZoneID(1), ZoneID(0), nil, ZoneID(1)])
  }
}
