import ClusterModel
import LiveMigration

/// What migrations carry over the nodes' links now, for the rate that a paced migration would have without its pace.
struct NodeLoads {
  private struct Load {
    var sum = 0.0
    var largest = 0.0
    var secondLargest = 0.0

    mutating func add(_ rate: Double) {
      sum += rate
      secondLargest = max(secondLargest, min(largest, rate))
      largest = max(largest, rate)
    }

    func largest(without rate: Double) -> Double { rate < largest ? largest : secondLargest }
  }

  private var egress: [Load]
  private var ingress: [Load]

  /// - Parameters:
  ///   - slots: those that transfer.
  ///   - rates: of each.
  init(_ transfers: TransferTable, slots: [Int], rates: [Double]) {
    egress = [Load](repeating: Load(), count: transfers.nodeCount)
    ingress = egress
    for (position, slot) in slots.enumerated() {
      egress[transfers.rows[slot].source.index].add(rates[position])
      ingress[transfers.rows[slot].target.index].add(rates[position])
    }
  }

  /// The rate at which a window's budget goes out: what streams and links carry beside the other migrations.
  ///
  /// Where the room that the others leave is at least what each of them has on the narrower link, all shares stay fair
  /// when the migration takes it; otherwise the others would have to give way, and the network is solved for it. A
  /// migration that its pace does not hold back gets what it gets.
  /// - Complexity: O(1), seldom the solving of the network.
  func rateWithoutCap(of slot: Int, _ transfers: inout TransferTable, bytesPerSecond rate: Double) -> Double {
    let row = transfers.rows[slot]
    guard row.capBytesPerSecond < row.streamBytesPerSecond, rate >= row.capBytesPerSecond * (1 - 1e-9) else {
      return rate
    }
    let out = egress[row.source.index]
    let into = ingress[row.target.index]
    let roomOut = transfers.network.egressBytesPerSecond(of: row.source) - (out.sum - rate)
    let roomIn = transfers.network.ingressBytesPerSecond(of: row.target) - (into.sum - rate)
    let room = min(roomOut, roomIn)
    let others = roomOut < roomIn ? out.largest(without: rate) : into.largest(without: rate)
    let isFair = transfers.crossesNICsOnly && room >= others
    let free = isFair ? room : transfers.network.rateWithoutCap(of: slot)
    return max(rate, min(row.streamBytesPerSecond, free))
  }
}
