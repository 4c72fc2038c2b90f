package import EventKernel

/// Moves nothing: the baseline that the others are measured against.
package struct NoBalancer: Balancer {
  package static let definition = BalancerDefinition(
    name: "none", summary: "moves nothing; the baseline", source: "–", make: { _ in NoBalancer() })

  package init() {}

  package mutating func plan(_ seen: borrowing Observation, random: inout RandomStream) -> MigrationPlan {
    MigrationPlan()
  }
}
