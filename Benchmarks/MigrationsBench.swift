import ClusterModel
import LiveMigration

/// Many migrations at once over a cluster's NICs: a star of hosts, all guests leave at time 0.
///
/// Guests of 8 to 24 GiB, each on its host by number, go to hosts further on, so that all flows hang together; whole
/// rounds as in SimGrid, whose live migrations of the same pattern are the reference. The counters are what became of
/// them: mean duration and makespan in microseconds, bitmap readings. The variant `wave` lets two leave a host at a time.
let migrationsBench = Bench(
  name: "migrations", unit: "migration",
  parameterSets: [
    many(50, 100), many(50, 100, dirty: 20, line: 3125), many(100, 1000), many(100, 1000, dirty: 20, line: 3125),
    many(200, 1000), many(200, 1000, dirty: 20, line: 3125), many(500, 10_000), many(1000, 10_000),
    many(500, 10_000).merging(["atATime": 2]) { $1 },
  ],
  quickParameterSets: [
    many(50, 100), many(50, 100, dirty: 20, line: 3125), many(100, 1000), many(100, 1000, dirty: 20, line: 3125),
  ]
) { parameters, meter in
  let hosts = max(2, parameters[size: "hosts"])
  let line = Double(parameters[size: "lineMiBPerSecond"]) * 0x1p20
  let migrations = (0..<parameters[size: "migrations"]).map { index in
    plannedMigration(index, hosts: hosts, dirty: Double(parameters[size: "dirtyMiBPerSecond"]) * 0x1p20, line: line)
  }
  var configuration = MigrationConfiguration()
  configuration.disableTLS = true
  // The line is what is left of it after headers.
  let nic = NetworkInterface(
    bytesPerSecond: line / MigrationModel.payloadShare(mtuBytes: 1500), mtuBytes: 1500, isDedicated: true)
  let atATime = parameters[size: "atATime"]
  let outcome = meter.measure {
    predict(
      migrations,
      over: MigrationNetwork(interfaces: Array(repeating: nic, count: hosts), configuration: configuration),
      limits: MigrationLimits(perSource: atATime > 0 ? atATime : .max))
  }
  var hash = emptyHash
  var (sum, readings, done) = (0.0, 0, 0)
  for (index, answer) in outcome.predictions.enumerated() {
    sum += outcome.startSeconds[index] + answer.totalSeconds
    readings += answer.iterations
    if answer.status == .completed { done += 1 }
    hash = hashed(hash, answer.totalSeconds.bitPattern)
  }
  return BenchOutcome(
    work: Double(migrations.count),
    counters: [
      "completed": done, "bitmapReadings": readings, "makespanMicroseconds": Int(outcome.makespanSeconds * 1e6),
      "meanMicroseconds": Int(sum / Double(max(1, migrations.count)) * 1e6),
    ], resultHash: hash)
}

private func many(_ hosts: Int, _ migrations: Int, dirty: Int = 0, line: Int = 1250) -> Bench.Parameters {
  [
    "hosts": .integer(hosts), "migrations": .integer(migrations), "dirtyMiBPerSecond": .integer(dirty),
    "lineMiBPerSecond": .integer(line),
  ]
}

/// Half to one and a half times 16 GiB, from a host to one that depends on the guest's number.
private func plannedMigration(_ index: Int, hosts: Int, dirty: Double, line: Double) -> PlannedMigration {
  let source = index % hosts
  var target = (source + 1 + (index / hosts) * 7 + index % 5) % hosts
  if target == source { target = (source + 1) % hosts }
  let megabytes = 16_384 * (0.5 + Double(UInt64(index) * 2_654_435_761 % 1000) / 1000)
  let memory = megabytes.rounded(.down) * 0x1p20
  var configuration = MigrationConfiguration()
  configuration.model = .simGrid
  configuration.downtimeLimitMs = 30
  configuration.completionTimeoutPerGiB = 0
  configuration.progressTimeout = 0
  let writes = DirtyPageProfile([
    DirtyClass(setBytes: 0.9 * megabytes * 0x1p20, writesBytesPerSecond: dirty, access: .sequential)
  ])
  let migration = MigrationCase(
    memoryBytes: memory, usedBytes: memory, dirty: writes, linkBytesPerSecond: line, configuration: configuration)
  return PlannedMigration(migration, from: NodeID(source), to: NodeID(target), capBytesPerSecond: line)
}
