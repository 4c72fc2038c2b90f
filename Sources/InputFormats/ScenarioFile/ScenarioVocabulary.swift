package import Balancing
import LiveMigration
package import SimulationEngine

/// The names a scenario may use that catalogues supply: balancers with their parameters, metrics, workload types.
package struct ScenarioVocabulary: Sendable {
  /// A metric's name and unit, which is all that an expression needs.
  package struct Metric: Sendable {
    package var name: String
    package var unit: MetricDefinition.Unit

    package init(name: String, unit: MetricDefinition.Unit) {
      self.name = name
      self.unit = unit
    }
  }

  /// A catalogue whose names a key takes.
  package enum Catalog: Sendable { case balancers, metrics, workloadTypes, platforms, traceFormats }

  package var balancers: [BalancerDefinition]
  package var metrics: [Metric]
  package var workloadTypes: [String]

  package init(balancers: [BalancerDefinition], metrics: [Metric], workloadTypes: [String]) {
    self.balancers = balancers
    self.metrics = metrics
    self.workloadTypes = workloadTypes
  }

  /// What this build of Headroom knows.
  package static let standard = ScenarioVocabulary(
    balancers: BalancerCatalog.all, metrics: MetricCatalog.all.map { Metric(name: $0.name, unit: $0.unit) },
    workloadTypes: WorkloadCatalog.all.map(\.name))

  /// The names in a catalogue, in its order.
  package func words(of catalog: Catalog) -> [String] {
    switch catalog {
    case .balancers: balancers.map(\.name)
    case .metrics: metrics.map(\.name)
    case .workloadTypes: workloadTypes
    case .platforms: MigrationPreset.all.map(\.name)
    case .traceFormats: TraceFormat.all.map(\.name)
    }
  }

  /// The name that a value states; one that the catalogue does not have is reported.
  ///
  /// An empty catalogue takes any name.
  func word(_ field: Field, of catalog: Catalog) -> String? {
    let words = words(of: catalog)
    if words.isEmpty { return field.string() }
    return field.choice(of: words).map { words[$0] }
  }
}
