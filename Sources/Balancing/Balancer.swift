package import EventKernel

/// A balancing algorithm: an observation in, a plan out; it never acts.
package protocol Balancer: Sendable {
  /// The moves worth making now, best first.
  mutating func plan(_ seen: borrowing Observation, random: inout RandomStream) -> MigrationPlan
}

/// One entry of the catalogue.
package struct BalancerDefinition: Sendable {
  package var name: String
  package var summary: String
  package var source: String
  package var parameters: [ParameterDefinition]
  package var make: @Sendable (ParameterValues) -> any Balancer

  package init(
    name: String, summary: String, source: String, parameters: [ParameterDefinition] = [],
    make: @escaping @Sendable (ParameterValues) -> any Balancer
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    self.parameters = parameters
    self.make = make
  }
}
