import ClusterModel
import EventKernel
import LiveMigration

extension Remarks {
  /// Machines whose migrations are alike: their type, size, settings and line.
  private struct Kind: Hashable {
    var workload: Int
    var guestBytes: Int64
    var settings: Int
    var lineBytesPerSecond: Double
    var mtuBytes: Int
    var linkCount: Int
  }

  /// What becomes of as many migrations of one kind as may leave a node at once, over several draws of the machines.
  private struct Wave {
    var kind: Kind
    var migrations = 0
    var acrossAlone = 0
    var acrossTogether = 0
    /// Of the draws in which all get across both ways, one after another and together.
    var bytes = (alone: 0.0, together: 0.0)
    var seconds = (alone: 0.0, together: 0.0)

    /// Points of percentage.
    static let shareThreshold = 10.0
    static let bytesThreshold = 1.5
    static let timeThreshold = 1.3

    var shareAlone: Double { 100 * Double(acrossAlone) / Double(max(1, migrations)) }
    var shareTogether: Double { 100 * Double(acrossTogether) / Double(max(1, migrations)) }
    var fails: Bool { shareAlone - shareTogether >= Self.shareThreshold }
    var bytesRatio: Double { bytes.alone > 0 ? bytes.together / bytes.alone : 1 }
    var timeRatio: Double { seconds.alone > 0 ? seconds.together / seconds.alone : 1 }
    var isWorse: Bool { fails || bytesRatio >= Self.bytesThreshold || timeRatio >= Self.timeThreshold }
  }

  /// Kinds of machines looked at, the first by machine.
  private static let kindLimit = 24
  /// Migrations of a wave; more would only share more.
  private static let waveLimit = 4
  /// Draws of a wave's machines: those of the first replications.
  private static let draws = 12
  private static let lineLimit = 3

  /// Questions `parallelOutboundMigrationsPerNode`: for each kind of live-migratable machine that there are two of, the
  /// migrations that may leave a node at once, over its lines, against the same one after another.
  ///
  /// Machines are drawn as the run's first replications draw them. Applications on a shared line, uplinks and waves of
  /// several kinds are left out, so a remark is due rather too seldom than too often.
  static func parallelMigrations(_ setup: SimulationSetup, _ state: ClusterState) -> [String] {
    let scenario = setup.scenario
    let parallel = min(
      scenario.migration.parallelOutboundMigrationsPerNode, scenario.migration.parallelMigrationsPerCluster)
    guard parallel > 1, scenario.balancers.contains(where: { $0.name != "none" }) else { return [] }
    let count = min(parallel, waveLimit)
    let waves = kinds(setup, state, count).compactMap { wave($0.kind, machines: $0.machines, setup) }
    var lines: [String] = []
    var seen: [Double] = []
    for wave in waves where !seen.contains(wave.kind.lineBytesPerSecond) {
      seen.append(wave.kind.lineBytesPerSecond)
      let same = waves.filter { $0.kind.lineBytesPerSecond == wave.kind.lineBytesPerSecond }
      lines += [same.filter(\.fails), same.filter { !$0.fails }].filter { !$0.isEmpty }.map { line($0, count) }
    }
    return Array(lines.prefix(lineLimit))
  }

  /// Kinds that there are two machines of, with the first of each, in order of machines.
  private static func kinds(
    _ setup: SimulationSetup, _ state: ClusterState, _ count: Int
  ) -> [(kind: Kind, machines: [Int])] {
    var found: [(kind: Kind, machines: [Int])] = []
    var positions: [Kind: Int] = [:]
    for (index, machine) in setup.inventory.machines.enumerated() {
      let node = state.nodeOfMachine[index]
      guard machine.migratability == .live, machine.isRunning, node != .none else { continue }
      let nic = setup.inventory.nodes[node.index].migrationNIC
      let kind = Kind(
        workload: setup.workloadIndex[index], guestBytes: machine.guestMemoryBytes,
        settings: setup.migrationSettings.number(of: MachineID(index)), lineBytesPerSecond: nic.bytesPerSecond,
        mtuBytes: nic.mtuBytes, linkCount: nic.linkCount)
      if let position = positions[kind] {
        if found[position].machines.count < count { found[position].machines.append(index) }
      } else if found.count < kindLimit {
        positions[kind] = found.count
        found.append((kind, [index]))
      }
    }
    return found.filter { $0.machines.count > 1 }
  }

