/// Max-min fair rates of flows that share links, kept while flows come and go.
///
/// Every link has a level, the rate of the flows that it holds back: the water level at which its flows, each limited
/// by its cap and by the levels of its other links, fill its capacity; infinity where they do not. A flow's rate is the
/// least of its cap and the levels of its links, so it has a bottleneck, and such rates are the max-min fair ones.
/// A change opens the links it touches, then upwards the links of all flows that an open link had held back, since a
/// lower level never depends on a higher one. Filling settles open links in order of their levels; where one settles
/// below the level of a link that was not open, that one opens as well. All other levels keep their bits. It knows
/// flows and links only. Links are numbered from 0; the same operations in the same order give the same bits.
///
/// - Complexity: a change costs O(flows on the links it opens) a few times over, and O(log) of their number for each;
///   filling is put off until a rate is asked for, so that changes at one time are filled together.
package struct MaxMinFairShare: Sendable {
  /// A flow over at most six links, limited by its own cap.
  package struct Flow: Sendable, Equatable {
    package static let mostLinks = 6

    /// Link indices; a negative one means unused, one that is there twice counts once.
    package var links = SIMD8<Int32>(repeating: -1)
    /// Bytes per second; infinity is no cap.
    package var capBytesPerSecond: Double

    /// Links beyond the sixth are left out.
    package init(_ path: Int..., capBytesPerSecond: Double = .infinity) {
      self.capBytesPerSecond = capBytesPerSecond
      for (i, link) in path.prefix(Self.mostLinks).enumerated() { links[i] = Int32(clamping: link) }
    }
  }

  /// A flow present; inside, links are numbered from 1.
  private struct Present: Sendable {
    var links = SIMD8<Int32>(repeating: 0)
    /// Its position among the flows of each of its links.
    var slots = SIMD8<Int32>(repeating: 0)
    var linkCount = 0
    var capBytesPerSecond = 0.0
  }

  private enum State: UInt8 { case closed, open, settled }

  private var capacities: [Double] = [.infinity]
  /// Of each link: its level, infinity while it is open; the entry of no link is always infinity.
  private(set) var levels: [Double] = [.infinity]
  private var levelsBefore: [Double] = [.infinity]
  private var states: [State] = [.closed]
  var incidence = LinkMembers()
  private var flows: [Present] = []
  private var freeFlows: [Int] = []
  /// Links opened since the last filling.
  private var opened: [Int32] = []
  /// Whether no change waits to be filled.
  private(set) var isFilled = true
  private var pending: [Int32] = []
  private var queue = LeastKeyHeap()
  private var limits: [Double] = []

  package init() { incidence.addLink() }

  package init(capacities: [Double]) {
    self.init()
    for capacity in capacities { _ = addLink(bytesPerSecond: capacity) }
  }

  // MARK: Links

  package var linkCount: Int { capacities.count - 1 }

  /// A capacity that is not positive carries nothing.
  package mutating func addLink(bytesPerSecond: Double) -> Int {
    capacities.append(Self.harmless(bytesPerSecond))
    levels.append(.infinity)
    levelsBefore.append(.infinity)
    states.append(.closed)
    incidence.addLink()
    return linkCount - 1
  }

  package func capacity(of link: Int) -> Double { link >= 0 && link < linkCount ? capacities[link + 1] : 0 }

  package mutating func setCapacity(of link: Int, bytesPerSecond: Double) {
    let capacity = Self.harmless(bytesPerSecond)
    guard link >= 0, link < linkCount, capacities[link + 1] != capacity else { return }
    capacities[link + 1] = capacity
    if !incidence.range(link + 1).isEmpty { open(Int32(link + 1)) }
  }

  /// NaN and negative are 0; 10^300 keeps sums finite.
  private static func harmless(_ value: Double) -> Double { value > 0 ? min(value, 1e300) : 0 }

  // MARK: Flows

  /// Returns the flow's number, which a later flow may get after this one is gone.
  ///
  /// Links that do not exist are made and carry nothing; a flow without any link gets its cap.
  package mutating func add(_ flow: Flow) -> Int {
    while linkCount <= Int(flow.links.max()) { _ = addLink(bytesPerSecond: 0) }
    let number = freeFlows.popLast() ?? flows.count
    if number == flows.count { flows.append(Present()) }
    var present = Present()
    for i in 0..<Flow.mostLinks where flow.links[i] >= 0 && !any(present.links .== flow.links[i] + 1) {
      present.links[present.linkCount] = flow.links[i] + 1
      present.linkCount += 1
    }
    present.capBytesPerSecond = flow.capBytesPerSecond > 0 ? flow.capBytesPerSecond : 0
    for i in 0..<present.linkCount {
      present.slots[i] = Int32(incidence.insert(Self.member(number, present, i), in: Int(present.links[i])))
    }
    flows[number] = present
    openLinks(of: present)
    return number
  }

  /// What a flow is on its link number `own`.
  private static func member(_ number: Int, _ flow: Present, _ own: Int) -> LinkMembers.Member {
    var member = LinkMembers.Member(capBytesPerSecond: flow.capBytesPerSecond, flow: Int32(number))
    var count = 0
    for i in 0..<flow.linkCount where i != own {
      if count == 0 { member.other = flow.links[i] } else { member.further[count - 1] = flow.links[i] }
      count += 1
    }
    return member
  }

  package mutating func remove(_ flow: Int) {
    let present = flows[flow]
    openLinks(of: present)
    for i in 0..<present.linkCount {
      let (link, slot) = (present.links[i], present.slots[i])
      guard let moved = incidence.remove(slot: Int(slot), of: Int(link)) else { continue }
      let other = Int(moved.flow)
      for j in 0..<flows[other].linkCount where flows[other].links[j] == link { flows[other].slots[j] = slot }
    }
    flows[flow] = Present()
    freeFlows.append(flow)
  }

  package func cap(of flow: Int) -> Double { flows[flow].capBytesPerSecond }

  package mutating func setCap(_ capBytesPerSecond: Double, of flow: Int) {
    let cap = capBytesPerSecond > 0 ? capBytesPerSecond : 0
    let present = flows[flow]
    guard present.capBytesPerSecond != cap else { return }
    let isSettled = (0..<present.linkCount).allSatisfy { states[Int(present.links[$0])] == .closed }
    // A cap that did not bind and does not bind now changes nothing.
    let isFree = isSettled && level(of: present) <= min(cap, present.capBytesPerSecond)
    writeCap(cap, of: flow)
    if !isFree { openLinks(of: present) }
  }

  private mutating func writeCap(_ cap: Double, of flow: Int) {
    flows[flow].capBytesPerSecond = cap
    let present = flows[flow]
    for i in 0..<present.linkCount {
      incidence.setCap(cap, slot: Int(present.slots[i]), of: Int(present.links[i]))
    }
  }

  /// The flows on a link, in an order that depends on the operations so far only.
  func flows(on link: Int) -> [Int] { incidence.range(link + 1).map { Int(incidence.members[$0].flow) } }

  // MARK: Rates

  /// The present rate in bytes per second.
  package mutating func rate(of flow: Int) -> Double {
    fill()
    return filledRate(of: flow)
  }

  /// The rate as of the last filling.
  func filledRate(of flow: Int) -> Double { min(flows[flow].capBytesPerSecond, level(of: flows[flow])) }

  private func level(of flow: Present) -> Double {
    var level = Double.infinity
    for i in 0..<flow.linkCount { level = min(level, levels[Int(flow.links[i])]) }
    return level
  }

  /// The link that holds a flow back, numbered from 1; 0 where its cap does.
  func bottleneck(of flow: Int) -> Int32 {
    let present = flows[flow]
    var (link, least) = (Int32(0), present.capBytesPerSecond)
    for i in 0..<present.linkCount where levels[Int(present.links[i])] < least {
      (link, least) = (present.links[i], levels[Int(present.links[i])])
    }
    return link
  }

  /// What a flow would get now with a higher cap of its own; all levels are put back bit by bit.
  package mutating func rate(of flow: Int, withCap cap: Double) -> Double {
    fill()
    let (own, present) = (flows[flow].capBytesPerSecond, flows[flow])
    guard level(of: present) > own, cap > own, present.linkCount > 0 else { return min(cap, level(of: present)) }
    setCap(cap, of: flow)
    fill()
    let rate = min(cap, level(of: present))
    for link in lastOpened { levels[Int(link)] = levelsBefore[Int(link)] }
    lastOpened.removeAll(keepingCapacity: true)
    writeCap(own, of: flow)
    return rate
  }

  /// The links of the last filling, numbered from 1, for those who follow levels.
  private var lastOpened: [Int32] = []

  /// Fills what has changed and hands over the links that this settled.
  mutating func takeOpened() -> [Int32] {
    fill()
    defer { lastOpened.removeAll() }
    return lastOpened
  }

  /// The level that a link of the last filling had before it.
  func levelBefore(_ link: Int32) -> Double { levelsBefore[Int(link)] }

  // MARK: Opening

  private mutating func openLinks(of flow: Present) {
    for i in 0..<flow.linkCount { open(flow.links[i]) }
  }

  /// Opens a link and, upwards, the links of all flows that it held back.
  /// - Parameter position: how far filling has come; open links that a link held back start from there again.
  private mutating func open(_ link: Int32, position: Double = -1) {
    guard states[Int(link)] == .closed else { return }
    isFilled = false
    pending.append(link)
    states[Int(link)] = .open
    while let link = pending.popLast() {
      let level = levels[Int(link)]
      opened.append(link)
      levelsBefore[Int(link)] = level
      levels[Int(link)] = .infinity
      if position >= 0 { queue.set(Int(link), to: position) }
      guard level < .infinity else { continue }
      for place in incidence.range(Int(link)) {
        let member = incidence.members[place]
        guard limit(member) >= level else { continue }
        visit(member.other, position)
        if member.hasFurther { for i in 0..<4 { visit(member.further[i], position) } }
      }
    }
  }

  @inline(__always)
  private mutating func visit(_ link: Int32, _ position: Double) {
    guard link > 0 else { return }
    switch states[Int(link)] {
    case .closed:
      states[Int(link)] = .open
      pending.append(link)
    case .open: if position >= 0 { queue.set(Int(link), to: position) }
    case .settled: break
    }
  }

  // MARK: Filling

  /// What a member may take where its other links stand now.
  @inline(__always)
  func limit(_ member: LinkMembers.Member) -> Double {
    var limit = min(member.capBytesPerSecond, levels[Int(member.other)])
    if member.hasFurther { for i in 0..<4 { limit = min(limit, levels[Int(member.further[i])]) } }
    return limit
  }

  /// Settles the levels of all open links, the lowest first.
  mutating func fill() {
    guard !isFilled else { return }
    for link in opened { queue.set(Int(link), to: waterLevel(Int(link))) }
    while let (link, key) = queue.first, key < .infinity {
      let level = waterLevel(link)
      if level > queue.keyAfterFirst {
        queue.set(link, to: level)
      } else {
        queue.remove(link)
        settle(link, at: level)
      }
    }
    for link in opened {
      queue.remove(Int(link))
      states[Int(link)] = .closed
    }
    swap(&lastOpened, &opened)
    opened.removeAll(keepingCapacity: true)
    isFilled = true
  }

  /// Gives an open link its level and opens what its flows now leave room on.
  private mutating func settle(_ link: Int, at level: Double) {
    levels[link] = level
    states[link] = .settled
    for place in incidence.range(link) {
      let member = incidence.members[place]
      guard limit(member) > level else { continue }
      openHigher(member.other, level)
      if member.hasFurther { for i in 0..<4 { openHigher(member.further[i], level) } }
    }
  }

  @inline(__always)
  private mutating func openHigher(_ link: Int32, _ level: Double) {
    guard link > 0, states[Int(link)] == .closed, levels[Int(link)] < .infinity else { return }
    open(link, position: level)
  }

  /// The level at which a link's flows fill it: the root of `Σ min(limit, level) = capacity`, infinity where there is none.
  ///
  /// Newton's method on a concave function, from below: it ends after a few steps, exactly at `(capacity − Σ limits
  /// below) / others`. At first all limits are taken to be below, which they mostly are.
  private mutating func waterLevel(_ link: Int) -> Double {
    let range = incidence.range(link)
    let capacity = capacities[link]
    var (sum, highest, unlimited) = (0.0, 0.0, 0)
    for place in range {
      let limit = limit(incidence.members[place])
      if limit < .infinity {
        sum += limit
        highest = max(highest, limit)
      } else {
        unlimited += 1
      }
    }
    if unlimited == 0, sum <= capacity { return .infinity }
    let first = unlimited > 0 ? (capacity - sum) / Double(unlimited) : 0
    if first >= highest { return first }
    return waterLevel(range, capacity, from: max(first, capacity / Double(range.count)))
  }

  private mutating func waterLevel(_ range: Range<Int>, _ capacity: Double, from start: Double) -> Double {
    limits.removeAll(keepingCapacity: true)
    for place in range { limits.append(limit(incidence.members[place])) }
    var (level, count) = (start, Int.max)
    while true {
      var (below, above) = (0.0, 0)
      for limit in limits { if limit < level { below += limit } else { above += 1 } }
      guard above > 0 else { return .infinity }
      level = max(0, capacity - below) / Double(above)
      // Each step has fewer flows at the level, but for rounding.
      if above >= count { return level }
      count = above
    }
  }
}
