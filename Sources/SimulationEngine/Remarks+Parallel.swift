import ClusterModel
import EventKernel
import LiveMigration

extension Remarks {
  /// Machines whose migrations out of one node cost far more together than one after another.
  private struct Kind: Hashable {
    var workload: Int
    var guestBytes: Int64
    var lineBytesPerSecond: Double
    var mtuBytes: Int
  }

  /// What becomes of as many migrations of one kind as may leave a node at once.
  private struct Wave {
    var kind: Kind
    var alone: MigrationPrediction
    /// Nil where all of them end on their target.
    var failure: PreCopyTransfer.AbortReason?
    var bytesRatio: Double
    var timeRatio: Double

    static let bytesThreshold = 1.5
    static let timeThreshold = 1.3

    var isWorse: Bool { failure != nil || bytesRatio >= Self.bytesThreshold || timeRatio >= Self.timeThreshold }
  }

  /// Kinds of machines looked at, the first by machine.
  private static let kindLimit = 24
  /// Migrations of a wave; more would only share more.
  private static let waveLimit = 8
  private static let lineLimit = 3

  /// Questions `parallelOutboundMigrationsPerNode`: for each kind of live-migratable machine that there are two of, the
  /// migrations that may leave a node at once, over its line, against the same one after another.
  ///
  /// A kind is a workload type, a guest size and a line; its machine is the first, with the typical figures of its type.
  /// Applications on a shared line are left out, so a remark is due rather too seldom than too often.
  static func parallelMigrations(_ setup: SimulationSetup, _ state: ClusterState) -> [String] {
    let scenario = setup.scenario
    let parallel = min(
      scenario.migration.parallelOutboundMigrationsPerNode, scenario.migration.parallelMigrationsPerCluster)
    guard parallel > 1, scenario.balancers.contains(where: { $0.name != "none" }) else { return [] }
    let waves = kinds(setup, state).compactMap { wave($0.kind, machine: $0.machine, parallel: parallel, setup) }
    var lines: [String] = []
    var seen: [Double] = []
    for wave in waves where !seen.contains(wave.kind.lineBytesPerSecond) {
      seen.append(wave.kind.lineBytesPerSecond)
      let same = waves.filter { $0.kind.lineBytesPerSecond == wave.kind.lineBytesPerSecond }
      let failing = same.filter { $0.failure != nil }
      let slow = same.filter { $0.failure == nil }
      lines += [failing, slow].filter { !$0.isEmpty }.map { line($0, parallel: parallel) }
    }
    return Array(lines.prefix(lineLimit))
  }

  /// Kinds that there are two machines of, with the first, in order of machines.
  private static func kinds(_ setup: SimulationSetup, _ state: ClusterState) -> [(kind: Kind, machine: Int)] {
    var found: [(kind: Kind, machine: Int)] = []
    var counts: [Int] = []
    var positions: [Kind: Int] = [:]
    for (index, machine) in setup.inventory.machines.enumerated() {
      let node = state.nodeOfMachine[index]
      guard machine.migratability == .live, machine.isRunning, node != .none else { continue }
      let nic = setup.inventory.nodes[node.index].migrationNIC
      let kind = Kind(
        workload: setup.workloadIndex[index], guestBytes: machine.guestMemoryBytes,
        lineBytesPerSecond: nic.bytesPerSecond, mtuBytes: nic.mtuBytes)
      if let position = positions[kind] {
        counts[position] += 1
      } else if found.count < kindLimit {
        positions[kind] = found.count
        found.append((kind, index))
        counts.append(1)
      }
    }
    return found.indices.filter { counts[$0] > 1 }.map { found[$0] }
  }

