/// A metric's name, unit, direction and meaning; from it come gates, tables, JSON and `headroom list metrics`.
package struct MetricDefinition: Sendable {
  package enum Unit: String, Sendable, CaseIterable {
    /// A share, 0…1; shown as a percentage.
    case share
    case seconds, bytes, count, cores
    case ratio
    case coreSeconds = "core-seconds"
    case perMachineDay = "per machine-day"
  }

  package enum Direction: String, Sendable { case lowerIsBetter = "lower", higherIsBetter = "higher", neutral }

  package var name: String
  package var unit: Unit
  package var direction: Direction
  package var definition: String
  /// Worth a column in the terminal's table.
  package var isHeadline: Bool
  /// The value of one replication; nil where it does not exist, such as the p99 of no pauses.
  package var value: @Sendable (Measurements) -> Double?

  package init(
    _ name: String, _ unit: Unit, _ direction: Direction, headline: Bool = false, _ definition: String,
    value: @escaping @Sendable (Measurements) -> Double?
  ) {
    self.name = name
    self.unit = unit
    self.direction = direction
    self.definition = definition
    self.isHeadline = headline
    self.value = value
  }
}
