/// How fast a migration may send now: the speed of the line, and the budget its cap leaves each rate window.
struct Pace: Sendable, Equatable {
  /// Wire bytes per second on average.
  let bytesPerSecond: Double
  /// Wire bytes per second while it sends.
  let sendBytesPerSecond: Double
  /// Wire bytes a window; infinity where the cap does not limit.
  let windowBytes: Double
  let windowSeconds: Double
  /// QEMU looks at its threshold at the latest after a slice of this length.
  let sliceSeconds: Double
  private let dataShare: Double
  private let zeroShare: Double
  private let zeroBytesPerSecond: Double

  /// - Parameters:
  ///   - bytesPerSecond: what the flow gets on average; below the cap it is what the line leaves it.
  ///   - linkBytesPerSecond: what it would get without its cap.
  ///   - capBytesPerSecond: 0 is none.
  init(bytesPerSecond: Double, linkBytesPerSecond: Double, capBytesPerSecond: Double, model: MigrationModel) {
    let isPaced = capBytesPerSecond > 0 && bytesPerSecond >= capBytesPerSecond * 0.999
    self.bytesPerSecond = bytesPerSecond
    sendBytesPerSecond = isPaced ? max(linkBytesPerSecond, bytesPerSecond) : bytesPerSecond
    windowSeconds = max(1e-3, model.rateWindowSeconds)
    let page = UnsentPages.pageBytes + model.pageHeaderBytes
    // The page that crosses the budget is still sent.
    windowBytes =
      isPaced ? (capBytesPerSecond * MigrationModel.rateWindowShareSeconds / page).rounded(.up) * page : .infinity
    dataShare = 1 + model.pageHeaderBytes / UnsentPages.pageBytes
    zeroShare = max(1e-6, model.zeroPageBytes / UnsentPages.pageBytes)
    zeroBytesPerSecond = min(sendBytesPerSecond, model.scanBytesPerSecond * zeroShare)
    // The clock is read after page 1, 65, 129 …, and a slice ends at the first reading past 50 whole milliseconds.
    let perPage = page / max(1, sendBytesPerSecond)
    sliceSeconds = (((model.sliceSeconds / perPage - 1) / 64).rounded(.up) * 64 + 1) * perPage
  }

  /// Wire bytes for a page byte.
  func wireShare(_ isData: Bool) -> Double { isData ? dataShare : zeroShare }

  /// Wire bytes per second while data or zeroes are sent; the scan limits zero pages.
  func speed(_ isData: Bool) -> Double { isData ? sendBytesPerSecond : zeroBytesPerSecond }
}

/// Where a migration stands in QEMU's rate window.
///
/// A window gives a tenth of a second's budget of the cap; it goes out at the speed of the line, then QEMU sleeps
/// until the window is over. What a round leaves below one budget therefore goes out in a burst, and the bitmap is
/// read again within milliseconds. QEMU compares what remains with the threshold at the start of each window, after
/// each slice of 50 ms of sending, and when everything is sent. Source: QEMU `migration.c` (`migration_rate_limit`,
/// `migration_iteration_run`), `ram.c` (`ram_save_iterate`); seen in traces of QEMU 7.2.
struct RateWindow: Sendable, Equatable {
  private(set) var elapsedSeconds = 0.0
  private(set) var sentBytes = 0.0
  /// Where in the window the bitmap was read last; slices count from there.
  private var sliceStart = 0.0
  private var sentBeforeSync = 0.0

  /// Sends `bytes` at `speed` while the budget lasts, and returns the seconds it takes.
  mutating func consume(_ bytes: Double, at speed: Double, _ pace: Pace) -> Double {
    let length = pace.windowSeconds
    guard pace.windowBytes < .infinity else { return pass(bytes / speed, pace) }
    let room = max(0, min(pace.windowBytes - sentBytes, speed * (length - elapsedSeconds)))
    guard bytes > room else {
      elapsedSeconds += bytes / speed
      sentBytes += bytes
      return bytes / speed
    }
    let first = length - elapsedSeconds
    let perWindow = min(pace.windowBytes, speed * length)
    let left = bytes - room
    let whole = max(0, (left / perWindow).rounded(.up) - 1)
    sentBytes = left - whole * perWindow
    elapsedSeconds = sentBytes / speed
    sliceStart = 0
    return first + whole * length + elapsedSeconds
  }

