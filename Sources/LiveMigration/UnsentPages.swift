import EventKernel

/// What a pre-copy round still has to send, and what the guest has written meanwhile.
///
/// Pages with data lie before the pages of zeroes. The scan goes on where it stands, so a round that an early reading
/// of the bitmap began sends what lies ahead, then the zeroes, then from the first address again. All amounts are
/// page bytes, 4,096 a page, which is how QEMU counts what remains; the wire carries a header more, or 9 bytes a zero page.
struct UnsentPages: Sendable {
  private var map: PageMap
  /// Data ahead of the zeroes, the zeroes, data after them.
  private(set) var ahead: Double
  private(set) var zeroes: Double
  private(set) var behind = 0.0
  /// Data when the round began.
  private(set) var dataAtStart: Double
  /// Where the sequential writers of the classes stand, in bytes from the start of their set.
  private var positions = SIMD4<Double>(repeating: 0)

  static let pageBytes = 4096.0

  /// The first round: every used page, of which the dirty classes are a part, and every page of zeroes.
  /// - Parameter sequentialStart: where sequential writers stand at first, as a share of their set.
  init(usedBytes: Double, zeroBytes: Double, dirty: DirtyPageProfile, sequentialStart: Double = 0) {
    map = PageMap(usedBytes: usedBytes, dirty: dirty)
    ahead = usedBytes
    dataAtStart = usedBytes
    zeroes = zeroBytes
    for i in 0..<dirty.classCount { positions[i] = dirty[i].setBytes * sequentialStart }
  }

  var data: Double { ahead + behind }
  var remaining: Double { ahead + zeroes + behind }
  /// Less than half a page: nothing is left.
  var isEmpty: Bool { remaining < Self.pageBytes / 2 }

  /// Seconds until at most `goal` page bytes remain; infinity where nothing moves.
  func secondsUntilRemaining(_ goal: Double, pace: Pace, window: RateWindow) -> Double {
    var excess = remaining - max(0, goal)
    guard excess > 0 else { return 0 }
    guard pace.bytesPerSecond > 0 else { return .infinity }
    var window = window
    var seconds = 0.0
    for part in 0..<3 where excess > 0 {
      let amount = min(excess, part == 0 ? ahead : part == 1 ? zeroes : behind)
      guard amount > 0 else { continue }
      excess -= amount
      let isData = part != 1
      seconds += window.consume(amount * pace.wireShare(isData), at: pace.speed(isData), pace)
    }
    return seconds
  }

  /// Sends for a time and returns the wire bytes.
  mutating func send(seconds: Double, pace: Pace, window: inout RateWindow) -> Double {
    guard pace.bytesPerSecond > 0, seconds > 0 else { return 0 }
    var left = seconds
    var wire = 0.0
    for part in 0..<3 where left > 0 {
      let amount = part == 0 ? ahead : part == 1 ? zeroes : behind
      guard amount > 0 else { continue }
      let isData = part != 1
      let share = pace.wireShare(isData)
      let sent = window.run(left, at: pace.speed(isData), limit: amount * share, pace)
      left -= sent.seconds
      wire += sent.bytes
      var rest = amount - sent.bytes / share
      if rest < 1e-3 { rest = 0 }
      switch part {
      case 0: ahead = rest
      case 1: zeroes = rest
      default: behind = rest
      }
    }
    if left > 0 { window.idle(left, pace) }
    return wire
  }

  /// Reads the dirty log: marks what was written since the last reading, begins a round, returns the bytes added.
  mutating func addDirty(_ dirty: DirtyPageProfile, activitySeconds: Double, noise: inout WriteNoise) -> Double {
    map.sweep(bytes: dataAtStart - data)
    let before = map.marked
    var base = 0.0
    for i in 0..<dirty.classCount {
      let kind = dirty[i]
      guard kind.setBytes > 0 else { continue }
      switch kind.access {
      case .random:
        map.mark(area: i, share: noise.share(of: kind, activitySeconds: activitySeconds))
      case .sequential:
        let written = kind.writesBytesPerSecond * activitySeconds
        map.mark(area: i, base: base, set: kind.setBytes, position: positions[i], length: written)
        positions[i] = (positions[i] + written).truncatingRemainder(dividingBy: kind.setBytes)
      }
      base += kind.setBytes
    }
    map.tidy()
    dataAtStart = map.marked
    ahead = zeroes > 0 ? map.markedAhead : map.marked
    behind = map.marked - ahead
    return max(0, map.marked - before)
  }
}

/// Chance in how many distinct pages random writes hit and in measured bandwidth, for ranges; none by default.
///
/// Of `n` pages each written with mean `λ = writes / n`, the share hit is `1 − e^(−λ)` with variance
/// `e^(−λ) (1 − (1 + λ) e^(−λ)) / n` (occupancy with a fixed number of writes).
struct WriteNoise: Sendable, Equatable {
  /// Names the sequence of deviates; 0 is no noise.
  var key: UInt64 = 0
  private var counter: UInt64 = 0

  init(key: UInt64 = 0) { self.key = key }

  mutating func share(of kind: DirtyClass, activitySeconds: Double) -> Double {
    let mean = kind.uniqueDirtyBytes(activitySeconds: activitySeconds) / kind.setBytes
    guard key != 0, mean > 0, mean < 1 else { return mean }
    let pages = max(1, kind.setBytes / UnsentPages.pageBytes)
    let clean = 1 - mean
    let variance = clean * (1 - clean * (1 - DeterministicMath.log(clean))) / pages
    counter += 1
    return min(1, max(0, mean + RandomStream.normal(key: key, counter: counter) * max(0, variance).squareRoot()))
  }

  /// The bandwidth QEMU measures on a link, as a share of the true one.
  ///
  /// A window there is two slices of whole 64 pages, timed in whole milliseconds, while socket buffers take and give:
  /// measured figures vary by 1.2 % (standard deviation of windows on a link without other traffic, QEMU 7.2).
  mutating func bandwidthFactor() -> Double {
    guard key != 0 else { return 1 }
    counter += 1
    return max(0.5, 1 + 0.012 * RandomStream.normal(key: key, counter: counter))
  }
}
