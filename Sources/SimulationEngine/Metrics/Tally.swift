/// Counts by reason, sorted by reason.
package struct Tally: Sendable, Equatable {
  package private(set) var rows: [(reason: String, count: Int)] = []
  package private(set) var total = 0

  mutating func add(_ reason: String) {
    total += 1
    var position = 0
    while position < rows.count, rows[position].reason < reason { position += 1 }
    if position < rows.count, rows[position].reason == reason {
      rows[position].count += 1
    } else {
      rows.insert((reason, 1), at: position)
    }
  }

  package static func == (a: Tally, b: Tally) -> Bool { a.rows.elementsEqual(b.rows, by: ==) }
}
