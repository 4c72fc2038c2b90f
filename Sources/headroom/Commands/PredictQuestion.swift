import ClusterModel
import InputFormats
import LiveMigration
import Reports
import SimulationEngine

/// The flags that describe a migration, as texts, so that `--vary` can put others in their place.
struct PredictQuestion: Sendable {
  /// By flag; a flag without a value has the text `true`.
  private var values: [String: String] = [:]
  private var settings: [String]

  init(_ invocation: Invocation) {
    settings = invocation.all("set")
    for flag in FlagTable.predicted where flag.name != "set" && invocation.has(flag.name) {
      values[flag.name] = invocation.value(flag.name) ?? "true"
    }
  }

  /// The same with another text for a flag, or for a key of the migration's settings.
  func with(_ key: String, _ value: String) -> PredictQuestion {
    var changed = self
    if FlagTable.predicted.contains(where: { $0.name == key }) {
      changed.values[key] = value
    } else {
      changed.settings.append("\(key)=\(value)")
    }
    return changed
  }

  func has(_ flag: String) -> Bool { values[flag] != nil }

  func subject(draws: Int) throws -> PredictionSubject {
    let question = try guest()
    let platform = try platform()
    var setting = MigrationSetting(
      memoryBytes: Double(question.memoryBytes), lineBytesPerSecond: try rate("bandwidth") ?? 10e9 / 8,
      configuration: platform.configuration)
    if let mtu = try number("mtu", in: 576...65_535) { setting.mtuBytes = mtu }
    var keys: [String] = []
    for key in settings.map(MigrationOverrides.key) where !keys.contains(key) { keys.append(key) }
    return PredictionSubject(
      question: question, setting: setting, presetName: platform.presetName,
      stated: FlagTable.predicted.map(\.name).filter { values[$0] != nil } + keys, draws: draws)
  }

  /// What there is to say about `--set`.
  func warnings() throws -> [Diagnostic] { try platform().warnings }

  /// Keys of `--set` that only a wave of several machines asks for.
  static let keysOfWaves = ["parallelOutboundMigrationsPerNode", "parallelMigrationsPerCluster"]

  func isSet(_ key: String) -> Bool { settings.contains { MigrationOverrides.key($0) == key } }

  private func platform() throws -> (
    presetName: String, configuration: MigrationConfiguration, warnings: [Diagnostic]
  ) {
    let name = try choice("preset", of: MigrationPreset.all.map(\.name)) ?? MigrationPreset.defaultName
    var configuration = MigrationPreset.named(name)?.configuration ?? MigrationConfiguration()
    let session = DecodingSession()
    MigrationOverrides.apply(settings, to: &configuration, platform: name, session: session)
    if session.hasErrors { throw ProgramError.input(session.diagnostics) }
    /// A flag and a key of `--set` that say different things.
    func agree(_ flag: String, _ key: String, _ same: Bool) throws {
      guard isSet(key), !same else { return }
      throw ProgramError.usage(
        "--\(flag) and --set \(key) contradict each other", help: "leave out one of them")
    }
    if let cap = try rate("cap", allowsZero: true) {
      try agree("cap", "bandwidthPerMigration", configuration.bandwidthPerMigration == cap)
      configuration.bandwidthPerMigration = cap
    }
    if let limit = try seconds("downtime-limit", in: 0.001...2000) {
      let milliseconds = Int((limit * 1000).rounded())
      try agree("downtime-limit", "downtimeLimitMs", configuration.downtimeLimitMs == milliseconds)
      configuration.downtimeLimitMs = milliseconds
    }
    if let isOn = try flag("auto-converge") {
      try agree("auto-converge", "allowAutoConverge", configuration.allowAutoConverge == isOn)
      configuration.allowAutoConverge = isOn
    }
    if let isOn = try flag("post-copy") {
      try agree("post-copy", "allowPostCopy", configuration.allowPostCopy == isOn)
      configuration.allowPostCopy = isOn
      // Since 1.9 post-copy alone does nothing at the time-out.
      if isOn {
        try agree("post-copy", "allowWorkloadDisruption", configuration.allowWorkloadDisruption != false)
        configuration.allowWorkloadDisruption = true
      }
    }
    return (name, configuration, session.diagnostics)
  }

  /// The machine, without its platform.
  func guest() throws -> GuestQuestion {
    let name = try choice("type", of: WorkloadCatalog.all.map(\.name)) ?? WorkloadCatalog.defaultName
    let profile = WorkloadCatalog.all[WorkloadCatalog.index(of: name) ?? 0]
    guard let memory = try bytes("memory") else {
      throw ProgramError.usage(
        "no machine given", help: "headroom predict --memory 32Gi --type database --bandwidth 10Gbps, or --cases FILE")
    }
    var question = GuestQuestion(
      profile: profile, vCPUs: try number("cpu", in: 1...1024) ?? profile.referenceVCPUs, memoryBytes: memory)
    question.usedBytes = try used(of: memory)
    question.hotSetBytes = try bytes("hot-set", allowsZero: true).map(Double.init)
    question.tauSeconds = try seconds("tau", in: 0.001...86_400)
    question.coldBytesPerSecond = try rate("cold-rate", allowsZero: true)
    question.dirtyBytesPerSecond = try rate("dirty-rate", allowsZero: true)
    question.hourOfDay = try hour()
    try checkPossible(question)
    if question.dirtyBytesPerSecond != nil, let other = ["hot-set", "tau", "cold-rate"].first(where: has) {
      throw ProgramError.usage(
        "--dirty-rate and --\(other) both say what the guest writes",
        help: "keep --dirty-rate for one measured number, or --hot-set, --tau and --cold-rate for a curve")
    }
    return question
  }

