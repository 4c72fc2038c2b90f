package import ClusterModel

/// Migrations as flows from the source's NIC to the target's, with max-min fair rates.
///
/// Each node has one NIC with an egress and an ingress link of `line rate × MTU payload share × TLS factor` each.
/// On a NIC that is not dedicated, application traffic takes its demand first; migrations keep at least
/// `leastMigrationShare` of the line, because TCP never starves a flow altogether.
///
/// - Complexity: `addFlow`, `removeFlow` and `setCap` cost O(1) to O(flows); the first `rate` after changes solves all
///   flows once (at KubeVirt's limits that is a handful). A flow alone on its links needs no solving of the others.
package struct MigrationNetwork: Sendable {
  private struct NIC: Sendable {
    var lineBytesPerSecond: Double
    var payloadFactor: Double
    var isDedicated: Bool
  }

  /// Share of a shared line that application traffic leaves to migrations in any case (reasoned).
  package static let leastMigrationShare = 0.05

  private var nics: [NIC]
  /// Egress of node n at 2n, ingress at 2n + 1, uplinks after them.
  private var capacities: [Double]
  private var ids: [Int] = []
  private var flows: [MaxMinFairShare.Flow] = []
  private var solved: [Double] = []
  private var needsSolving = false
  private var solver = MaxMinFairShare()

  /// - Parameter configuration: decides on TLS, whose factor applies to every NIC.
  package init(interfaces: [NetworkInterface], configuration: MigrationConfiguration) {
    nics = interfaces.map {
      NIC(
        lineBytesPerSecond: $0.bytesPerSecond > 0 ? $0.bytesPerSecond : 0,
        payloadFactor: MigrationModel.payloadShare(mtuBytes: $0.mtuBytes) * configuration.tlsFactor,
        isDedicated: $0.isDedicated)
    }
    capacities = nics.flatMap { [$0.lineBytesPerSecond * $0.payloadFactor, $0.lineBytesPerSecond * $0.payloadFactor] }
  }

  package init(inventory: Inventory, configuration: MigrationConfiguration) {
    self.init(interfaces: inventory.nodes.map(\.migrationNIC), configuration: configuration)
  }

  /// Adds a link that several nodes share, such as a rack's uplink, and returns its number for `addFlow`.
  package mutating func addUplink(bytesPerSecond: Double) -> Int {
    capacities.append(max(0, bytesPerSecond))
    return capacities.count - 1
  }

  /// What migrations may use of a node's line now, in payload bytes per second.
  package func egressBytesPerSecond(of node: NodeID) -> Double { capacity(2 * node.index) }
  package func ingressBytesPerSecond(of node: NodeID) -> Double { capacity(2 * node.index + 1) }

  private func capacity(_ link: Int) -> Double { link < 2 * nics.count ? capacities[link] : 0 }

  /// Traffic of the node's own workloads, in wire bytes per second; of no effect on a dedicated NIC.
  package mutating func setApplicationTraffic(
    node: NodeID, egressBytesPerSecond egress: Double, ingressBytesPerSecond ingress: Double
  ) {
    guard node.index < nics.count, !nics[node.index].isDedicated else { return }
    setCapacity(2 * node.index, left(nics[node.index], egress))
    setCapacity(2 * node.index + 1, left(nics[node.index], ingress))
  }

  private func left(_ nic: NIC, _ traffic: Double) -> Double {
    let line = nic.lineBytesPerSecond
    return max(line - max(0, traffic), line * Self.leastMigrationShare) * nic.payloadFactor
  }

  private mutating func setCapacity(_ link: Int, _ bytesPerSecond: Double) {
    guard capacities[link] != bytesPerSecond else { return }
    capacities[link] = bytesPerSecond
    if !needsSolving { needsSolving = isUsed(link) }
  }

  private func isUsed(_ link: Int) -> Bool { flows.contains { any($0.links .== Int32(truncatingIfNeeded: link)) } }

  /// Adds a migration; an id that is present already is replaced.
  /// - Parameter uplinks: at most two links from `addUplink` that the flow crosses.
  package mutating func addFlow(
    id: Int, from source: NodeID, to target: NodeID, capBytesPerSecond: Double, uplinks: (Int, Int) = (-1, -1)
  ) {
    removeFlow(id: id)
    let flow = MaxMinFairShare.Flow(
      2 * source.index, 2 * target.index + 1, uplinks.0, uplinks.1, capBytesPerSecond: capBytesPerSecond)
    let isAlone = isAlone(flow)
    ids.append(id)
    flows.append(flow)
    if isAlone && !needsSolving {
      solved.append(rateAlone(flow))
    } else {
      needsSolving = true
    }
  }

  package mutating func removeFlow(id: Int) {
    guard let position = ids.firstIndex(of: id) else { return }
    let flow = flows[position]
    ids.remove(at: position)
    flows.remove(at: position)
    if isAlone(flow) && !needsSolving {
      solved.remove(at: position)
    } else {
      needsSolving = true
    }
  }

  /// Changes a flow's cap, such as to infinity for the last copy, which `bandwidthPerMigration` does not limit.
  package mutating func setCap(_ capBytesPerSecond: Double, of id: Int) {
    guard let position = ids.firstIndex(of: id), flows[position].capBytesPerSecond != capBytesPerSecond else { return }
    flows[position].capBytesPerSecond = capBytesPerSecond
    needsSolving = true
  }

  private func isAlone(_ flow: MaxMinFairShare.Flow) -> Bool {
    !flows.contains { other in
      (0..<4).contains { flow.links[$0] >= 0 && any(other.links .== flow.links[$0]) }
    }
  }

  private func rateAlone(_ flow: MaxMinFairShare.Flow) -> Double {
    var rate = max(0, flow.capBytesPerSecond)
    for i in 0..<4 where flow.links[i] >= 0 {
      let link = Int(flow.links[i])
      rate = min(rate, link < capacities.count ? capacities[link] : 0)
    }
    return rate
  }

  /// The flows' ids in the order in which they were added; `rates()` has the same order.
  package var flowIDs: [Int] { ids }

  /// The present rate of every flow in bytes per second, in the order of `flowIDs`.
  package mutating func rates() -> [Double] {
    solveIfNeeded()
    return solved
  }

  /// The present rate of one flow; 0 for an unknown id.
  package mutating func rate(of id: Int) -> Double {
    solveIfNeeded()
    return ids.firstIndex(of: id).map { solved[$0] } ?? 0
  }

  /// What a flow would get now if its own cap did not limit it; 0 for an unknown id.
  package mutating func rateWithoutCap(of id: Int) -> Double {
    guard let position = ids.firstIndex(of: id) else { return 0 }
    var lifted = flows
    lifted[position].capBytesPerSecond = .infinity
    var rates: [Double] = []
    solver.solve(flows: lifted, capacities: capacities, into: &rates)
    return rates[position]
  }

  private mutating func solveIfNeeded() {
    guard needsSolving else { return }
    solver.solve(flows: flows, capacities: capacities, into: &solved)
    needsSolving = false
  }
}
