package import LiveMigration

/// One migration to predict, one line of `headroom predict --cases`.
package struct PredictionCase: Sendable {
  package var id: String
  package var migration: MigrationCase
  /// The link that it shares with the cases of the same name; nil has one to itself.
  package var link: String?
  package var startSeconds = 0.0

  /// Reads every line; a line that is no case is reported and left out.
  package static func read(_ file: SourceFile, session: DecodingSession) -> [PredictionCase] {
    let read = SyntaxReader.read(file)
    session.report(read.diagnostics)
    var cases: [PredictionCase] = []
    var rates: [String: Double] = [:]
    for document in read.documents where document.root.kind != .null {
      guard let item = PredictionCase(document.root, session) else { continue }
      if let link = item.link {
        let rate = item.migration.linkBytesPerSecond
        if let known = rates[link], known != rate {
          session.report(
            .error, .contradiction,
            "link '\(link)' carries \(DecodingSession.shown(known)) bytes a second in a case before",
            at: document.root["linkBytesPerSecond"] ?? document.root,
            help: "cases that share a link give it the same linkBytesPerSecond")
        }
        rates[link] = rate
      }
      cases.append(item)
    }
    return cases
  }

  /// An answer for each case, in order; cases of one link are run together.
  package static func predict(_ cases: [PredictionCase], with ensemble: PredictionEnsemble) -> [RangedPrediction] {
    var groups: [[Int]] = []
    var groupOfLink: [String: Int] = [:]
    for (index, item) in cases.enumerated() {
      if let link = item.link, let group = groupOfLink[link] {
        groups[group].append(index)
      } else {
        if let link = item.link { groupOfLink[link] = groups.count }
        groups.append([index])
      }
    }
    var answers: [(index: Int, answer: RangedPrediction)] = []
    for group in groups {
      let members = group.map { cases[$0] }
      let predicted = ensemble.predict(
        members.map(\.migration), starts: members.map(\.startSeconds),
        linkBytesPerSecond: members[0].migration.linkBytesPerSecond)
      answers += zip(group, predicted).map { ($0, $1) }
    }
    return answers.sorted { $0.index < $1.index }.map(\.answer)
  }

  private init?(_ root: SyntaxNode, _ session: DecodingSession) {
    guard root.kind == .mapping else {
      session.report(.error, .notData, "\(root.described) is not a case", at: root, help: "write {\"id\":\"a\", …}")
      return nil
    }
    let title = root["id"]?.text.map { "case '\($0)'" } ?? "the case"
    guard let field = Field(session: session, name: "case", node: root, anchor: root, overrides: []),
      var mapping = field.mapping(PredictionKeys.section, title)
    else { return nil }
    typealias Keys = PredictionKeys
    let id = mapping.value(Keys.id)
    let memory = mapping.value(Keys.memoryBytes)
    let usedField = mapping.field(Keys.usedBytes)
    let used = usedField?.value(Keys.usedBytes)
    var configuration = MigrationConfiguration()
    configuration.model = .plainQEMU
    configuration.multifdChannels = 1
    let dirty = mapping.field(Keys.dirty).flatMap { Self.profile($0, usedBytes: used) }
    let burst = mapping.value(Keys.burst).map { Self.burst($0, at: root["burst"] ?? root, session) }
    let cpuBound = mapping.value(Keys.cpuBound) ?? false
    let cap = mapping.value(Keys.bandwidthBytesPerSecond)
    let limit = mapping.value(Keys.downtimeLimitSeconds)
    let rate = mapping.value(Keys.linkBytesPerSecond)
    let completion = mapping.value(Keys.completionTimeoutSeconds)
    let progress = mapping.value(Keys.progressTimeoutSeconds)
    configuration.allowAutoConverge = mapping.value(Keys.autoConverge) ?? false
    configuration.allowPostCopy = mapping.value(Keys.postCopy) ?? false
    if let throttle = mapping.value(Keys.throttle) { Self.read(throttle, into: &configuration.model.autoConverge) }
    link = mapping.value(Keys.link)
    startSeconds = mapping.value(Keys.startSeconds) ?? 0
    mapping.finish()
    if let used, let memory, used > memory {
      usedField?.fail(.contradiction, "'usedBytes' is more than 'memoryBytes'", help: "write at most memoryBytes")
    }
    if link != nil, rate == nil, root["linkBytesPerSecond"] == nil {
      mapping.reportMissing(Keys.linkBytesPerSecond, help: "say what the link that cases share carries")
    }
    guard let id, let memory, let used, let dirty, let cap, let limit, let completion, let progress else { return nil }
    configuration.bandwidthPerMigration = cap
    configuration.downtimeLimitMs = Int((limit * 1000).rounded())
    self.id = id
    migration = MigrationCase(
      memoryBytes: memory, usedBytes: used, dirty: dirty,
      linkBytesPerSecond: rate ?? configuration.model.hostBytesPerSecond, configuration: configuration)
    migration.completionTimeoutSeconds = completion
    migration.progressTimeoutSeconds = progress
    migration.burst = burst
    // A guest that waits for requests has processor time to spare and catches up under a throttle.
    migration.busyShare = cpuBound ? 1 : 0
  }

  private static func profile(_ field: Field, usedBytes: Double?) -> DirtyPageProfile? {
    guard let items = field.value(PredictionKeys.dirty) else { return nil }
    if items.count > DirtyPageProfile.maximumClasses {
      field.fail(
        .outOfRange, "'dirty' has \(items.count) sets", help: "join some: at most \(DirtyPageProfile.maximumClasses)")
    }
    var classes: [DirtyClass] = []
    for item in items {
      guard var mapping = item.mapping(DirtyClassKeys.section, "'\(item.name)'") else { continue }
      let set = mapping.value(DirtyClassKeys.setBytes)
      let writes = mapping.value(DirtyClassKeys.writesPerSecond)
      let access = mapping.value(DirtyClassKeys.access)
      mapping.finish()
      guard let set, let writes, let access else { continue }
      if let usedBytes, set > usedBytes {
        field.session.report(
          .warning, .contradiction, "'setBytes' of \(item.name) is more than 'usedBytes'", at: item.anchor,
          help: "only as much of it as is used counts")
      }
      classes.append(DirtyClass(setBytes: set, writesBytesPerSecond: writes * 4096, access: access))
    }
    return DirtyPageProfile(classes)
  }

  private static func burst(_ section: MappingReader, at node: SyntaxNode, _ session: DecodingSession) -> BurstPattern {
    var mapping = section
    let on = mapping.value(BurstKeys.onSeconds) ?? 0
    let off = mapping.value(BurstKeys.offSeconds) ?? 0
    let hasBoth = node["onSeconds"] != nil && node["offSeconds"] != nil
    mapping.finish()
    if hasBoth, on == 0, off == 0 {
      session.report(
        .error, .contradiction, "'burst' has no length", at: node,
        help: "leave out 'burst' for a guest that always writes")
    }
    return BurstPattern(onSeconds: on, offSeconds: off)
  }

  private static func read(_ section: MappingReader, into settings: inout AutoConverge.Settings) {
    var mapping = section
    if let value = mapping.value(ThrottleKeys.initialPercent) { settings.initialPercent = value }
    if let value = mapping.value(ThrottleKeys.incrementPercent) { settings.incrementPercent = value }
    if let value = mapping.value(ThrottleKeys.maximumPercent) { settings.maximumPercent = value }
    mapping.finish()
  }
}
