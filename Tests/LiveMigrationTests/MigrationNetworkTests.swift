import ClusterModel
import Testing

@testable import LiveMigration

struct MigrationNetworkTests {
  /// Ten-gigabit interfaces without TLS, as many as asked for.
  static func network(nodes: Int, isDedicated: Bool = true) -> MigrationNetwork {
    var configuration = MigrationConfiguration()
    configuration.disableTLS = true
    let interface = NetworkInterface(bytesPerSecond: 1.25e9, mtuBytes: 1500, isDedicated: isDedicated)
    return MigrationNetwork(
      interfaces: Array(repeating: interface, count: nodes), configuration: configuration)
  }

  static let payload = 1.25e9 * 1448 / 1538

  @Test func `two migrations off one node share its line; a third elsewhere is not touched`() {
    var network = Self.network(nodes: 5)
    network.addFlow(id: 7, from: NodeID(0), to: NodeID(1), capBytesPerSecond: .infinity)
    #expect(abs(network.rate(of: 7) - Self.payload) < 1)
    network.addFlow(id: 8, from: NodeID(0), to: NodeID(2), capBytesPerSecond: .infinity)
    network.addFlow(id: 9, from: NodeID(3), to: NodeID(4), capBytesPerSecond: 1e8)
    #expect(abs(network.rate(of: 7) - Self.payload / 2) < 1)
    #expect(abs(network.rate(of: 8) - Self.payload / 2) < 1)
    #expect(network.rate(of: 9) == 1e8)
    network.removeFlow(id: 7)
    #expect(abs(network.rate(of: 8) - Self.payload) < 1)
    #expect(network.flowIDs == [8, 9])
    #expect(network.rate(of: 7) == 0)
  }

  @Test func `egress and ingress of a node are separate lines`() {
    var network = Self.network(nodes: 2)
    network.addFlow(id: 1, from: NodeID(0), to: NodeID(1), capBytesPerSecond: .infinity)
    network.addFlow(id: 2, from: NodeID(1), to: NodeID(0), capBytesPerSecond: .infinity)
    #expect(network.rates().allSatisfy { abs($0 - Self.payload) < 1 })
  }

  @Test func `application traffic goes first on a shared line and never on a dedicated one`() {
    var shared = Self.network(nodes: 2, isDedicated: false)
    var dedicated = Self.network(nodes: 2)
    for node in 0..<2 {
      shared.setApplicationTraffic(node: NodeID(node), egressBytesPerSecond: 0.75e9, ingressBytesPerSecond: 0)
      dedicated.setApplicationTraffic(node: NodeID(node), egressBytesPerSecond: 0.75e9, ingressBytesPerSecond: 0)
    }
    shared.addFlow(id: 1, from: NodeID(0), to: NodeID(1), capBytesPerSecond: .infinity)
    dedicated.addFlow(id: 1, from: NodeID(0), to: NodeID(1), capBytesPerSecond: .infinity)
    #expect(abs(shared.rate(of: 1) - Self.payload * 0.4) < 1)
    #expect(abs(dedicated.rate(of: 1) - Self.payload) < 1)
    shared.setApplicationTraffic(node: NodeID(1), egressBytesPerSecond: 0, ingressBytesPerSecond: 9e9)
    #expect(abs(shared.rate(of: 1) - Self.payload * MigrationNetwork.leastMigrationShare) < 1)
  }

  @Test func `an uplink limits what crosses it`() {
    var network = Self.network(nodes: 4)
    let uplink = network.addUplink(bytesPerSecond: 1e9)
    network.addFlow(id: 1, from: NodeID(0), to: NodeID(2), capBytesPerSecond: .infinity, uplinks: (uplink, -1))
    network.addFlow(id: 2, from: NodeID(1), to: NodeID(3), capBytesPerSecond: .infinity, uplinks: (uplink, -1))
    #expect(network.rates() == [0.5e9, 0.5e9])
    network.setCap(2e8, of: 1)
    #expect(network.rates() == [2e8, 8e8])
  }

  @Test func `rates kept while flows come and go are those of a network built at once`() {
    for seed in 0..<200 as Range<UInt64> {
      var random = Seeded(seed)
      var network = Self.network(nodes: 6, isDedicated: false)
      var alive: [(id: Int, from: Int, to: Int, cap: Double)] = []
      var traffic = Array(repeating: 0.0, count: 6)
      for id in 0..<40 {
        switch random.integer(0, 3) {
        case 0 where !alive.isEmpty:
          network.removeFlow(id: alive.remove(at: random.integer(0, alive.count - 1)).id)
        case 1:
          let node = random.integer(0, 5)
          traffic[node] = random.uniform(0, 1.5e9)
          network.setApplicationTraffic(
            node: NodeID(node), egressBytesPerSecond: traffic[node], ingressBytesPerSecond: traffic[node])
        default:
          let from = random.integer(0, 5)
          let to = (from + random.integer(1, 5)) % 6
          let cap = random.chance(0.5) ? Double.infinity : random.uniform(1e7, 1e9)
          network.addFlow(id: id, from: NodeID(from), to: NodeID(to), capBytesPerSecond: cap)
          alive.append((id, from, to, cap))
        }
        if random.chance(0.3) { _ = network.rates() }
      }
      var capacities: [Double] = []
      for node in 0..<6 {
        capacities.append(network.egressBytesPerSecond(of: NodeID(node)))
        capacities.append(network.ingressBytesPerSecond(of: NodeID(node)))
        #expect(abs(capacities[2 * node] - max(1.25e9 - traffic[node], 0.0625e9) * 1448 / 1538) < 1)
      }
      let expected = FullMaxMinFill.rates(
        flows: alive.map { MaxMinFairShare.Flow(2 * $0.from, 2 * $0.to + 1, capBytesPerSecond: $0.cap) },
        capacities: capacities)
      #expect(network.flowIDs == alive.map(\.id), "seed \(seed)")
      #expect(zip(network.rates(), expected).allSatisfy { abs($0 - $1) < 1e-3 }, "seed \(seed)")
    }
  }