  /// Nil where the migrations do each other no harm.
  private static func wave(_ kind: Kind, machines: [Int], _ setup: SimulationSetup) -> Wave? {
    let first = setup.inventory.machines[machines[0]]
    let configuration = setup.migrationSettings[MachineID(machines[0])]
    let channels = configuration.channels(hasCPULimit: first.hasCPULimit, hasDedicatedCPUs: first.hasDedicatedCPUs)
    let link = kind.lineBytesPerSecond * MigrationModel.payloadShare(mtuBytes: kind.mtuBytes) * configuration.tlsFactor
    let line = link * Double(kind.linkCount)
    let own = min(configuration.streamBytesPerSecond(channels: channels), link * Double(min(channels, kind.linkCount)))
    // Migrations that their own streams hold back do not share the line.
    guard line > 0, own * Double(machines.count) > line else { return nil }
    var wave = Wave(kind: kind)
    for draw in 0..<draws {
      let cases = machines.map { migration($0, draw, link: min(line, own), configuration, setup) }
      let alone = cases.map { predict($0) }
      let together = predictWave(cases, parallel: cases.count, sharing: line, streamBytesPerSecond: own)
      wave.migrations += cases.count
      wave.acrossAlone += alone.count { $0.status != .cancelled }
      wave.acrossTogether += together.predictions.count { $0.status != .cancelled }
      guard (alone + together.predictions).allSatisfy({ $0.status != .cancelled }) else { continue }
      wave.bytes.alone += alone.reduce(0) { $0 + $1.transferredBytes }
      wave.bytes.together += together.transferredBytes
      wave.seconds.alone += alone.reduce(0) { $0 + $1.totalSeconds }
      wave.seconds.together += together.makespanSeconds
    }
    return wave.isWorse ? wave : nil
  }

  /// The migration of a machine as replication `draw` draws it, at its mean use.
  private static func migration(
    _ index: Int, _ draw: Int, link: Double, _ configuration: MigrationConfiguration, _ setup: SimulationSetup
  ) -> MigrationCase {
    let machine = setup.inventory.machines[index]
    let profile = setup.profile(of: index, replication: draw)
    var migration = MigrationCase(
      memoryBytes: Double(machine.guestMemoryBytes), usedBytes: profile.memoryUsedBytes, dirty: profile.dirty,
      linkBytesPerSecond: link, configuration: configuration)
    migration.copiedDiskBytes = Double(max(0, machine.copiedDiskBytes))
    migration.busyShare = max(0.01, profile.meanCPUShare)
    return migration
  }

  /// One line for kinds that fare alike.
  private static func line(_ waves: [Wave], _ count: Int) -> String {
    let worst = waves.sorted { $0.shareTogether - $0.shareAlone < $1.shareTogether - $1.shareAlone }
    let shown = worst.prefix(3).map { wave in
      let name = WorkloadCatalog.all[wave.kind.workload].name
      let size = MemorySize.formatted(bytes: wave.kind.guestBytes)
      let odds =
        wave.fails ? " (\(Int(wave.shareTogether.rounded())) % instead of \(Int(wave.shareAlone.rounded())) %)" : ""
      return "\(name) of \(size)\(odds)"
    }
    let more = waves.count > 3 ? " and \(waves.count - 3) more kinds" : ""
    let rate = Bandwidth.formatted(
      bytesPerSecond: waves[0].kind.lineBytesPerSecond * Double(waves[0].kind.linkCount))
    let list = shown.joined(separator: ", ") + more
    let consequence: String
    if waves[0].fails {
      consequence = "fewer get across than one at a time: \(list)"
    } else {
      let (bytes, time) = (waves.map(\.bytesRatio).max() ?? 1, waves.map(\.timeRatio).max() ?? 1)
      consequence =
        "they take up to \(tenths(time)) times as long as one after another and send \(tenths(bytes)) times the bytes: "
        + list
    }
    return "\(count) migrations at a time share a node's \(rate), and \(consequence); try "
      + "migration.parallelOutboundMigrationsPerNode: 1"
  }

  private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
