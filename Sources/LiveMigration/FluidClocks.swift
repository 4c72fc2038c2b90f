/// When flows will have carried their bytes, without looking at each of them whenever rates change.
///
/// All flows that one link holds back have that link's level as their rate. So a link keeps a clock that counts the bytes
/// each of them has carried, `∫ level dt`, and a flow is done when the clock reads what it read at the beginning
/// plus the flow's bytes: when a level changes, one link is looked at and not its flows. A flow that its cap holds
/// back has a time of its own. Flows and links have the numbers of `MaxMinFairShare`, links from 1.
///
/// - Complexity: a change of rates costs O(flows on the links that changed) for those that changed their bottleneck, and
///   O(log links) for each link.
struct FluidClocks: Sendable {
  private struct Clock: BitwiseCopyable, Sendable {
    /// Bytes carried by each flow held back here, until `seconds`.
    var bytes = 0.0
    var seconds = 0.0
    /// The least reading at which one of its flows is done; nil where it has to be looked for.
    var next = Double.infinity
    var isNextKnown = true
  }

  private var clocks: [Clock] = []
  private var dueLinks = LeastKeyHeap()
  /// Flows held back by their caps.
  private var dueFlows = LeastKeyHeap()
  /// Of each flow: the reading at which it is done, or the time where its cap holds it back.
  private var goals: [Double] = []
  /// Of each flow: the link whose clock its goal is on, 0 for its own time, −1 for a flow that carries nothing.
  private var holders: [Int32] = []
  private var arrivals: [(flow: Int, bytes: Double)] = []

  /// Events closer than this are one.
  static let grainSeconds = 1e-9

  /// When the next flow is done.
  var nextSeconds: Double { min(dueLinks.first?.key ?? .infinity, dueFlows.first?.key ?? .infinity) }

  /// Lets a flow carry so many bytes from now on, as of the next `follow`.
  mutating func begin(flow: Int, bytes: Double) {
    while holders.count <= flow {
      holders.append(-1)
      goals.append(0)
    }
    arrivals.append((flow, bytes))
  }

  /// Takes over levels that were filled anew at `now`, for links that `MaxMinFairShare` opened, and flows that begin.
  mutating func follow(_ opened: [Int32], of shares: MaxMinFairShare, now: Double) {
    while clocks.count <= shares.linkCount { clocks.append(Clock()) }
    for link in opened { advance(Int(link), level: shares.levelBefore(link), now: now) }
    for link in opened { move(from: Int(link), shares, now) }
    for (flow, bytes) in arrivals { place(flow, bytes, shares, now) }
    for link in opened { plan(Int(link), shares, now) }
    for (flow, _) in arrivals where holders[flow] > 0 { plan(Int(holders[flow]), shares, now) }
    arrivals.removeAll(keepingCapacity: true)
  }

  private mutating func advance(_ link: Int, level: Double, now: Double) {
    if level < .infinity { clocks[link].bytes += level * (now - clocks[link].seconds) }
    clocks[link].seconds = now
  }

  /// Flows of a link whose bottleneck is another one now, or no longer their cap.
  private mutating func move(from link: Int, _ shares: MaxMinFairShare, _ now: Double) {
    let level = shares.levels[link]
    for place in shares.incidence.range(link) {
      let member = shares.incidence.members[place]
      let flow = Int(member.flow)
      guard flow < holders.count else { continue }
      if holders[flow] == Int32(truncatingIfNeeded: link) {
        guard shares.limit(member) < level else { continue }
        if goals[flow] <= clocks[link].next { clocks[link].isNextKnown = false }
        self.place(flow, goals[flow] - clocks[link].bytes, shares, now)
      } else if holders[flow] == 0, level < member.capBytesPerSecond {
        dueFlows.remove(flow)
        self.place(flow, (goals[flow] - now) * member.capBytesPerSecond, shares, now)
      }
    }
  }

  private mutating func place(_ flow: Int, _ bytes: Double, _ shares: MaxMinFairShare, _ now: Double) {
    let link = shares.bottleneck(of: flow)
    holders[flow] = link
    if link == 0 {
      let rate = shares.cap(of: flow)
      goals[flow] = now + (rate > 0 ? max(0, bytes) / rate : bytes > 0 ? .infinity : 0)
      dueFlows.set(flow, to: goals[flow])
      return
    }
    let position = Int(link)
    advance(position, level: shares.levels[position], now: now)
    goals[flow] = clocks[position].bytes + max(0, bytes)
    clocks[position].next = min(clocks[position].next, goals[flow])
  }

  /// Sets when the next flow of a link is done.
  private mutating func plan(_ link: Int, _ shares: MaxMinFairShare, _ now: Double) {
    if !clocks[link].isNextKnown {
      var next = Double.infinity
      for place in shares.incidence.range(link) {
        let flow = Int(shares.incidence.members[place].flow)
        if flow < holders.count, holders[flow] == Int32(truncatingIfNeeded: link) { next = min(next, goals[flow]) }
      }
      clocks[link].next = next
      clocks[link].isNextKnown = true
    }
    let level = shares.levels[link]
    guard clocks[link].next < .infinity, level > 0 else { return dueLinks.remove(link) }
    dueLinks.set(link, to: now + max(0, clocks[link].next - clocks[link].bytes) / level)
  }

  /// Takes out the flows that are done at `now`.
  mutating func takeDue(at now: Double, _ shares: MaxMinFairShare) -> [Int] {
    var due: [Int] = []
    while let (flow, time) = dueFlows.first, time <= now + Self.grainSeconds {
      dueFlows.remove(flow)
      holders[flow] = -1
      due.append(flow)
    }
    while let (link, time) = dueLinks.first, time <= now + Self.grainSeconds {
      let level = shares.levels[link]
      advance(link, level: level, now: now)
      let reading = max(clocks[link].next, clocks[link].bytes + level * Self.grainSeconds)
      for place in shares.incidence.range(link) {
        let flow = Int(shares.incidence.members[place].flow)
        guard flow < holders.count, holders[flow] == Int32(truncatingIfNeeded: link), goals[flow] <= reading else {
          continue
        }
        holders[flow] = -1
        due.append(flow)
      }
      clocks[link].isNextKnown = false
      plan(link, shares, now)
    }
    return due
  }
}
