import EventKernel
import LiveMigration

/// Predictions of single migrations, as `headroom predict` makes them: random machines on links of 1 to 25 Gbit/s.
///
/// Variants: `plain` has no cap, `capped` half the link, so that rate windows and bursts count, `bursty` writes in bursts
/// under a cap; `ranges` runs a case 32 times for its 90 % range and counts it once.
let predictBench = Bench(
  name: "predict", unit: "prediction",
  parameterSets: ["plain", "capped", "bursty", "ranges"].map { ["cases": .text($0), "count": 1000] },
  quickParameterSets: [["cases": "capped", "count": 20], ["cases": "ranges", "count": 5]]
) { parameters, meter in
  let count = parameters[size: "count"]
  let kind = parameters["cases"]?.text ?? "plain"
  let cases = (0..<count).map { predictionCase($0, kind) }
  let rounds = kind == "ranges" || count < 1000 ? 1 : 50
  let ensemble = PredictionEnsemble()
  var hash = emptyHash
  var readings = 0
  meter.measure {
    for _ in 0..<rounds {
      for example in cases {
        let answer =
          kind == "ranges"
          ? ensemble.predict([example], starts: [0], linkBytesPerSecond: example.linkBytesPerSecond)[0].median
          : predict(example)
        readings += answer.iterations
        hash = hashed(hash, answer.totalSeconds.bitPattern)
      }
    }
  }
  return BenchOutcome(
    work: Double(count * rounds), counters: ["bitmapReadings": readings / rounds], resultHash: hash)
}

private func predictionCase(_ index: Int, _ kind: String) -> MigrationCase {
  var random = RandomStream(seed: 1, replication: 0, purpose: .durations, entity: UInt64(index))
  let gibibyte = 1_073_741_824.0
  let memory = gibibyte * (1 + 31 * random.uniform())
  let used = memory * (0.2 + 0.7 * random.uniform())
  let link = 117e6 * (1 + 24 * random.uniform())
  let dirty = DirtyPageProfile(
    hotSetBytes: used * 0.1 * random.uniform(), tauSeconds: 0.5 + 5 * random.uniform(),
    coldBytesPerSecond: link * 0.3 * random.uniform(), capBytes: used * 0.6)
  var example = MigrationCase(memoryBytes: memory, usedBytes: used, dirty: dirty, linkBytesPerSecond: link)
  if kind != "plain" { example.configuration.bandwidthPerMigration = link / 2 }
  if kind == "bursty" { example.burst = BurstPattern(onSeconds: 0.5, offSeconds: 2, phaseSeconds: random.uniform()) }
  return example
}
