import Balancing
import ClusterModel
import EventKernel
import TestSupport
import Testing

struct BalancerCatalogTests {
  @Test func `names are unique and found, and every entry says what it does and where it comes from`() {
    #expect(Set(BalancerCatalog.all.map(\.name)).count == BalancerCatalog.all.count)
    for definition in BalancerCatalog.all {
      #expect(BalancerCatalog.named(definition.name)?.summary == definition.summary)
      #expect(!definition.summary.isEmpty && !definition.source.isEmpty)
    }
    #expect(BalancerCatalog.named("no such balancer") == nil)
  }

  @Test func `parameters have unique names, a summary, and a default in their range`() {
    for definition in BalancerCatalog.all {
      #expect(Set(definition.parameters.map(\.name)).count == definition.parameters.count, "\(definition.name)")
      for parameter in definition.parameters {
        #expect(!parameter.summary.isEmpty)
        if let value = parameter.defaultValue { #expect(parameter.range.contains(value), "\(parameter.name)") }
        if case .choice(let words) = parameter.kind {
          #expect(words.indices.contains(Int(parameter.defaultValue ?? 0)), "\(parameter.name)")
        }
      }
    }
  }

  @Test func `an override replaces a default and only that`() {
    let definitions = [
      ParameterDefinition("a", .number, default: 1, ""), ParameterDefinition("b", .number, default: nil, ""),
      ParameterDefinition("c", .boolean, default: 1, ""),
    ]
    let values = ParameterValues(definitions, overrides: ["b": 5, "unknown": 7])
    #expect(values["a"] == 1 && values["b"] == 5 && values["unknown"] == nil)
    #expect(values.flag("c") && values.integer("b") == 5)
    #expect(ParameterValues(definitions)["b"] == nil)
  }

  @Test func `no balancer moves a machine twice, one that migrates, or one that runs nowhere`() {
    for definition in BalancerCatalog.all {
      Seeds.each(150) { seed in
        let seen = Seen.random(seed: seed)
        let plan = definition.plan(seen, ["deadBand": 0, "minimumGain": 0, "budget": 50, "evictionLimits.total": 50])
        let machines = plan.moves.map(\.machine)
        if Set(machines).count != machines.count { return "\(definition.name) moves a machine twice" }
        for move in plan.moves {
          let source = seen.cluster.nodeOfMachine[move.machine.index]
          if source == .none { return "\(definition.name) moves a machine that runs nowhere" }
          if move.target == source { return "\(definition.name) moves a machine to its own node" }
          if seen.migrations.contains(where: { $0.machine == move.machine }) {
            return "\(definition.name) moves a machine that migrates"
          }
        }
        return nil
      }
    }
  }

  @Test func `a plan is the same for the same observation`() {
    for definition in BalancerCatalog.all {
      Seeds.each(40) { seed in
        let seen = Seen.random(seed: seed)
        return definition.plan(seen) == definition.plan(seen) ? nil : "\(definition.name) changes its mind"
      }
    }
  }
}
