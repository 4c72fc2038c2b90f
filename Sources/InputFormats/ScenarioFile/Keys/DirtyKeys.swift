import ClusterModel

/// `dirty` of a machine group or of a machine of an inventory: D(T) = min(workingSet, hotSet (1 − e^(−T/tau)) + coldRate T).
enum DirtyKeys {
  static let hotSet = figure(
    "hotSet", .amount, DirtyRangeKeys.bytes, example: "1Gi", "bytes written over and over, or their 90 % interval"
  ) { $0.exactAmount() }
  static let tau = figure(
    "tau", .duration(lengths), DirtyRangeKeys.times, example: "4s", "time constant in which the hot set gets dirty"
  ) { $0.seconds(in: lengths) }
  static let coldRate = figure(
    "coldRate", .amount, DirtyRangeKeys.bytes, example: "8Mi", "bytes a second dirtied besides, each for the first time"
  ) { $0.exactAmount() }
  static let workingSet = figure(
    "workingSet", .amount, DirtyRangeKeys.bytes, example: "6Gi",
    "most bytes that are ever dirty; else all memory in use, or the type's where only tau is stated"
  ) { $0.exactAmount() }

  static let section = KeySection(hotSet, tau, coldRate, workingSet).known(
    as: "dirty", "how a machine dirties its memory, as measured (headroom predict --fit); what is absent is the type's")

  /// A millisecond to a day.
  static let lengths = 0.001...86_400.0

  static func key(_ summary: String) -> Key<DirtyStatement> {
    Key("dirty", .section(section), summary) { $0.dirtyStatement() }
  }

  /// One value, or `{ low, typical, high }`.
  private static func figure(
    _ name: String, _ kind: KeyKind, _ range: DirtyRangeKeys, example: String, _ summary: String,
    read: @escaping @Sendable (Field) -> Double?
  ) -> Key<DirtyStatement.Figure> {
    Key(name, .anyOf([kind, .section(range.section)]), example: example, summary) { field in
      guard field.node == nil || field.node?.kind == .mapping else {
        return read(field).map { DirtyStatement.Figure($0) }
      }
      guard var mapping = field.mapping(range.section, "'\(name)'") else { return nil }
      let (low, typical, high) = (mapping.value(range.low), mapping.value(range.typical), mapping.value(range.high))
      mapping.finish()
      guard let low, let typical, let high else { return nil }
      let figure = DirtyStatement.Figure(low: low, typical: typical, high: high)
      guard figure.isOrdered else {
        field.fail(
          .contradiction, "'\(name)' has its low, typical and high values out of order",
          help: "write low <= typical <= high")
        return nil
      }
      return figure
    }
  }
}

/// `low`, `typical` and `high` of a figure: its 90 % interval.
struct DirtyRangeKeys: Sendable {
  let low: Key<Double>
  let typical: Key<Double>
  let high: Key<Double>

  var section: KeySection { KeySection(low, typical, high) }

  static let bytes = DirtyRangeKeys { name, summary in
    Key(name, .amount, example: "1Gi", summary) { $0.exactAmount() }.required()
  }
  static let times = DirtyRangeKeys { name, summary in
    Key(name, .duration(DirtyKeys.lengths), example: "4s", summary) { $0.seconds(in: DirtyKeys.lengths) }.required()
  }

  private init(_ make: (String, String) -> Key<Double>) {
    low = make("low", "lower end of the 90 % interval")
    typical = make("typical", "the value to expect")
    high = make("high", "upper end of the 90 % interval")
  }
}

extension Field {
  func dirtyStatement() -> DirtyStatement? {
    guard var mapping = mapping(DirtyKeys.section, "'\(name)'") else { return nil }
    let statement = DirtyStatement(
      hotSetBytes: mapping.value(DirtyKeys.hotSet), tauSeconds: mapping.value(DirtyKeys.tau),
      coldBytesPerSecond: mapping.value(DirtyKeys.coldRate), workingSetBytes: mapping.value(DirtyKeys.workingSet))
    mapping.finish()
    return statement
  }
}

extension DirtyStatement {
  /// As an inventory has it, to the last digit.
  var document: DocumentValue {
    func figure(_ figure: Figure?, _ show: (Double) -> DocumentValue) -> DocumentValue? {
      guard let figure else { return nil }
      if figure.isExact { return show(figure.typical) }
      return .mapping([
        ("low", show(figure.low)), ("typical", show(figure.typical)), ("high", show(figure.high)),
      ])
    }
    func bytes(_ value: Double) -> DocumentValue { .quantity(ExactAmount.number(value)) }
    return .mapping([
      (DirtyKeys.hotSet.name, figure(hotSetBytes, bytes)),
      (DirtyKeys.tau.name, figure(tauSeconds) { .text("\($0)s") }),
      (DirtyKeys.coldRate.name, figure(coldBytesPerSecond, bytes)),
      (DirtyKeys.workingSet.name, figure(workingSetBytes, bytes)),
    ])
  }
}
