import ClusterModel
import EventKernel

/// CPU demand of every machine over time: a trace row where there is one, the type's pattern with noise elsewhere.
///
/// `u(t) = clamp(mean · pattern(t) · exp(x(t) − σ²/2) · burst(t))`, clamped to 0…1 of the vCPUs, so the realised mean of
/// busy, variable types lies below the stated one. x is a first-order autoregression whose correlation over an hour is
/// 0.46 (median of the Bitbrains machines), made of a part of the machine and a part shared by its application. σ is
/// what the coefficient of variation leaves after the daily wave. Bursts double the demand for 15 minutes, once a day
/// on average, and are compensated in the mean.
/// - Complexity: about 30 ns a machine and sample.
package struct DemandModel: Sendable {
  static let hourlyCorrelation = 0.46
  static let burstsPerDay = 1.0
  static let burstSeconds = 900.0
  static let burstFactor = 2.0
  static let weekendFactor = 0.7
  static let peakHour = 14.0

  private let step: SimulationDuration
  private let stepSeconds: Double
  private let startHour: Double
  private let phi: Double
  private let innovation: Double
  private let sharedWeight: Double
  private let ownWeight: Double
  private let burstChance: Double
  private let burstSamples: Int32
  private let burstNorm: Double

  // By machine.
  private var mean: ContiguousArray<Double>
  private let amplitude: ContiguousArray<Double>
  private let sigma: ContiguousArray<Double>
  private let offset: ContiguousArray<Double>
  private let pattern: ContiguousArray<WorkloadProfile.Pattern>
  private let group: ContiguousArray<Int32>
  private let key: ContiguousArray<UInt64>
  private let burstKey: ContiguousArray<UInt64>
  private let traceRow: ContiguousArray<Int32>
  private let traceOfMachine: ContiguousArray<Int32>
  private let traces: [UsageTrace]
  private var state: ContiguousArray<Double>
  private var burstLeft: ContiguousArray<Int32>
  // By application.
  private let groupKey: ContiguousArray<UInt64>
  private var groupState: ContiguousArray<Double>
  private var sample: UInt64 = 0

  init(_ setup: SimulationSetup, profiles: [MachineProfile], replication: Int) {
    let settings = setup.scenario.demand
    step = max(.milliseconds(1), settings.sampleEvery)
    stepSeconds = step.seconds
    startHour = settings.startHourOfWeek
    phi = DeterministicMath.pow(Self.hourlyCorrelation, stepSeconds / 3600)
    innovation = (1 - phi * phi).squareRoot()
    let correlation = settings.groupCorrelation.clamped(to: 0...1)
    sharedWeight = correlation.squareRoot()
    ownWeight = (1 - correlation).squareRoot()
    burstChance = min(1, Self.burstsPerDay * stepSeconds / 86400)
    burstSamples = Int32(max(1, (Self.burstSeconds / stepSeconds).rounded(.up)))
    let burstShare = min(1, burstChance * Double(burstSamples))
    burstNorm = 1 / (1 + burstShare * (Self.burstFactor - 1))

    let types = setup.workloadIndex.map { WorkloadCatalog.all[$0] }
    let halfLogRatio = types.map { DeterministicMath.log(max(1, $0.dayPeakToTrough.typical)) / 2 }
    let spread = zip(types, halfLogRatio).map { type, a in
      let variance = DeterministicMath.log(
        1 + type.cpuCoefficientOfVariation.typical * type.cpuCoefficientOfVariation.typical)
      return (type.pattern == .business ? max(0.01, variance - a * a / 2) : variance).squareRoot()
    }
    mean = ContiguousArray(profiles.map { $0.meanCPUShare * settings.scale })
    amplitude = ContiguousArray(halfLogRatio)
    sigma = ContiguousArray(spread)
    offset = ContiguousArray(
      zip(types, zip(halfLogRatio, spread)).map { type, pair in
        // ln of the mean of exp(a cos θ) over a day is ln I₀(a), a²/4 − a⁴/64 to fourth order.
        let a2 = pair.0 * pair.0
        return -(pair.1 * pair.1) / 2 - (type.pattern == .business ? a2 / 4 - a2 * a2 / 64 : 0)
      })
    pattern = ContiguousArray(types.map(\.pattern))
    group = ContiguousArray(setup.groupOfMachine.map { Int32($0) })
    key = ContiguousArray(
      setup.streamEntity.map {
        RandomStream.key(seed: setup.scenario.seed, replication: replication, purpose: .demand, entity: $0)
      })
    burstKey = ContiguousArray(
      setup.streamEntity.map {
        RandomStream.key(seed: setup.scenario.seed, replication: replication, purpose: .burst, entity: $0)
      })
    groupKey = ContiguousArray(
      setup.groupEntities.map {
        RandomStream.key(seed: setup.scenario.seed, replication: replication, purpose: .groupDemand, entity: $0)
      })
    traces = setup.traces
    traceOfMachine = ContiguousArray(setup.settings.map { Int32($0.trace?.index ?? -1) })
    traceRow = ContiguousArray(setup.settings.map { Int32($0.trace?.row ?? -1) })
    state = ContiguousArray(key.map { RandomStream.normal(key: $0, counter: .max) })
    groupState = ContiguousArray(groupKey.map { RandomStream.normal(key: $0, counter: .max) })
    burstLeft = ContiguousArray(repeating: 0, count: key.count)
  }

  /// Moves to the next sample and writes every machine's demand as a share of its vCPUs.
  package mutating func next(into share: inout ContiguousArray<Double>) {
    let seconds = Double(sample) * stepSeconds
    let wave = PatternValues(hourOfWeek: startHour + seconds / 3600)
    if sample > 0 {
      for g in groupState.indices {
        groupState[g] = phi * groupState[g] + innovation * RandomStream.normal(key: groupKey[g], counter: sample)
      }
    }
    for m in share.indices {
      let trace = Int(traceOfMachine[m])
      if trace >= 0 {
        share[m] = traceShare(trace, row: Int(traceRow[m]))
        continue
      }
      if sample > 0 {
        state[m] = phi * state[m] + innovation * RandomStream.normal(key: key[m], counter: sample)
        if burstLeft[m] > 0 { burstLeft[m] -= 1 }
        if burstLeft[m] == 0 && RandomStream.uniform(key: burstKey[m], counter: sample) < burstChance {
          burstLeft[m] = burstSamples
        }
      }
      let shared = group[m] >= 0 ? groupState[Int(group[m])] : 0
      let noise = group[m] >= 0 ? sharedWeight * shared + ownWeight * state[m] : state[m]
      let exponent = wave.exponent(pattern[m], amplitude: amplitude[m]) + offset[m] + sigma[m] * noise
      let burst = burstLeft[m] > 0 ? Self.burstFactor * burstNorm : burstNorm
      share[m] = min(1, mean[m] * burst * wave.factor(pattern[m]) * DeterministicMath.exp(exponent))
    }
    sample += 1
  }

  /// The sample that holds now, in whole microseconds so that equal steps never slip.
  private func traceShare(_ trace: Int, row: Int) -> Double {
    let count = traces[trace].samplesPerMachine
    guard count > 0 else { return 0 }
    let now = step * Int(sample)
    let index = Int(now.microseconds / max(1, traces[trace].step.microseconds)) % count
    return Double(traces[trace].cpuShares[row * count + index]).clamped(to: 0...1)
  }
}

