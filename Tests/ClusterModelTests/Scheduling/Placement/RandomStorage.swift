import EventKernel
import TestSupport

@testable import ClusterModel

/// A few claims, volumes, storage classes, volume limits and disruption budgets over few names.
extension RandomPlacement {
  static let claimNames = ["c0", "c1", "c2", "c3", "c4"]
  private static let unit: Int128 = 1_000_000_000

  mutating func addStorage() {
    guard random.bernoulli(0.5) else { return }
    let classes: [PlacementObjects.StorageClass] = [
      .init(name: "now", provisioner: "d1", waitsForConsumer: false),
      .init(name: "late", provisioner: "d2", waitsForConsumer: true),
      .init(
        name: "zonal", provisioner: "d1", waitsForConsumer: true,
        allowedTerms: [NodeSelectorTerm(expressions: [.init(key: "rack", operator: .isIn, values: ["r0"])])]),
      .init(name: "local", provisioner: "kubernetes.io/no-provisioner", waitsForConsumer: true),
    ]
    if random.bernoulli(0.8) { cluster.objects.storageClasses = classes }
    if random.bernoulli(0.8) { for index in 0..<6 { cluster.objects.volumes.append(volume("v\(index)")) } }
    for namespace in ["a", "b"] {
      for name in Self.claimNames where random.bernoulli(0.9) {
        cluster.objects.claims.append(claim(namespace, name))
      }
    }
    for node in cluster.nodes where random.bernoulli(0.6) {
      for driver in ["d1", "d2"] where random.bernoulli(0.7) {
        cluster.objects.volumeLimits.append(.init(nodeName: node.name, driver: driver, count: random.pick(0...2)))
      }
    }
  }

  private mutating func claim(_ namespace: String, _ name: String) -> PlacementObjects.Claim {
    var claim = PlacementObjects.Claim(namespace: namespace, name: name, volumeName: "")
    if random.bernoulli(0.6) { claim.volumeName = random.bernoulli(0.03) ? "gone" : "v\(random.uniform(below: 4))" }
    claim.storageClassName = random.pick(["late", "late", "zonal", "local", "local", "now", "", "absent"])
    if !claim.volumeName.isEmpty || random.bernoulli(0.5) { claim.storageClassName = random.pick(["late", "local"]) }
    claim.accessModes = [random.pick(["ReadWriteOnce", "ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"])]
    claim.request = Quantity(nanoUnits: Self.unit * random.pick([1, 5, 9]))
    if random.bernoulli(0.05) { claim.selectedNode = "n0" }
    if random.bernoulli(0.04) { claim.ending = random.pick([.isLost, .isTerminating]) }
    return claim
  }

  private mutating func volume(_ name: String) -> VolumeSpecification {
    var volume = VolumeSpecification(name: name)
    if random.bernoulli(0.3) { volume.labels["topology.kubernetes.io/zone"] = random.pick(["z0", "z1__z2"]) }
    if random.bernoulli(0.3) {
      volume.requiredNodeTerms = [
        NodeSelectorTerm(expressions: [.init(key: "rack", operator: .isIn, values: [random.pick(["r0", "r1"])])])
      ]
    }
    if random.bernoulli(0.7) {
      (volume.driver, volume.handle) = (random.pick(["d1", "d2"]), random.pick(["h0", name]))
    }
    volume.storageClassName = random.pick(["local", "local", "late"])
    volume.accessModes = random.pick([["ReadWriteOnce"], ["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"]])
    volume.capacity = Quantity(nanoUnits: Self.unit * random.pick([4, 8, 10]))
    volume.isFree = random.bernoulli(0.5)
    return volume
  }

  mutating func disk() -> InlineDisk {
    let rados = InlineDisk.Kind.rados(
      monitors: random.pick([["m0"], ["m0", "m1"], ["m2"]]), pool: "p", image: random.pick(["i", "j"]))
    return InlineDisk(
      random.pick([.googleDisk(name: "g"), .amazonDisk(id: "x"), .iscsi(target: "t"), rados]),
      isReadOnly: random.bernoulli(0.5))
  }

  mutating func addBudgets() {
    for index in 0..<random.pick([0, 0, 1, 2]) {
      var budget = PlacementObjects.DisruptionBudget(
        namespace: random.pick(["a", "b"]), name: "b\(index)",
        selector: random.pick([
          nil, LabelSelector(), LabelSelector(matchLabels: ["app": "web"]), LabelSelector(matchLabels: ["ver": "v1"]),
        ]), disruptionsAllowed: random.pick(0...2))
      if random.bernoulli(0.2) { budget.disruptedPods = ["running-0"] }
      cluster.objects.budgets.append(budget)
    }
  }
}
