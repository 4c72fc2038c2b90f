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
  /// Bytes that socket buffers and queues take in before the line has carried them.
  let bufferBytes: Double
  private let hostBytesPerSecond: Double
  private let dataShare: Double
  private let zeroShare: Double
  private let zeroBytesPerSecond: Double

  /// - Parameters:
  ///   - bytesPerSecond: what the flow gets on average; below the cap it is what the line leaves it.
  ///   - linkBytesPerSecond: what it would get without its cap.
  ///   - capBytesPerSecond: 0 is none.
  ///   - compressionRatio: by how much pages with data shrink.
  init(
    bytesPerSecond: Double, linkBytesPerSecond: Double, capBytesPerSecond: Double, model: MigrationModel,
    compressionRatio: Double = 1
  ) {
    let isPaced = capBytesPerSecond > 0 && bytesPerSecond >= capBytesPerSecond * 0.999
    self.bytesPerSecond = bytesPerSecond
    sendBytesPerSecond = isPaced ? max(linkBytesPerSecond, bytesPerSecond) : bytesPerSecond
    windowSeconds = max(1e-3, model.rateWindowSeconds)
    let page = (UnsentPages.pageBytes + model.pageHeaderBytes) / compressionRatio
    // The page that crosses the budget is still sent.
    windowBytes =
      isPaced ? (capBytesPerSecond * MigrationModel.rateWindowShareSeconds / page).rounded(.up) * page : .infinity
    dataShare = (1 + model.pageHeaderBytes / UnsentPages.pageBytes) / compressionRatio
    zeroShare = max(1e-6, model.zeroPageBytes / UnsentPages.pageBytes)
    bufferBytes = max(0, model.socketBufferBytes)
    hostBytesPerSecond = bufferBytes > 0 ? max(sendBytesPerSecond, model.hostBytesPerSecond) : sendBytesPerSecond
    zeroBytesPerSecond = min(hostBytesPerSecond, model.scanBytesPerSecond * zeroShare)
    // The clock is read after page 1, 65, 129 …, and a slice ends at the first reading past 50 whole milliseconds.
    let perPage = page / max(1, sendBytesPerSecond)
    sliceSeconds = (((model.sliceSeconds / perPage - 1) / 64).rounded(.up) * 64 + 1) * perPage
  }

  /// What the first window measures: the buffers take in their fill at once.
  var firstBytesPerSecond: Double {
    windowBytes < .infinity ? bytesPerSecond : bytesPerSecond + bufferBytes / max(windowSeconds, sliceSeconds)
  }

  /// Wire bytes for a page byte.
  func wireShare(_ isData: Bool) -> Double { isData ? dataShare : zeroShare }

  /// Wire bytes per second that QEMU hands over while the buffers have room; the scan limits zero pages.
  func speed(_ isData: Bool) -> Double { isData ? hostBytesPerSecond : zeroBytesPerSecond }
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
  /// Bytes handed over that the line has not carried yet.
  private var buffered = 0.0
  /// A window nearer to its end than this is over.
  private static let grainSeconds = 1e-9

  /// Sends `bytes`, at most at `speed`, while the budget lasts, and returns the seconds it takes.
  mutating func consume(_ bytes: Double, at speed: Double, _ pace: Pace) -> Double {
    let length = pace.windowSeconds
    guard pace.windowBytes < .infinity else { return pass(bytes, seconds(toSend: bytes, speed, pace), pace) }
    let room = max(0, min(pace.windowBytes - sentBytes, sendable(length - elapsedSeconds, speed, pace)))
    guard bytes > room else { return send(bytes, seconds(toSend: bytes, speed, pace), pace) }
    let first = max(0, length - elapsedSeconds)
    _ = send(room, first, pace)
    let perWindow = min(pace.windowBytes, min(speed, pace.sendBytesPerSecond) * length)
    let left = bytes - room
    let whole = max(0, (left / perWindow).rounded(.up) - 1)
    startWindow(after: whole, sending: perWindow, pace)
    let last = left - whole * perWindow
    return first + whole * length + send(last, seconds(toSend: last, speed, pace), pace)
  }

  /// Sends for at most `seconds` and at most `limit` bytes.
  mutating func run(
    _ seconds: Double, at speed: Double, limit: Double, _ pace: Pace
  ) -> (seconds: Double, bytes: Double) {
    var whole = self
    let needed = whole.consume(limit, at: speed, pace)
    if needed <= seconds {
      self = whole
      return (needed, limit)
    }
    let length = pace.windowSeconds
    guard pace.windowBytes < .infinity else {
      let bytes = min(limit, sendable(seconds, speed, pace))
      _ = pass(bytes, seconds, pace)
      return (seconds, bytes)
    }
    let left = max(0, pace.windowBytes - sentBytes)
    if elapsedSeconds + seconds < length - Self.grainSeconds {
      let bytes = min(left, sendable(seconds, speed, pace))
      _ = send(bytes, seconds, pace)
      return (seconds, min(limit, bytes))
    }
    let rest = max(0, length - elapsedSeconds)
    let first = min(left, sendable(rest, speed, pace))
    _ = send(first, rest, pace)
    let after = max(0, seconds - rest)
    let windows = ((after + Self.grainSeconds) / length).rounded(.down)
    let perWindow = min(pace.windowBytes, min(speed, pace.sendBytesPerSecond) * length)
    startWindow(after: windows, sending: perWindow, pace)
    let last = max(0, after - windows * length)
    let bytes = min(pace.windowBytes, sendable(last, speed, pace))
    _ = send(bytes, last, pace)
    return (seconds, min(limit, first + windows * perWindow + bytes))
  }

  /// Seconds to hand over `bytes` without a break: at once into the buffers' room, then as the line drains them.
  private func seconds(toSend bytes: Double, _ speed: Double, _ pace: Pace) -> Double {
    max(bytes / speed, (bytes - max(0, pace.bufferBytes - buffered)) / pace.sendBytesPerSecond)
  }

  /// What can be handed over in that time without a break.
  private func sendable(_ seconds: Double, _ speed: Double, _ pace: Pace) -> Double {
    min(speed * seconds, max(0, pace.bufferBytes - buffered) + pace.sendBytesPerSecond * seconds)
  }

  private mutating func send(_ bytes: Double, _ seconds: Double, _ pace: Pace) -> Double {
    elapsedSeconds += seconds
    sentBytes += bytes
    buffer(bytes, seconds, pace)
    return seconds
  }

  private mutating func buffer(_ bytes: Double, _ seconds: Double, _ pace: Pace) {
    guard pace.bufferBytes > 0 else { return }
    buffered = min(pace.bufferBytes, max(0, buffered + bytes - pace.sendBytesPerSecond * seconds))
  }

  private mutating func startWindow(after windows: Double, sending perWindow: Double, _ pace: Pace) {
    buffer(windows * perWindow, windows * pace.windowSeconds, pace)
    (elapsedSeconds, sentBytes, sliceStart) = (0, 0, 0)
  }

  /// Lets time pass without sending.
  mutating func idle(_ seconds: Double, _ pace: Pace) { _ = pass(0, seconds, pace) }

  /// A window without a budget.
  private mutating func pass(_ bytes: Double, _ seconds: Double, _ pace: Pace) -> Double {
    buffer(bytes, seconds, pace)
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

  /// Length of the first window: before its end QEMU has measured no bandwidth and its threshold is 0.
  func firstWindowSeconds(_ pace: Pace) -> Double {
    pace.windowBytes < .infinity
      ? pace.windowSeconds : (pace.windowSeconds / pace.sliceSeconds).rounded(.up) * pace.sliceSeconds
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
    let sending = seconds(
      toSend: windows == 0 ? max(0, pace.windowBytes - sentBytes) : pace.windowBytes, .infinity, pace)
    let sendEnd = windows == 0 ? elapsedSeconds + sending : sending
    let slices = max(1, ((offset - base) / slice - 1e-9).rounded(.up))
    let inWindow = base + slices * slice
    if inWindow < min(sendEnd, length) { return atBoundary + inWindow }
    return atBoundary + length
  }
}
