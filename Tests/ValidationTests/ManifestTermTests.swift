import ClusterModel
import InputFormats
import Reports
import SimulationEngine
import Testing
import TestSupport

/// What placement looks at, in a generated cluster and as the reader of objects finds it.
@Suite struct ManifestTermTests {
  private static func read(_ scenario: Scenario) -> PlacementCluster {
    var writer = ManifestWriter(SimulationSetup(scenario))
    let text = Array(writer.list().utf8)
    let source = FileSource(read: { _ throws(FileReadError) in text }, list: { _ in nil })
    return PlacementInput.read(["dump.json"], source: source, session: DecodingSession())
  }

  /// Terms without the condition that launcher pods have where there are nodes that do not virtualize.
  private static func terms(_ pod: PodSpecification) -> PlacementTerms {
    var terms = PlacementTerms(pod)
    let nodes = terms.requiredNodeTerms?.map { term in
      NodeSelectorTerm(
        expressions: term.expressions.filter { $0.key != "kubevirt.io/schedulable" }, fields: term.fields)
    }
    terms.requiredNodeTerms = nodes == [NodeSelectorTerm()] ? nil : nodes
    if terms.controller == nil || pod.labels["kubevirt.io"] != nil { terms.controller = nil }
    return terms
  }

  @Test func `terms, resources and objects of any cluster come back`() {
    Seeds.each(60) { seed in
      let scenario = Build.dumpedWithTerms(seed: seed)
      let (inventory, found) = (SimulationSetup(scenario).inventory, Self.read(scenario))
      for (node, other) in zip(inventory.nodes, found.nodes.sorted { $0.name < $1.name }) {
        var expected = NodeSpecification(node)
        expected.images = other.images
        for entry in expected.allocatable.entries where entry.amount.nanoUnits == 0 {
          expected.allocatable[entry.name] = nil
        }
        if expected != other { return "\(expected)\nis not\n\(other)" }
      }
      for machine in inventory.machines where machine.isRunning {
        let pod = found.pods.first {
          $0.namespace == machine.namespace && $0.labels["vm.kubevirt.io/name"] == machine.name
        }
        guard let pod else { return "no pod of \(machine.name)" }
        if Self.terms(pod) != machine.terms { return "\(machine.terms)\nis not\n\(Self.terms(pod))" }
        if pod.nodeSelector != machine.nodeSelector { return "selector of \(machine.name)" }
      }
      for pod in inventory.pods where inventory.node(named: pod.nodeName) != nil {
        guard let other = found.pods.first(where: { $0.namespace == pod.namespace && $0.name == pod.name }) else {
          return "no pod \(pod.name)"
        }
        var expected = pod.terms
        expected.claimNames.removeAll { name in
          !inventory.objects.claims.contains { $0.namespace == pod.namespace && $0.name == name }
        }
        if PlacementTerms(other) != expected { return "\(expected)\nis not\n\(PlacementTerms(other))" }
        if other.priority != pod.priority || other.nodeSelector != pod.nodeSelector
          || other.tolerations != pod.tolerations
        {
          return "rules of \(pod.name)"
        }
      }
      return Self.difference(inventory.objects.ofRuns, found.objects.ofRuns)
    }
  }

  /// The first difference in words.
  ///
  /// Namespaces that nothing describes are written without labels, machines without claims get one for their disk.
  private static func difference(_ expected: PlacementObjects, _ found: PlacementObjects) -> String? {
    for namespace in expected.namespaces where !namespace.labels.isEmpty && !found.namespaces.contains(namespace) {
      return "namespace \(namespace)"
    }
    if expected.services != found.services { return "\(expected.services)\nare not\n\(found.services)" }
    if expected.controllers != found.controllers { return "\(expected.controllers)\nare not\n\(found.controllers)" }
    for claim in expected.claims where !found.claims.contains(claim) { return "claim \(claim)" }
    if found.claims.contains(where: { !$0.name.hasSuffix("-root") && !expected.claims.contains($0) }) {
      return "another claim"
    }
    return expected.volumes == found.volumes ? nil : "\(expected.volumes)\nare not\n\(found.volumes)"
  }
}
