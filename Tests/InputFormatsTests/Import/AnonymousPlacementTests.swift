import ClusterModel
import EventKernel
import SimulationEngine
import TestSupport
import Testing

@testable import InputFormats

/// What placement decides does not depend on what things are called.
@Suite struct AnonymousPlacementTests {
  /// A random cluster with a scenario's text before and after its names are replaced.
  private static func inventories(seed: UInt64) throws -> (before: Inventory, after: Inventory, text: String) {
    var cluster = InventoryRoundTripTests.cluster(seed: seed)
    var random = RandomStream(seed: seed, replication: 3, purpose: .placement)
    for index in cluster.snapshotNodes.indices {
      // Texts that numbers are compared with, some of them no numbers.
      cluster.snapshotNodes[index].labels["generation"] = random.pick(["1", "007", "7", "12", "new"])
      cluster.snapshotNodes[index].memoryBytes = 1 << 38
    }
    for index in cluster.snapshotPods.indices {
      cluster.snapshotPods[index].cpuRequestMillicores = min(cluster.snapshotPods[index].cpuRequestMillicores, 1 << 40)
      cluster.snapshotPods[index].memoryRequestBytes = min(cluster.snapshotPods[index].memoryRequestBytes, 1 << 30)
    }
    let text = Scenario.text(of: cluster)
    let files = TestFiles(files: ["s.yaml": text])
    let before = try #require(files.read().scenario, "\(files.read().diagnostics.lines)")
    let imported = try files.importing(["s.yaml"], isAnonymous: true)
    return (
      ClusterBuilder(before.cluster).inventory, ClusterBuilder(try imported.scenario().cluster).inventory, imported.yaml
    )
  }

  /// Every verdict on every machine, one placed after the other, without names.
  private static func verdicts(_ inventory: Inventory) -> [[String]] {
    var evaluator = PlacementEvaluator(PlacementCluster(inventory))
    return inventory.machines.enumerated().map { index, machine in
      let podClass = evaluator.podClass(of: PodSpecification(machine))
      let report = evaluator.report(for: podClass)
      // Wherever it may run or not: machines that follow must see it.
      if index % 3 > 0 { evaluator.add(podClass, to: index % evaluator.nodeCount) }
      return report.verdicts.map { verdict in
        let reasons = verdict.reasons.map(\.count)
        return "\(verdict.rejections) \(verdict.firstRejecter as Any) \(reasons) \(verdict.scores as Any)"
      }
    }
  }

  @Test(arguments: 1...40)
  func `random clusters are placed alike under new names`(seed: UInt64) throws {
    let (before, after, text) = try Self.inventories(seed: seed)
    #expect(before.machines.count == after.machines.count && before.objects.claims.count == after.objects.claims.count)
    let (one, other) = (Self.verdicts(before), Self.verdicts(after))
    for (index, pair) in zip(one, other).enumerated() where pair.0 != pair.1 {
      Issue.record("machine \(index): \(pair.0)\nis not\n\(pair.1)\n\(text)")
    }
    for name in ["example.com/gpu", "10.0.0.1", "east", "zone-a", "shop", "tape", "prod", "kind: web"] {
      #expect(!text.contains(name), "\(name)")
    }
  }

  @Test func `what was made anonymous is written again the same`() throws {
    for seed in 1...8 as ClosedRange<UInt64> {
      let text = try Self.inventories(seed: seed).text
      let again = try TestFiles(files: ["a.yaml": text]).importing(["a.yaml"])
      #expect(again.yaml == text, "seed \(seed)")
    }
  }

  @Test func `names that only terms and objects hold are replaced and go on meaning the same things`() throws {
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools: [{ name: acme, count: 2, node: { cpu: 8, memory: 32Gi, allocatable: { acme.io/fpga: 2 } } }]
        machines:
        - name: web
          namespace: shop
          cpu: 1
          memory: 1Gi
          requests: { acme.io/fpga: 1, nvidia.com/gpu: 0 }
          affinity:
            podAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
              - labelSelector: { matchLabels: { headroom/group: acme-db } }
                topologyKey: acme.io/row
                namespaces: [acme-data]
        inventory:
          pods:
          - { name: p, namespace: shop, node: acme-1, claims: [acme-claim], controller: { kind: StatefulSet, name: acme-set } }
          objects:
          - { kind: PersistentVolumeClaim, metadata: { name: acme-claim, namespace: shop }, spec: { volumeName: acme-pv } }
          - { kind: PersistentVolume, metadata: { name: acme-pv, labels: { topology.kubernetes.io/zone: acme-a__acme-b } } }
          - { kind: StatefulSet, metadata: { name: acme-set, namespace: shop }, spec: { selector: { matchLabels: { app: acme } } } }
          - { kind: Service, metadata: { name: acme-front, namespace: shop }, spec: { selector: { app: acme } } }
      """
    let imported = try TestFiles(files: ["s.yaml": text]).importing(["s.yaml"], isAnonymous: true)
    #expect(!imported.yaml.contains("acme"), "\(imported.yaml)")
    let inventory = ClusterBuilder(try imported.scenario().cluster).inventory
    let (pod, objects) = (inventory.pods[0], inventory.objects)
    #expect(objects.claims[0].name == pod.terms.claimNames[0] && objects.claims[0].namespace == pod.namespace)
    #expect(objects.claims[0].volumeName == objects.volumes[0].name)
    #expect(objects.volumes[0].labels["topology.kubernetes.io/zone"] == "zone-1__zone-2")
    #expect(
      objects.controllers[0].reference == pod.terms.controller && objects.controllers[0].namespace == pod.namespace)
    #expect(objects.services[0].selector == objects.controllers[0].selector?.matchLabels)
    let requests = inventory.machines[0].terms.extraRequests.entries.map(\.name)
    #expect(requests == ["example.com/resource-1", "nvidia.com/gpu"])
    #expect(inventory.nodes[0].extraAllocatable.entries.map(\.name) == ["example.com/resource-1"])
  }
}
