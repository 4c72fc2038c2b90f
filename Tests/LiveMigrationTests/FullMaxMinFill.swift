@testable import LiveMigration

/// Progressive filling of all flows from nothing, the plain form of `MaxMinFairShare`.
///
/// All rates rise together; a flow stops at its cap or when one of its links is full.
enum FullMaxMinFill {
  static func rates(flows: [MaxMinFairShare.Flow], capacities: [Double]) -> [Double] {
    var rates = flows.map { _ in 0.0 }
    var isFixed = flows.map { _ in false }
    var room = capacities
    let paths = flows.map(path)
    var active = capacities.indices.map { link in paths.count { $0.contains(link) } }
    func fix(_ flow: Int, _ rate: Double) {
      rates[flow] = rate
      isFixed[flow] = true
      for link in paths[flow] {
        room[link] = max(0, room[link] - rate)
        active[link] -= 1
      }
    }
    var level = 0.0
    while let next = flows.indices.filter({ !isFixed[$0] }).min(by: {
      flows[$0].capBytesPerSecond < flows[$1].capBytesPerSecond
    }) {
      var (full, fullest) = (Double.infinity, -1)
      for link in room.indices where active[link] > 0 {
        let rate = max(level, room[link] / Double(active[link]))
        if rate < full { (full, fullest) = (rate, link) }
      }
      if flows[next].capBytesPerSecond <= full {
        level = max(level, flows[next].capBytesPerSecond)
        fix(next, flows[next].capBytesPerSecond)
      } else {
        level = full
        for flow in flows.indices where !isFixed[flow] && paths[flow].contains(fullest) { fix(flow, level) }
      }
    }
    return rates
  }

  static func path(_ flow: MaxMinFairShare.Flow) -> [Int] { (0..<8).map { Int(flow.links[$0]) }.filter { $0 >= 0 } }
}
