package import ClusterModel

/// Migrations as flows from the source's NIC to the target's, with max-min fair rates.
///
/// Each node has an egress and an ingress link of `line rate × links × MTU payload share × TLS factor` each. Of a NIC of
/// several links a flow uses at most as many as it has streams. Between nodes whose values of an uplink's label differ
/// it crosses the egress of the source's uplink and the ingress of the target's; a node without the label has no
/// uplink. On a NIC that is not dedicated, application traffic takes its demand first; migrations keep at least
/// `leastMigrationShare` of the line, because TCP never starves a flow altogether.
///
/// - Complexity: a flow is found in O(1); a change solves only links it can reach (see `MaxMinFairShare`), when a rate
///   is asked for. Nodes without flows cost nothing.
package struct MigrationNetwork: Sendable {
  private struct NIC: Sendable {
    /// Of all its links.
    var lineBytesPerSecond: Double
    var links: Int
    var payloadFactor: Double
    var isDedicated: Bool
  }

  private struct Flow: Sendable {
    var id = 0
    /// Counts flows as they are added.
    var order = -1
    var source = 0
    var target = 0
    var streams = 1
    var capBytesPerSecond = 0.0
  }

  /// Share of a shared line that application traffic leaves to migrations in any case (reasoned).
  package static let leastMigrationShare = 0.05

  private var nics: [NIC]
  /// Of each uplink and node: where its egress is, the ingress after it; −1 where the node has none.
  private var uplinkOfNode: [[Int]] = []
  /// Egress of node n at 2n, ingress at 2n + 1, uplinks after them.
  var shares: MaxMinFairShare
  /// Where an id's flow is; never iterated.
  private var numbers: [Int: Int] = [:]
  private var flows: [Flow] = []
  private var added = 0

  /// - Parameter configuration: decides on TLS, whose factor applies to every NIC.
  package init(interfaces: [NetworkInterface], configuration: MigrationConfiguration) {
    nics = interfaces.map {
      let links = max(1, $0.linkCount)
      return NIC(
        lineBytesPerSecond: $0.bytesPerSecond > 0 ? $0.bytesPerSecond * Double(links) : 0, links: links,
        payloadFactor: MigrationModel.payloadShare(mtuBytes: $0.mtuBytes) * configuration.tlsFactor,
        isDedicated: $0.isDedicated)
    }
    shares = MaxMinFairShare(
      capacities: nics.flatMap { nic in
        Array(repeating: nic.lineBytesPerSecond * nic.payloadFactor, count: 2)
      })
  }

  /// With the uplinks of the inventory; an uplink's payload share is that of the first NIC below it.
  package init(inventory: Inventory, configuration: MigrationConfiguration) {
    self.init(interfaces: inventory.nodes.map(\.migrationNIC), configuration: configuration)
    for uplink in inventory.uplinks.prefix(Uplink.most) {
      var linkOfValue: [String: Int] = [:]
      uplinkOfNode.append(
        inventory.nodes.indices.map { node in
          guard let value = inventory.nodes[node].labels[uplink.label] else { return -1 }
          if let link = linkOfValue[value] { return link }
          let payload = uplink.bytesPerSecond(of: value) * nics[node].payloadFactor
          let link = addUplink(bytesPerSecond: payload)
          _ = addUplink(bytesPerSecond: payload)
          linkOfValue[value] = link
          return link
        })
    }
  }

  /// One line of two nodes, from node 0 to node 1.
  init(lineBytesPerSecond: Double) {
    let line = lineBytesPerSecond > 0 ? lineBytesPerSecond : 0
    nics = Array(repeating: NIC(lineBytesPerSecond: line, links: 1, payloadFactor: 1, isDedicated: true), count: 2)
    shares = MaxMinFairShare(capacities: Array(repeating: line, count: 4))
  }

  /// Adds a link that several nodes share, such as a rack's uplink, and returns its number for `addFlow`.
  package mutating func addUplink(bytesPerSecond: Double) -> Int { shares.addLink(bytesPerSecond: bytesPerSecond) }

  /// What migrations may use of a node's line now, in payload bytes per second.
  package func egressBytesPerSecond(of node: NodeID) -> Double { capacity(2 * node.index) }
  package func ingressBytesPerSecond(of node: NodeID) -> Double { capacity(2 * node.index + 1) }

  private func capacity(_ link: Int) -> Double { link < 2 * nics.count ? shares.capacity(of: link) : 0 }

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
    guard shares.capacity(of: link) != bytesPerSecond else { return }
    shares.setCapacity(of: link, bytesPerSecond: bytesPerSecond)
    guard nics[link / 2].links > 1 else { return }
    for number in shares.flows(on: link) { shares.setCap(cap(flows[number], flows[number].capBytesPerSecond), of: number) }
  }

  // MARK: Flows

  /// Adds a migration; an id that is present already is replaced.
  /// - Parameters:
  ///   - streams: its TCP connections, which decide how many links of a NIC it can use.
  ///   - uplinks: at most two further links from `addUplink` that it crosses.
  package mutating func addFlow(
    id: Int, from source: NodeID, to target: NodeID, capBytesPerSecond: Double, streams: Int = 1,
    uplinks: (Int, Int) = (-1, -1)
  ) {
    removeFlow(id: id)
    added += 1
    let flow = Flow(
      id: id, order: added, source: source.index, target: target.index, streams: max(1, streams),
      capBytesPerSecond: capBytesPerSecond > 0 ? capBytesPerSecond : 0)
    var path = MaxMinFairShare.Flow(capBytesPerSecond: cap(flow, flow.capBytesPerSecond))
    path.links[0] = Int32(clamping: 2 * source.index)
    path.links[1] = Int32(clamping: 2 * target.index + 1)
    var count = 2
    for extra in [uplinks.0, uplinks.1] where extra >= 0 {
      path.links[count] = Int32(clamping: extra)
      count += 1
    }
    for links in uplinkOfNode where source.index < links.count && target.index < links.count {
      let (up, down) = (links[source.index], links[target.index])
      guard up != down else { continue }
      for link in [up, down < 0 ? -1 : down + 1] where link >= 0 && count < MaxMinFairShare.Flow.mostLinks {
        path.links[count] = Int32(clamping: link)
        count += 1
      }
    }
    let number =
      max(source.index, target.index) < nics.count
      ? shares.add(path) : shares.add(MaxMinFairShare.Flow(capBytesPerSecond: 0))
    if number >= flows.count { flows.append(flow) } else { flows[number] = flow }
    numbers[id] = number
  }

  package mutating func removeFlow(id: Int) {
    guard let number = numbers.removeValue(forKey: id) else { return }
    shares.remove(number)
    flows[number] = Flow()
  }

  /// Changes a flow's cap, such as to infinity for the last copy, which `bandwidthPerMigration` does not limit.
  package mutating func setCap(_ capBytesPerSecond: Double, of id: Int) {
    guard let number = numbers[id] else { return }
    flows[number].capBytesPerSecond = capBytesPerSecond > 0 ? capBytesPerSecond : 0
    shares.setCap(cap(flows[number], capBytesPerSecond), of: number)
  }

  /// A flow's cap, and what the links of the NICs at its ends carry of it.
  private func cap(_ flow: Flow, _ own: Double) -> Double {
    min(own, min(linkLimit(flow.source, 2 * flow.source, flow), linkLimit(flow.target, 2 * flow.target + 1, flow)))
  }

  private func linkLimit(_ node: Int, _ link: Int, _ flow: Flow) -> Double {
    guard node < nics.count, flow.streams < nics[node].links else { return .infinity }
    return shares.capacity(of: link) * Double(flow.streams) / Double(nics[node].links)
  }

  // MARK: Rates

  /// The number of a flow in `shares`, and the other way round; −1 for an unknown id.
  func flowNumber(of id: Int) -> Int { numbers[id] ?? -1 }
  func id(ofFlow number: Int) -> Int { flows[number].id }

  /// The flows' ids in the order in which they were added; `rates()` has the same order.
  package var flowIDs: [Int] { inOrder.map { flows[$0].id } }

  /// The present rate of every flow in bytes per second, in the order of `flowIDs`.
  package mutating func rates() -> [Double] { inOrder.map { shares.rate(of: $0) } }

  private var inOrder: [Int] {
    flows.indices.filter { flows[$0].order >= 0 }.sorted { flows[$0].order < flows[$1].order }
  }

  /// The present rate of one flow; 0 for an unknown id.
  package mutating func rate(of id: Int) -> Double { numbers[id].map { shares.rate(of: $0) } ?? 0 }

  /// What a flow would get now if its own cap did not limit it; 0 for an unknown id.
  package mutating func rateWithoutCap(of id: Int) -> Double {
    guard let number = numbers[id] else { return 0 }
    return shares.rate(of: number, withCap: cap(flows[number], .infinity))
  }
}
