/// Every balancer Headroom knows; decoding, help and reports iterate this list.
package enum BalancerCatalog {
  package static let all: [BalancerDefinition] = [
    NoBalancer.definition,
    LowNodeUtilization.definition,
    GreedyVariance.definition,
  ]

  package static func named(_ name: String) -> BalancerDefinition? { all.first { $0.name == name } }
}
