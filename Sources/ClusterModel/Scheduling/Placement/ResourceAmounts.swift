/// Exact amounts of named resources, such as a container's requests.
///
/// Kept sorted by name, so that two lists written in different orders are equal and nothing depends on hash order.
package struct ResourceAmounts: Sendable, Hashable {
  package struct Entry: Sendable, Hashable {
    package var name: String
    package var amount: Quantity
  }

  package private(set) var entries: [Entry] = []

  package init() {}

  package init(_ pairs: [(String, Quantity)]) {
    for (name, amount) in pairs { self[name] = amount }
  }

  package var isEmpty: Bool { entries.isEmpty }

  package subscript(name: String) -> Quantity? {
    get { entries.first { $0.name == name }?.amount }
    set {
      let position = entries.firstIndex { $0.name >= name } ?? entries.count
      let isKnown = position < entries.count && entries[position].name == name
      switch (newValue, isKnown) {
      case (let value?, true): entries[position].amount = value
      case (let value?, false): entries.insert(Entry(name: name, amount: value), at: position)
      case (nil, true): entries.remove(at: position)
      case (nil, false): break
      }
    }
  }

  /// Sums by name; a sum beyond the largest number stays there.
  package mutating func add(_ other: ResourceAmounts) {
    for entry in other.entries {
      let sum = (self[entry.name]?.nanoUnits ?? 0).addingReportingOverflow(entry.amount.nanoUnits)
      self[entry.name] = Quantity(nanoUnits: sum.overflow ? .max : sum.partialValue)
    }
  }

  /// The larger amount by name.
  package mutating func raise(to other: ResourceAmounts) {
    for entry in other.entries {
      self[entry.name] = Quantity(
        nanoUnits: max(self[entry.name]?.nanoUnits ?? entry.amount.nanoUnits, entry.amount.nanoUnits))
    }
  }

  /// These amounts, and those of `other` for what is missing here.
  package func filled(from other: ResourceAmounts) -> ResourceAmounts {
    var result = other
    for entry in entries { result[entry.name] = entry.amount }
    return result
  }
}
