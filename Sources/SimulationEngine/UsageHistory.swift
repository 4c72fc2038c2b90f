import ClusterModel
import EventKernel

/// The recent past of usage, from which averaged and late observations are made.
///
/// A ring of integrals (core-seconds, byte-seconds) at demand samples, at most some 32 over window and delay; the mean
/// over a window is the difference of two integrals, interpolated between ring points.
struct UsageHistory {
  private static let pointsPerWindow = 32.0

  private let spacing: Double
  private let window: Double
  private let delay: Double
  private let depth: Int
  private var points: [Point] = []

  private struct Point {
    var time: Double
    var machineCoreSeconds: ContiguousArray<Double>
    var nodeCoreSeconds: ContiguousArray<Double>
    var nodeByteSeconds: ContiguousArray<Double>
  }

  init(_ setup: SimulationSetup) {
    window = max(0, setup.scenario.observation.window.seconds)
    delay = max(0, setup.scenario.observation.delay.seconds)
    spacing = max(setup.scenario.demand.sampleEvery.seconds, (window + delay) / Self.pointsPerWindow, 1e-3)
    depth = Int(((window + delay) / spacing).rounded(.up)) + 2
  }

  /// Remembers the integrals at a demand sample, after they were brought up to now.
  mutating func record(_ usage: UsageState, at time: SimulationTime) {
    if let last = points.last, time.seconds - last.time < spacing * 0.999 { return }
    if points.count == depth { points.removeFirst() }
    points.append(
      Point(
        time: time.seconds, machineCoreSeconds: usage.machineCoreSeconds, nodeCoreSeconds: usage.nodeCoreSeconds,
        nodeByteSeconds: usage.nodeByteSeconds))
  }

  /// Means over the window that a balancer sees at `now`, which is shorter near the start of the run.
  ///
  /// - Parameter usage: with integrals up to now.
  func means(at now: Double, _ usage: UsageState) -> (machineCores: [Double], nodeCores: [Double], nodeBytes: [Double])
  {
    let first = points.first?.time ?? now
    let to = min(now, max(first + 1e-3, now - delay))
    let from = max(first, min(to - 1e-3, to - window))
    guard to > from else {
      return (Array(usage.usedCores), Array(usage.nodeUsedCores), Array(usage.nodeMemoryBytes))
    }
    let (early, late) = (bracket(from, now), bracket(to, now))
    func mean(_ part: (Point) -> ContiguousArray<Double>, latest: ContiguousArray<Double>) -> [Double] {
      let bounds = [early, late].map { bracket in
        (part(points[bracket.index]), bracket.index + 1 < points.count ? part(points[bracket.index + 1]) : latest)
      }
      return latest.indices.map { i in
        let low = bounds[0].0[i] + (bounds[0].1[i] - bounds[0].0[i]) * early.share
        let high = bounds[1].0[i] + (bounds[1].1[i] - bounds[1].0[i]) * late.share
        return (high - low) / (to - from)
      }
    }
    return (
      mean(\.machineCoreSeconds, latest: usage.machineCoreSeconds),
      mean(\.nodeCoreSeconds, latest: usage.nodeCoreSeconds), mean(\.nodeByteSeconds, latest: usage.nodeByteSeconds)
    )
  }

  /// The point at or before `time`, and how far `time` lies towards the next one or towards now.
  private func bracket(_ time: Double, _ now: Double) -> (index: Int, share: Double) {
    let index = max(0, points.lastIndex { $0.time <= time } ?? 0)
    let end = index + 1 < points.count ? points[index + 1].time : now
    let length = end - points[index].time
    return (index, length > 0 ? ((time - points[index].time) / length).clamped(to: 0...1) : 0)
  }
}
