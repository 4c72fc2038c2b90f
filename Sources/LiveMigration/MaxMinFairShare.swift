/// Max-min fair rates of flows that share links: no flow can get more without taking from one that has no more.
///
/// Progressive filling: all rates rise together; a flow stops at its cap or when one of its links is full. Each step
/// fills at least one link or stops at least one flow, so the result is exact up to rounding, and equal inputs
/// give equal results bit for bit. It knows flows and links only.
///
/// - Complexity: O(F log F) for sorting the caps once, then O(links in use) for every link that fills and
///   O(flows on it); memory is kept between calls.
package struct MaxMinFairShare: Sendable {
  /// A flow over at most four links, limited by its own cap.
  package struct Flow: Sendable, Equatable {
    /// Link indices; negative means unused.
    package var links: SIMD4<Int32>
    /// Bytes per second; infinity is no cap.
    package var capBytesPerSecond: Double

    package init(
      _ first: Int, _ second: Int = -1, _ third: Int = -1, _ fourth: Int = -1,
      capBytesPerSecond: Double = .infinity
    ) {
      links = SIMD4(
        Int32(clamping: first), Int32(clamping: second), Int32(clamping: third), Int32(clamping: fourth))
      self.capBytesPerSecond = capBytesPerSecond
    }
  }

  private var room: [Double] = []
  private var active: [Int32] = []
  private var used: [Int32] = []
  private var byCap: [Int32] = []
  private var isFixed: [Bool] = []
  private var flowsOfLink: [Int32] = []
  private var firstFlow: [Int32] = []

  package init() {}

  /// Writes a rate for every flow.
  ///
  /// Links beyond `capacities` and capacities that are not positive carry nothing; a
  /// flow without any link gets its cap.
  package mutating func solve(flows: [Flow], capacities: [Double], into rates: inout [Double]) {
    rates.removeAll(keepingCapacity: true)
    rates.append(contentsOf: repeatElement(0, count: flows.count))
    prepare(flows, capacities)
    var level = 0.0
    var next = 0
    while true {
      while next < byCap.count, isFixed[Int(byCap[next])] { next += 1 }
      guard next < byCap.count else { return }
      let (link, full) = fullestLink(above: level)
      let cap = Self.cap(flows[Int(byCap[next])])
      level = max(level, min(cap, full))
      if cap <= full {
        fix(Int(byCap[next]), at: cap, flows, &rates)
      } else {
        let start = Int(firstFlow[link])
        for position in start..<Int(firstFlow[link + 1]) where !isFixed[Int(flowsOfLink[position])] {
          fix(Int(flowsOfLink[position]), at: level, flows, &rates)
        }
      }
    }
  }

  /// The link in use that fills first and the common rate at which it does.
  private mutating func fullestLink(above level: Double) -> (link: Int, rate: Double) {
    var best = Double.infinity
    var found = -1
    var kept = 0
    for link in used where active[Int(link)] > 0 {
      used[kept] = link
      kept += 1
      let rate = max(level, room[Int(link)] / Double(active[Int(link)]))
      if rate < best { (best, found) = (rate, Int(link)) }
    }
    used.removeLast(used.count - kept)
    return (found, best)
  }

  private mutating func fix(_ flow: Int, at rate: Double, _ flows: [Flow], _ rates: inout [Double]) {
    rates[flow] = rate
    isFixed[flow] = true
    let links = flows[flow].links
    for i in 0..<4 where links[i] >= 0 {
      room[Int(links[i])] = max(0, room[Int(links[i])] - rate)
      active[Int(links[i])] -= 1
    }
  }

  private static func cap(_ flow: Flow) -> Double { flow.capBytesPerSecond > 0 ? flow.capBytesPerSecond : 0 }

  /// Counts flows per link, lists them link by link, and sorts the flows by cap.
  private mutating func prepare(_ flows: [Flow], _ capacities: [Double]) {
    var links = capacities.count
    for flow in flows { links = max(links, Int(flow.links.max()) + 1) }
    room.removeAll(keepingCapacity: true)
    for link in 0..<links {
      room.append(link < capacities.count && capacities[link] > 0 ? min(capacities[link], 1e300) : 0)
    }
    Self.fill(&active, count: links)
    Self.fill(&firstFlow, count: links + 1)
    for flow in flows { for i in 0..<4 where flow.links[i] >= 0 { active[Int(flow.links[i])] += 1 } }
    used.removeAll(keepingCapacity: true)
    for link in 0..<links {
      firstFlow[link + 1] = firstFlow[link] + active[link]
      if active[link] > 0 { used.append(Int32(link)) }
    }
    Self.fill(&flowsOfLink, count: Int(firstFlow[links]))
    for (index, flow) in flows.enumerated() {
      for i in 0..<4 where flow.links[i] >= 0 {
        let link = Int(flow.links[i])
        flowsOfLink[Int(firstFlow[link])] = Int32(index)
        firstFlow[link] += 1
      }
    }
    for link in stride(from: links, to: 0, by: -1) { firstFlow[link] = firstFlow[link - 1] }
    if links >= 0 { firstFlow[0] = 0 }
    isFixed.removeAll(keepingCapacity: true)
    isFixed.append(contentsOf: repeatElement(false, count: flows.count))
    byCap.removeAll(keepingCapacity: true)
    for index in flows.indices { byCap.append(Int32(index)) }
    byCap.sort {
      let (a, b) = (Self.cap(flows[Int($0)]), Self.cap(flows[Int($1)]))
      return a != b ? a < b : $0 < $1
    }
  }

  private static func fill(_ array: inout [Int32], count: Int) {
    array.removeAll(keepingCapacity: true)
    array.append(contentsOf: repeatElement(0, count: count))
  }
}
