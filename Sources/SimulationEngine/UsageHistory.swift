import ClusterModel
import EventKernel

/// The recent past of usage, from which averaged and late observations are made.
///
/// Machine usage is constant between demand samples, so a ring of samples holds it exactly up to changes of place; node
/// usage is kept as integrals at the sample times and interpolated between them.
struct UsageHistory {
  private let sampleSeconds: Double
  private let window: Double
  private let delay: Double
  private let depth: Int
  private var times: [Double] = []
  private var machineCores: [ContiguousArray<Double>] = []
  private var nodeCoreSeconds: [ContiguousArray<Double>] = []
  private var nodeByteSeconds: [ContiguousArray<Double>] = []

  init(_ setup: SimulationSetup) {
    sampleSeconds = max(1e-3, setup.scenario.demand.sampleEvery.seconds)
    window = max(0, setup.scenario.observation.window.seconds)
    delay = max(0, setup.scenario.observation.delay.seconds)
    depth = Int(min(10_000, ((window + delay) / sampleSeconds).rounded(.up))) + 2
  }

  /// Remembers the state at a demand sample, after demand was recomputed.
  mutating func record(_ usage: UsageState, at time: SimulationTime) {
    if times.count == depth {
      times.removeFirst()
      machineCores.removeFirst()
      nodeCoreSeconds.removeFirst()
      nodeByteSeconds.removeFirst()
    }
    times.append(time.seconds)
    machineCores.append(usage.usedCores)
    nodeCoreSeconds.append(usage.nodeCoreSeconds)
    nodeByteSeconds.append(usage.nodeByteSeconds)
  }

  /// The window that a balancer sees at `now`; shorter near the start of the run.
  private func span(at now: Double) -> (from: Double, to: Double) {
    let first = times.first ?? 0
    let to = max(first, now - delay)
    return (max(first, to - max(window, 1e-3)), max(to, first + 1e-3))
  }

  /// Mean cores of every machine over the window.
  func machineCores(at now: Double) -> [Double] {
    guard let last = machineCores.last else { return [] }
    let span = span(at: now)
    var sums = [Double](repeating: 0, count: last.count)
    for index in times.indices {
      let end = index + 1 < times.count ? times[index + 1] : max(now, times[index] + sampleSeconds)
      let overlap = min(end, span.to) - max(times[index], span.from)
      guard overlap > 0 else { continue }
      let weight = overlap / (span.to - span.from)
      for m in sums.indices { sums[m] += machineCores[index][m] * weight }
    }
    return sums
  }

  /// Mean cores and memory of every node over the window.
  func nodeUsage(at now: Double, _ usage: UsageState) -> (cores: [Double], bytes: [Double]) {
    let span = span(at: now)
    let seconds = span.to - span.from
    let cores = difference(of: nodeCoreSeconds, latest: usage.nodeCoreSeconds, now: now, span)
    let bytes = difference(of: nodeByteSeconds, latest: usage.nodeByteSeconds, now: now, span)
    return (cores.map { $0 / seconds }, bytes.map { $0 / seconds })
  }

  private func difference(
    of series: [ContiguousArray<Double>], latest: ContiguousArray<Double>, now: Double,
    _ span: (from: Double, to: Double)
  ) -> [Double] {
    func integral(at time: Double, _ node: Int) -> Double {
      var index = times.count - 1
      while index > 0, times[index] > time { index -= 1 }
      let nextTime = index + 1 < times.count ? times[index + 1] : now
      let next = index + 1 < times.count ? series[index + 1][node] : latest[node]
      guard nextTime > times[index] else { return series[index][node] }
      let share = ((time - times[index]) / (nextTime - times[index])).clamped(to: 0...1)
      return series[index][node] + (next - series[index][node]) * share
    }
    return latest.indices.map { integral(at: span.to, $0) - integral(at: span.from, $0) }
  }
}
