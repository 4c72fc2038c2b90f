/// "Did you mean …?" for names in a closed list.
package enum Suggestion {
  /// The candidate nearest to a misspelt word, or nil when none is near enough.
  ///
  /// Distance is Damerau's with adjacent swaps (optimal string alignment): insert, delete, replace and swap cost 1 each.
  /// Letters that differ only in case cost nothing, so `guestmemory` finds `guestMemory`. A candidate is near when the
  /// distance is at most a third of the longer word, and at least 1. Ties go to the earlier candidate.
  ///
  /// - Complexity: O(w · l) a candidate, for words of w and l characters; words over 100 characters find nothing.
  package static func closest(to word: String, in candidates: [String]) -> String? {
    let typed = Array(word.lowercased())
    guard !typed.isEmpty, typed.count <= 100 else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates where candidate != word {
      let known = Array(candidate.lowercased())
      let allowed = max(1, max(typed.count, known.count) / 3)
      guard abs(typed.count - known.count) <= allowed else { continue }
      let distance = distance(from: typed, to: known)
      guard distance <= allowed, distance < max(typed.count, known.count) else { continue }
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  private static func distance(from a: [Character], to b: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in 0..<b.count {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
