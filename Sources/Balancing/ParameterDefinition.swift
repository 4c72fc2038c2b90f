import EventKernel

/// One setting of a catalogue entry: from it come decoding, validation, suggestions, help and the reference table.
package struct ParameterDefinition: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// A share written `70`, `70%` or `70 %`; held as 70.
    case percent
    case number
    case integer
    /// Held in seconds.
    case duration
    case boolean
    /// One of these words; held as its position.
    case choice([String])
  }

  /// Dotted where the object is nested: `targetThresholds.cpu`.
  package var name: String
  package var kind: Kind
  /// In the unit of `kind`; nil means "not set", which the summary explains.
  package var defaultValue: Double?
  package var range: ClosedRange<Double>
  package var summary: String

  package init(
    _ name: String, _ kind: Kind, default defaultValue: Double?, in range: ClosedRange<Double> = 0...1e15,
    _ summary: String
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.range = range
    self.summary = summary
  }
}

/// Values for the parameters of one catalogue entry, defaults filled in.
package struct ParameterValues: Sendable, Equatable {
  private var values: [String: Double]

  /// Starts from the defaults of `definitions`, then applies `overrides` by name.
  package init(_ definitions: [ParameterDefinition], overrides: [String: Double] = [:]) {
    values = [:]
    for definition in definitions { values[definition.name] = overrides[definition.name] ?? definition.defaultValue }
  }

  /// The value, or nil where the parameter has no default and was not given.
  package subscript(_ name: String) -> Double? { values[name] }

  package func number(_ name: String) -> Double { values[name] ?? 0 }
  package func integer(_ name: String) -> Int { Int(number(name).clamped(to: -1e15...1e15)) }
  package func flag(_ name: String) -> Bool { number(name) != 0 }
}
