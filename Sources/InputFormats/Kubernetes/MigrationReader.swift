/// One live migration as its object or the migrated machine tells it.
struct ReadMigration {
  var machineKey: String
  /// Neither succeeded nor failed.
  var isRunning: Bool
  /// From the start of the transfer to its end; nil where a time is missing or the end comes first.
  var seconds: Double?
}

/// `kubevirt.io VirtualMachineInstanceMigration`, running and finished.
///
/// New versions keep the times here, old ones only in the machine's `status.migrationState`.
struct MigrationReader {
  static func read(_ object: SyntaxNode, _ header: ObjectHeader, _ session: DecodingSession) -> ReadMigration? {
    guard let machine = session.mapping(object, "spec")?["vmiName"]?.present else { return nil }
    let status = session.mapping(object, "status")
    let phase = status?["phase"]?.present ?? ""
    return ReadMigration(
      machineKey: "\(header.namespace)/\(machine)", isRunning: phase != "Succeeded" && phase != "Failed",
      seconds: seconds(session.mapping(status, "migrationState"), session))
  }

  /// Whether a `migrationState` tells of a start and of no end.
  static func isRunning(_ state: SyntaxNode?) -> Bool {
    state?["startTimestamp"]?.present != nil && state?["endTimestamp"]?.present == nil
  }

  /// The length of the transfer in a `migrationState`; an end before the start is reported.
  static func seconds(_ state: SyntaxNode?, _ session: DecodingSession) -> Double? {
    guard let startNode = state?["startTimestamp"], let endNode = state?["endTimestamp"],
      let start = startNode.present, let end = endNode.present,
      let from = Timestamp.seconds(start), let to = Timestamp.seconds(end)
    else { return nil }
    guard to >= from else {
      session.report(
        .warning, .timeBackwards, "the migration ends before it starts (\(start)): its duration is ignored",
        at: endNode)
      return nil
    }
    return to - from
  }
}

/// What the migrations of a dump say together.
struct MigrationSummary {
  private var running: [String] = []
  private var lengths: [Double] = []

  /// - Parameter lastOfMachine: the newest migration that each machine itself remembers.
  init(_ migrations: [ReadMigration], lastOfMachine: [(key: String, seconds: Double)]) {
    var timed: Set<String> = []
    for migration in migrations {
      if migration.isRunning { running.append(migration.machineKey) }
      guard let seconds = migration.seconds else { continue }
      timed.insert(migration.machineKey)
      lengths.append(seconds)
    }
    for (key, seconds) in lastOfMachine where !timed.contains(key) { lengths.append(seconds) }
    lengths.sort()
    running.sort()
  }

  func report(to session: DecodingSession) {
    if !running.isEmpty {
      let list = running.prefix(5).joined(separator: ", ") + (running.count > 5 ? ", …" : "")
      let verb = running.count == 1 ? "migration was" : "migrations were"
      session.report(
        .note, .remark, "\(running.count) \(verb) in flight: the machine counts where it was (\(list))")
    }
    guard let first = lengths.first, let last = lengths.last else { return }
    let median = lengths[lengths.count / 2]
    func shown(_ value: Double) -> String { DecodingSession.shown((value * 10).rounded() / 10) }
    session.report(
      .note, .remark,
      lengths.count == 1
        ? "the one finished migration of the dump took \(shown(first)) s"
        : "\(lengths.count) finished migrations of the dump took \(shown(first)) to \(shown(last)) s, "
          + "median \(shown(median)) s",
      notes: ["dirty pages are not taken from them: a dump says neither what was sent nor what the link carried"],
      help: "compare with the simulated ones: migrations.duration.*; with memory and bandwidth beside the times, "
        + "headroom predict --fit learns from them")
  }
}
