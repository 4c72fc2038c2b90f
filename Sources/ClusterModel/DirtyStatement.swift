/// How a machine dirties its memory, as somebody measured and stated it; what is absent is the workload type's.
///
/// `D(T) = min(W, H (1 − e^(−T/τ)) + c T)` distinct bytes after `T` seconds.
package struct DirtyStatement: Sendable, Equatable {
  /// A figure, or the 90 % interval around it.
  package struct Figure: Sendable, Equatable {
    package var low: Double
    package var typical: Double
    package var high: Double

    package init(_ value: Double) { self.init(low: value, typical: value, high: value) }

    package init(low: Double, typical: Double, high: Double) {
      self.low = low
      self.typical = typical
      self.high = high
    }

    package var isExact: Bool { low == typical && high == typical }
    package var isOrdered: Bool { low <= typical && typical <= high }
  }

  /// `H`, bytes.
  package var hotSetBytes: Figure?
  /// `τ`, seconds.
  package var tauSeconds: Figure?
  /// `c`, bytes a second.
  package var coldBytesPerSecond: Figure?
  /// `W`, bytes; where it is absent beside a hot set or a cold rate, all memory in use.
  package var workingSetBytes: Figure?

  package init(
    hotSetBytes: Figure? = nil, tauSeconds: Figure? = nil, coldBytesPerSecond: Figure? = nil,
    workingSetBytes: Figure? = nil
  ) {
    self.hotSetBytes = hotSetBytes
    self.tauSeconds = tauSeconds
    self.coldBytesPerSecond = coldBytesPerSecond
    self.workingSetBytes = workingSetBytes
  }
}

extension DirtyStatement {
  /// On one line, to the last digit: `hotSet=1e9 tau=0.5/1/2 coldRate=8e6`; in bytes and seconds.
  package var mark: String {
    func part(_ name: String, _ figure: Figure?) -> String? {
      figure.map { $0.isExact ? "\(name)=\($0.typical)" : "\(name)=\($0.low)/\($0.typical)/\($0.high)" }
    }
    return [
      part("hotSet", hotSetBytes), part("tau", tauSeconds), part("coldRate", coldBytesPerSecond),
      part("workingSet", workingSetBytes),
    ].compactMap { $0 }.joined(separator: " ")
  }

  /// Reads a `mark`; nil where it is none.
  package init?(mark: String) {
    self.init()
    for part in mark.split(separator: " ") {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2 else { return nil }
      let numbers = sides[1].split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
      let values = numbers.compactMap { $0 }
      guard values.count == numbers.count, values.allSatisfy({ $0 >= 0 && $0 <= 1e18 }) else { return nil }
      var figure: Figure
      switch values.count {
      case 1: figure = Figure(values[0])
      case 3: figure = Figure(low: values[0], typical: values[1], high: values[2])
      default: return nil
      }
      guard figure.isOrdered else { return nil }
      switch sides[0] {
      case "hotSet": hotSetBytes = figure
      case "tau": tauSeconds = figure
      case "coldRate": coldBytesPerSecond = figure
      case "workingSet": workingSetBytes = figure
      default: return nil
      }
    }
  }
}