  /// A window nearer to its end than this is over.
  private static let grainSeconds = 1e-9

  /// Sends for at most `seconds` and at most `limit` bytes.
  mutating func run(_ seconds: Double, at speed: Double, limit: Double, _ pace: Pace) -> (
    seconds: Double, bytes: Double
  ) {
    var whole = self
    let needed = whole.consume(limit, at: speed, pace)
    if needed <= seconds {
      self = whole
      return (needed, limit)
    }
    let length = pace.windowSeconds
    guard pace.windowBytes < .infinity else {
      _ = pass(seconds, pace)
      return (seconds, min(limit, speed * seconds))
    }
    let left = max(0, pace.windowBytes - sentBytes)
    if elapsedSeconds + seconds < length - Self.grainSeconds {
      let bytes = min(left, speed * seconds)
      elapsedSeconds += seconds
      sentBytes += bytes
      return (seconds, min(limit, bytes))
    }
    var bytes = min(left, speed * max(0, length - elapsedSeconds))
    let after = max(0, elapsedSeconds + seconds - length)
    let windows = ((after + Self.grainSeconds) / length).rounded(.down)
    bytes += windows * min(pace.windowBytes, speed * length)
    elapsedSeconds = max(0, after - windows * length)
    sentBytes = min(pace.windowBytes, speed * elapsedSeconds)
    sliceStart = 0
    return (seconds, min(limit, bytes + sentBytes))
  }

  /// Lets time pass without sending.
  mutating func idle(_ seconds: Double, _ pace: Pace) { _ = pass(seconds, pace) }

  private mutating func pass(_ seconds: Double, _ pace: Pace) -> Double {
    let total = elapsedSeconds + seconds
    if total < pace.windowSeconds {
      elapsedSeconds = total
    } else {
      elapsedSeconds = total.truncatingRemainder(dividingBy: pace.windowSeconds)
      sentBytes = 0
      sliceStart = 0
    }
    return seconds
  }

  mutating func noteSync() {
    sliceStart = elapsedSeconds
    sentBeforeSync = sentBytes
  }

  /// Bytes of this window sent after the bitmap was read.
  var sentSinceSync: Double { sliceStart > 0 ? sentBytes - sentBeforeSync : sentBytes }

  /// Seconds until the first window is over: before, QEMU has measured no bandwidth and its threshold is 0.
  func secondsUntilMeasured(_ pace: Pace, elapsed: Double) -> Double {
    let first =
      pace.windowBytes < .infinity
      ? pace.windowSeconds : (pace.windowSeconds / pace.sliceSeconds).rounded(.up) * pace.sliceSeconds
    return max(0, first - elapsed)
  }

  /// Seconds to the first check at or after `crossing`.
  func secondsUntilCheck(after crossing: Double, sinceSync: Double, _ pace: Pace) -> Double {
    let slice = pace.sliceSeconds
    guard pace.windowBytes < .infinity else {
      let checks = max(1, ((sinceSync + crossing) / slice - 1e-9).rounded(.up))
      return max(0, checks * slice - sinceSync)
    }
    let length = pace.windowSeconds
    let windows = max(0, ((elapsedSeconds + crossing) / length + 1e-9).rounded(.down))
    let offset = max(0, elapsedSeconds + crossing - windows * length)
    let atBoundary = windows * length - elapsedSeconds
    if windows > 0, offset <= 1e-9 * length { return max(0, atBoundary) }
    let base = windows == 0 ? sliceStart : 0
    let sendEnd =
      windows == 0
      ? elapsedSeconds + max(0, pace.windowBytes - sentBytes) / pace.sendBytesPerSecond
      : pace.windowBytes / pace.sendBytesPerSecond
    let slices = max(1, ((offset - base) / slice - 1e-9).rounded(.up))
    let inWindow = base + slices * slice
    if inWindow < min(sendEnd, length) { return atBoundary + inWindow }
    return atBoundary + length
  }
}