/// The patterns' values at one moment, shared by all machines.
struct PatternValues {
  private let wave: Double
  private let isWeekend: Bool
  private let isNight: Bool
  private let isOfficeHours: Bool

  init(hourOfWeek: Double) {
    let hour = hourOfWeek.truncatingRemainder(dividingBy: 168)
    let ofDay = hour.truncatingRemainder(dividingBy: 24)
    isWeekend = hour >= 120
    isNight = ofDay >= 20 || ofDay < 6
    isOfficeHours = !isWeekend && ofDay >= 9 && ofDay < 18
    wave = DeterministicMath.cosTurns((ofDay - DemandModel.peakHour) / 24)
  }

  /// Logarithm of the pattern: a cosine for the daily wave, 0 or −ln(peak / trough) for windows.
  @inline(__always)
  func exponent(_ pattern: WorkloadProfile.Pattern, amplitude: Double) -> Double {
    switch pattern {
    case .business: amplitude * wave
    case .steady: 0
    case .nightly: isNight ? 0 : -2 * amplitude
    case .officeHours: isOfficeHours ? 0 : -2 * amplitude
    }
  }

  @inline(__always)
  func factor(_ pattern: WorkloadProfile.Pattern) -> Double {
    pattern == .business && isWeekend ? DemandModel.weekendFactor : 1
  }
}
