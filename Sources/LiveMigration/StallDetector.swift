/// KubeVirt 1.9's detector of migrations that no longer come nearer to their end (gate `MigrationStallDetection`).
///
/// It looks at what remains at the start of each iteration. A migration is stalled when that is no less than
/// `1 − stallMargin` of the least seen more than `stallProgressSeconds` ago. Then it waits for a good moment: an
/// iteration that starts within `stallMargin` of the best so far. After `stallProgressSeconds`, and then after half, a
/// quarter … of that time, the next larger value of the history becomes the best. Bandwidth is an exponential mean
/// over iterations. Source: kubevirt/kubevirt `pkg/virt-launcher/virtwrap/stall-detector.go`, `virt-config.go`.
///
/// - Complexity: one value is kept per iteration; a note costs O(iterations of the last 40 s), sorting once a stall.
package struct StallDetector: Sendable, Equatable {
  package struct Settings: Sendable, Equatable {
    package var stallMargin = 0.04
    package var stallProgressSeconds = 40.0
    package var switchoverSeconds = 60.0
    package var ewmaAlpha = 0.4
    package var precopyPossibleFactor = 1.5
    package var patienceWindowDecayFactor = 0.5
    /// Without it the first iteration after the stall is good enough.
    package var searchLocalMinima = true
    package var completionTimeoutFactor = 2.0

    package init() {}
  }

  let settings: Settings
  /// Bytes per second, 0 before the first iteration has ended.
  private(set) var bytesPerSecond = 0.0
  private var history: [Iteration] = []
  /// The first of `history` that is not yet old.
  private var firstYoung = 0
  private var leastOld = Double.infinity
  private var search: Search?
  private var lastSeconds = 0.0
  private var lastSentBytes = 0.0

  private struct Iteration: Sendable, Equatable {
    var seconds: Double
    var remaining: Double
  }

  private struct Search: Sendable, Equatable {
    /// Remaining bytes of all iterations, smallest first.
    var values: [Double]
    var position = 0
    var patienceSeconds: Double
    var untilSeconds: Double

    var best: Double { values[min(position, values.count - 1)] }
  }

  init(settings: Settings) { self.settings = settings }

  /// Whether it waits for a good moment.
  var isStalled: Bool { search != nil }

  /// Notes the start of an iteration.
  /// - Returns: whether this is the moment to act: stalled, and near the best.
  mutating func noteIteration(remaining: Double, sentBytes: Double, now: Double) -> Bool {
    noteBandwidth(sentBytes: sentBytes, now: now)
    while firstYoung < history.count, history[firstYoung].seconds < now - settings.stallProgressSeconds {
      leastOld = min(leastOld, history[firstYoung].remaining)
      firstYoung += 1
    }
    history.append(Iteration(seconds: now, remaining: remaining))
    guard remaining >= (1 - settings.stallMargin) * leastOld else {
      search = nil
      return false
    }
    if search == nil {
      search = Search(
        values: history.map(\.remaining).sorted(), patienceSeconds: settings.stallProgressSeconds,
        untilSeconds: now + settings.stallProgressSeconds)
    }
    guard settings.searchLocalMinima, var search else { return true }
    while now >= search.untilSeconds, search.position < search.values.count - 1 {
      search.position += 1
      search.patienceSeconds *= min(max(settings.patienceWindowDecayFactor, 0), 1)
      search.untilSeconds += max(search.patienceSeconds, 1e-3)
    }
    self.search = search
    return remaining <= search.best * (1 + settings.stallMargin)
  }

  private mutating func noteBandwidth(sentBytes: Double, now: Double) {
    if now > lastSeconds {
      let sample = (sentBytes - lastSentBytes) / (now - lastSeconds)
      bytesPerSecond =
        bytesPerSecond > 0 ? settings.ewmaAlpha * sample + (1 - settings.ewmaAlpha) * bytesPerSecond : sample
    }
    (lastSeconds, lastSentBytes) = (now, sentBytes)
  }

  /// What to do at a good moment.
  enum Action: Sendable, Equatable { case nothing, postCopy, forceStop, raiseLimit, abort }

  /// - Parameters:
  ///   - remaining: bytes that are still to be sent, as KubeVirt reads them from QEMU.
  ///   - completionTimeout: seconds; infinity is none.
  func action(
    remaining: Double, elapsed: Double, completionTimeout: Double, maxDowntimeSeconds: Double,
    allowsDisruption: Bool, allowsPostCopy: Bool
  ) -> Action {
    guard bytesPerSecond > 0 else { return .nothing }
    let pauseSeconds = remaining / bytesPerSecond
    guard elapsed + pauseSeconds <= settings.completionTimeoutFactor * completionTimeout else { return .nothing }
    if allowsDisruption { return allowsPostCopy ? .postCopy : .forceStop }
    return pauseSeconds <= settings.precopyPossibleFactor * maxDowntimeSeconds ? .raiseLimit : .abort
  }
}