  @Test func `an unknown node carries nothing`() {
    var network = Self.network(nodes: 1)
    network.addFlow(id: 1, from: NodeID(0), to: NodeID(44), capBytesPerSecond: .infinity)
    network.setApplicationTraffic(node: NodeID(44), egressBytesPerSecond: 1, ingressBytesPerSecond: 1)
    #expect(network.rate(of: 1) == 0)
  }

  /// Nodes a1, a2 of zone a, b1, b2 of zone b, c1 without a zone.
  private static func zoned(_ uplinks: [Uplink], links: Int = 1) -> MigrationNetwork {
    let nodes = ["a1", "a2", "b1", "b2", "c1"].map { name in
      Node(
        name: name, labels: name == "c1" ? ["rack": "r"] : ["zone": String(name.prefix(1)), "rack": "r" + name],
        cpuMillicores: 1000, memoryBytes: 1 << 30,
        migrationNIC: NetworkInterface(
          bytesPerSecond: 1e9 * 1538 / 1448, mtuBytes: 1500, isDedicated: true, linkCount: links))
    }
    var inventory = Inventory(nodes: nodes, machines: [])
    inventory.uplinks = uplinks
    var configuration = MigrationConfiguration()
    configuration.disableTLS = true
    return MigrationNetwork(inventory: inventory, configuration: configuration)
  }

  private static func rates(_ network: MigrationNetwork, _ flows: [(Int, Int)], streams: Int = 1) -> [Double] {
    var network = network
    for (id, flow) in flows.enumerated() {
      network.addFlow(
        id: id, from: NodeID(flow.0), to: NodeID(flow.1), capBytesPerSecond: .infinity, streams: streams)
    }
    return network.rates().map { ($0 / 1e6).rounded() }
  }

  @Test func `migrations between zones share the uplinks, those within a zone do not`() {
    // An uplink carries payload like the NICs below it.
    let zone = Uplink(label: "zone", bytesPerSecond: 8e8 * 1538 / 1448, bytesPerSecondByValue: ["b": 5e8 * 1538 / 1448])
    let network = Self.zoned([zone])
    #expect(Self.rates(network, [(0, 1)]) == [1000])
    #expect(Self.rates(network, [(0, 2), (1, 3)]) == [250, 250])
    #expect(Self.rates(network, [(2, 0), (3, 1)]) == [250, 250])
    // Up and down are apart, and a node outside of zones meets one uplink only.
    #expect(Self.rates(network, [(0, 2), (3, 1)]) == [500, 500])
    #expect(Self.rates(network, [(0, 4)]) == [800])
    #expect(Self.rates(network, [(4, 2)]) == [500])
    // Of two labels the narrower one counts; an uplink of one value only leaves others alone.
    let rack = Uplink(label: "rack", bytesPerSecondByValue: ["ra1": 1e8 * 1538 / 1448])
    #expect(Self.rates(Self.zoned([zone, rack]), [(0, 1), (1, 2)]) == [100, 500])
  }

  @Test func `a migration uses as many links of a NIC as it has streams`() {
    let network = Self.zoned([], links: 4)
    #expect(Self.rates(network, [(0, 1)]) == [1000])
    #expect(Self.rates(network, [(0, 1)], streams: 3) == [3000])
    #expect(Self.rates(network, [(0, 1)], streams: 8) == [4000])
    #expect(Self.rates(network, (1...4).map { (0, $0) } + [(0, 1)]).reduce(0, +) == 4000)
    var shared = network
    shared.addFlow(id: 1, from: NodeID(0), to: NodeID(1), capBytesPerSecond: 1e8)
    #expect((shared.rateWithoutCap(of: 1) / 1e6).rounded() == 1000)
    shared.setCap(.infinity, of: 1)
    #expect((shared.rate(of: 1) / 1e6).rounded() == 1000)
  }

  @Test func `application traffic takes its share of every link`() {
    var configuration = MigrationConfiguration()
    configuration.disableTLS = true
    let nic = NetworkInterface(bytesPerSecond: 1e9, mtuBytes: 1500, isDedicated: false, linkCount: 2)
    var network = MigrationNetwork(interfaces: [nic, nic], configuration: configuration)
    network.addFlow(id: 1, from: NodeID(0), to: NodeID(1), capBytesPerSecond: .infinity)
    network.setApplicationTraffic(node: NodeID(0), egressBytesPerSecond: 1e9, ingressBytesPerSecond: 0)
    #expect(abs(network.rate(of: 1) - 0.5e9 * 1448 / 1538) < 1)
    network.setApplicationTraffic(node: NodeID(0), egressBytesPerSecond: 0, ingressBytesPerSecond: 0)
    #expect(abs(network.rate(of: 1) - 1e9 * 1448 / 1538) < 1)
  }
}