  /// A guest writes no pages but those it uses: a hot set or a second's distinct pages beyond them cannot be.
  private func checkPossible(_ question: GuestQuestion) throws {
    let used = question.usedBytes ?? question.ensemble(count: 0).typical.usedBytes
    let inUse = "the \(MemorySize.formatted(bytes: used)) in use"
    let whose = has("used") ? "" : ", which is what type \(question.profile.name) uses of it"
    if let hot = question.hotSetBytes, hot > used.rounded(.up) {
      throw ProgramError.usage(
        "--hot-set \(text("hot-set")) is more than the memory in use, \(inUse)\(whose)",
        help: has("used") || Int64(hot) > question.memoryBytes
          ? "the hot set is a part of --used" : "state --used too: the hot set is a part of it, as in --used 100%")
    }
    if let rate = question.dirtyBytesPerSecond, rate > used.rounded(.up) {
      throw ProgramError.usage(
        "--dirty-rate \(text("dirty-rate")) is more than \(inUse)\(whose)",
        help: "the rate counts each page once a second, so it is at most --used")
    }
  }

  private func used(of memory: Int64) throws -> Double? {
    guard let text = values["used"] else { return nil }
    if text.hasSuffix("%") {
      let percent = try parsed("used", text, Percentage.value)
      guard percent > 0, percent <= 100 else {
        throw ProgramError.usage("--used takes a share above 0% and up to 100%, not '\(text)'")
      }
      return Double(memory) * percent / 100
    }
    if let number = Double(text), number > 0, number <= 100 {
      throw ProgramError.usage("--used \(text) has no unit", help: "did you mean --used \(text)%?")
    }
    guard let bytes = try bytes("used") else { return nil }
    guard bytes <= memory else {
      throw ProgramError.usage(
        "--used \(text) is more than --memory \(self.text("memory"))",
        help: "write at most --used \(self.text("memory"))")
    }
    return Double(bytes)
  }

  private func hour() throws -> Double? {
    guard let text = values["hour"] else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let hour = parts.first.flatMap { Double(String($0)) }
    let minutes = parts.count == 2 ? Double(String(parts[1])) : 0
    guard let hour, let minutes, parts.count <= 2, (0..<60).contains(minutes), (0..<24).contains(hour) else {
      throw ProgramError.usage("--hour takes 0 to 23, or 14:30, not '\(text)'", help: "write --hour 14")
    }
    return hour + minutes / 60
  }

  // MARK: Texts

  private func text(_ flag: String) -> String { values[flag] ?? "" }

  private func parsed<Value>(
    _ flag: String, _ text: String, _ parse: (String) throws(UnitError) -> Value
  ) throws -> Value {
    do { return try parse(text) } catch {
      throw ProgramError.usage("--\(flag): \(error.message)", help: error.suggestion)
    }
  }

  private func bytes(_ flag: String, allowsZero: Bool = false) throws -> Int64? {
    guard let text = values[flag] else { return nil }
    let bytes = try parsed(flag, text, MemorySize.bytes)
    guard allowsZero || bytes >= 1 << 20 else {
      throw ProgramError.usage(
        "--\(flag) of \(MemorySize.formatted(bytes: bytes)) is too little, the least is 1 MiB",
        help: "write --\(flag) 32Gi")
    }
    return bytes
  }

  /// Bytes per second.
  private func rate(_ flag: String, allowsZero: Bool = false) throws -> Double? {
    guard let text = values[flag] else { return nil }
    let example = "write 10Gbps (bits a second) or 64Mi (bytes a second)"
    let rate: Double
    do { rate = try Bandwidth.bytesPerSecond(text) } catch {
      let isNumber = error.reason != .malformed && error.reason != .empty
      throw ProgramError.usage("--\(flag): \(error.message)", help: isNumber ? error.suggestion : example)
    }
    guard rate >= 1000 || (allowsZero && rate == 0) else {
      throw ProgramError.usage(
        "--\(flag) of \(Bandwidth.formatted(bytesPerSecond: rate)) is too little, the least is 8kbps", help: example)
    }
    return rate
  }

  private func seconds(_ flag: String, in range: ClosedRange<Double>) throws -> Double? {
    guard let text = values[flag] else { return nil }
    let seconds = try parsed(flag, text, DurationText.seconds)
    guard range.contains(seconds) else {
      let (least, most) = (range.lowerBound, range.upperBound)
      throw ProgramError.usage(
        "--\(flag) takes \(DurationText.formatted(seconds: least)) to \(DurationText.formatted(seconds: most)), not "
          + "'\(text)'")
    }
    return seconds
  }

  private func number(_ flag: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = values[flag] else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw ProgramError.usage(
        "--\(flag) takes a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
    }
    return value
  }

  private func choice(_ flag: String, of words: [String]) throws -> String? {
    guard let text = values[flag] else { return nil }
    guard words.contains(text) else {
      throw ProgramError.usage(
        "unknown value '\(text)' for --\(flag)",
        help: Suggestion.closest(to: text, in: words).map { "did you mean '\($0)'?" }
          ?? "one of \(words.joined(separator: ", "))")
    }
    return text
  }

  private func flag(_ name: String) throws -> Bool? {
    guard let text = values[name] else { return nil }
    guard let value = Bool(text) else {
      throw ProgramError.usage("--vary \(name) takes true and false, not '\(text)'")
    }
    return value
  }
}
