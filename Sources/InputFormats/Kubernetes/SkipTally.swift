/// Counts what an importer leaves out, by kind and reason, so that nothing is lost in silence.
struct SkipTally {
  private var rows: [(kind: String, reason: String, count: Int, first: String)] = []

  /// - Parameter name: told for the first of them, where it helps to find it.
  mutating func add(_ kind: String, _ reason: String, count: Int = 1, name: String = "") {
    if let row = rows.firstIndex(where: { $0.kind == kind && $0.reason == reason }) {
      rows[row].count += count
    } else if rows.count < 500 {
      rows.append((kind, reason, count, name))
    }
  }

  /// One note for each kind and reason, in order of first sight.
  func report(to session: DecodingSession) {
    for row in rows {
      let first = row.first.isEmpty ? "" : row.count == 1 ? " ('\(row.first)')" : ", first '\(row.first)'"
      session.report(.note, .skipped, "skipped \(row.count) × \(row.kind): \(row.reason)\(first)")
    }
  }
}
