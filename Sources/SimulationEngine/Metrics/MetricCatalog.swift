/// Every metric, family by family; reports, gates and `headroom list metrics` iterate this list.
package enum MetricCatalog {
  package static let all: [MetricDefinition] =
    HeadroomMetrics.all + SkewMetrics.all + ContentionMetrics.all + DowntimeMetrics.all + MigrationMetrics.all

  package static func index(of name: String) -> Int? { all.firstIndex { $0.name == name } }
}