  /// Nil where the migrations do each other no harm, or fail one by one as well.
  private static func wave(_ kind: Kind, machine index: Int, parallel: Int, _ setup: SimulationSetup) -> Wave? {
    let configuration = setup.scenario.migration
    let machine = setup.inventory.machines[index]
    var random = setup.stream(.profile, replication: 0)
    let profile = MachineProfile(
      machine, profile: WorkloadCatalog.all[kind.workload].typical,
      statedCPUShare: setup.meanTraceShare[index] ?? setup.settings[index].statedCPUShare,
      statedMemoryShare: setup.settings[index].statedMemoryShare, random: &random)
    let line =
      kind.lineBytesPerSecond * MigrationModel.payloadShare(mtuBytes: kind.mtuBytes) * configuration.tlsFactor
    let streams = configuration.streamBytesPerSecond(
      channels: configuration.channels(hasCPULimit: machine.hasCPULimit, hasDedicatedCPUs: machine.hasDedicatedCPUs))
    let count = min(parallel, waveLimit)
    // Migrations that their own streams hold back do not share the line.
    guard line > 0, streams * Double(count) > line else { return nil }
    var migration = MigrationCase(
      memoryBytes: Double(kind.guestBytes), usedBytes: profile.memoryUsedBytes, dirty: profile.dirty,
      linkBytesPerSecond: min(line, streams), configuration: configuration)
    migration.copiedDiskBytes = Double(max(0, machine.copiedDiskBytes))
    migration.busyShare = max(0.01, profile.meanCPUShare)
    let alone = predict(migration)
    guard alone.status != .cancelled else { return nil }
    let together = predictWave(Array(repeating: migration, count: count), parallel: count, sharing: line)
    let wave = Wave(
      kind: kind, alone: alone, failure: together.predictions.lazy.compactMap(\.reason).first,
      bytesRatio: together.transferredBytes / (alone.transferredBytes * Double(count)),
      timeRatio: together.makespanSeconds / (alone.totalSeconds * Double(count)))
    return wave.isWorse ? wave : nil
  }

  /// One line for kinds that fare alike.
  private static func line(_ waves: [Wave], parallel: Int) -> String {
    let names = waves.prefix(3).map {
      "\(WorkloadCatalog.all[$0.kind.workload].name) machines of \(MemorySize.formatted(bytes: $0.kind.guestBytes))"
    }
    let more = waves.count > 3 ? " and \(waves.count - 3) more kinds" : ""
    let times = waves.map(\.alone.totalSeconds)
    let (least, most) = (times.min() ?? 0, times.max() ?? 0)
    let alone =
      duration(least) == duration(most) ? duration(least) : "\(duration(least)) to \(duration(most))"
    let consequence: String
    if waves[0].failure != nil {
      consequence = "then do not converge"
    } else {
      let (bytes, time) = (waves.map(\.bytesRatio).max() ?? 1, waves.map(\.timeRatio).max() ?? 1)
      consequence = "then take up to \(tenths(time)) times as long and send \(tenths(bytes)) times the bytes"
    }
    return "\(parallel) migrations at a time share a node's "
      + "\(Bandwidth.formatted(bytesPerSecond: waves[0].kind.lineBytesPerSecond)): \(names.joined(separator: ", "))\(more) "
      + "\(consequence); one at a time takes \(alone) each: try migration.parallelOutboundMigrationsPerNode: 1"
  }

  private static func duration(_ seconds: Double) -> String {
    DurationText.formatted(seconds: seconds < 10 ? (seconds * 10).rounded() / 10 : seconds.rounded())
  }

  private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}

extension WorkloadProfile {
  /// The profile with every range closed on its typical figure, so that nothing is drawn.
  var typical: WorkloadProfile {
    var closed = self
    let ranges: [WritableKeyPath<WorkloadProfile, Spread>] = [
      \.meanCPUPercent, \.memoryUsedPercent, \.hotSetPercentOfUsed, \.hotSetTimeConstantSeconds,
      \.coldDirtyMiBPerSecond, \.workingSetPercentOfUsed,
    ]
    for range in ranges {
      let figure = self[keyPath: range].typical
      closed[keyPath: range] = Spread(figure, figure, figure)
    }
    return closed
  }
}
