/// Machines that share a problem, told in one diagnostic.
struct MachineGroupReport {
  var names: [String] = []
  var first: SourcePlace?

  mutating func add(_ name: String, _ place: SourcePlace?) {
    if names.isEmpty { first = place }
    names.append(name)
  }

  /// - Parameter verb: for one machine and for several.
  func report(
    _ code: DiagnosticCode, _ verb: (one: String, many: String), _ what: String, _ help: String,
    _ session: DecodingSession
  ) {
    guard !names.isEmpty else { return }
    let list = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    let subject = names.count == 1 ? "machine \(list) \(verb.one)" : "\(names.count) machines \(verb.many)"
    session.report(
      .warning, code, "\(subject) \(what)" + (names.count == 1 ? "" : ": \(list)"), at: first, help: help)
  }
}
