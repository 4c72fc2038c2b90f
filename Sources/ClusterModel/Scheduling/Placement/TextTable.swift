/// Numbers for texts, so that comparing labels compares integers.
struct TextTable {
  private var numbers: [String: Int32] = [:]
  private(set) var texts: [String] = []

  mutating func number(_ text: String) -> Int32 {
    if let known = numbers[text] { return known }
    let number = Int32(texts.count)
    numbers[text] = number
    texts.append(text)
    return number
  }

  mutating func pairs(_ labels: [String: String]) -> [LabelPair] {
    // Sorted by number: the order in which a hash hands them out is gone.
    labels.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
      .map { LabelPair(key: number($0.0), value: number($0.1)) }.sorted { $0.key < $1.key }
  }
}

/// A label with key and value as numbers.
struct LabelPair: Hashable, BitwiseCopyable {
  var key: Int32
  var value: Int32
}

extension [LabelPair] {
  /// The value under a key; labels are few, so a walk beats a search.
  func value(_ key: Int32) -> Int32? {
    for pair in self where pair.key == key { return pair.value }
    return nil
  }
}

/// A selector with every text resolved.
struct ResolvedSelector: Hashable {
  struct Requirement: Hashable {
    enum Test: Hashable { case isIn, notIn, exists, doesNotExist, greater, less, never }
    var key: Int32
    var test: Test
    var values: [Int32] = []
    var bound: Int64 = 0
  }

  var requirements: [Requirement]

  /// Matches everything.
  var isEmpty: Bool { requirements.isEmpty }

  static let nothing = ResolvedSelector(requirements: [Requirement(key: -1, test: .never)])

  /// A pair that every match must carry, where there is one.
  var requiredPair: LabelPair? {
    for requirement in requirements where requirement.test == .isIn && requirement.values.count == 1 {
      return LabelPair(key: requirement.key, value: requirement.values[0])
    }
    return nil
  }

  func matches(_ labels: [LabelPair], _ table: TextTable) -> Bool {
    for requirement in requirements {
      let value = labels.value(requirement.key)
      switch requirement.test {
      case .isIn: guard let value, requirement.values.contains(value) else { return false }
      case .notIn: if let value, requirement.values.contains(value) { return false }
      case .exists: if value == nil { return false }
      case .doesNotExist: if value != nil { return false }
      case .greater:
        guard let value, let number = Int64(table.texts[Int(value)]), number > requirement.bound else { return false }
      case .less:
        guard let value, let number = Int64(table.texts[Int(value)]), number < requirement.bound else { return false }
      case .never: return false
      }
    }
    return true
  }
}

extension TextTable {
  /// Nil matches nothing.
  mutating func resolve(_ selector: LabelSelector?) -> ResolvedSelector {
    guard let selector else { return .nothing }
    var requirements = pairs(selector.matchLabels).map {
      ResolvedSelector.Requirement(key: $0.key, test: .isIn, values: [$0.value])
    }
    for expression in selector.matchExpressions {
      let values = expression.values.map { number($0) }.sorted()
      let test: ResolvedSelector.Requirement.Test =
        switch expression.operator {
        case .isIn: values.isEmpty ? .never : .isIn
        case .notIn: values.isEmpty ? .never : .notIn
        case .exists: .exists
        case .doesNotExist: .doesNotExist
        }
      requirements.append(.init(key: number(expression.key), test: test, values: values))
    }
    return ResolvedSelector(requirements: requirements)
  }

  mutating func resolve(_ labels: [String: String]) -> ResolvedSelector {
    resolve(LabelSelector(matchLabels: labels))
  }

  mutating func resolve(_ expressions: [NodeSelectorTerm.Expression]) -> ResolvedSelector {
    ResolvedSelector(
      requirements: expressions.map { expression in
        let key = number(expression.key)
        let values = expression.values.map { number($0) }.sorted()
        let bound = expression.values.count == 1 ? Int64(expression.values[0]) : nil
        return switch expression.operator {
        case .isIn: .init(key: key, test: values.isEmpty ? .never : .isIn, values: values)
        case .notIn: .init(key: key, test: values.isEmpty ? .never : .notIn, values: values)
        case .exists: .init(key: key, test: .exists)
        case .doesNotExist: .init(key: key, test: .doesNotExist)
        case .greaterThan: .init(key: key, test: bound == nil ? .never : .greater, bound: bound ?? 0)
        case .lessThan: .init(key: key, test: bound == nil ? .never : .less, bound: bound ?? 0)
        }
      })
  }
}
