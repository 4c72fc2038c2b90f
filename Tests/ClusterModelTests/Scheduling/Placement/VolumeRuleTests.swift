import Testing

@testable import ClusterModel

struct VolumeRuleTests {
  private func small(_ nodes: [NodeSpecification], _ pods: [PodSpecification] = []) -> SmallPlacement {
    SmallPlacement(nodes, pods)
  }

  private func user(_ name: String, of claims: [String], on node: String = "") -> PodSpecification {
    var made = pod(name, on: node)
    made.claimNames = claims
    return made
  }

  private func claim(_ name: String, volume: String = "", storageClass: String = "") -> PlacementObjects.Claim {
    var claim = PlacementObjects.Claim(namespace: "default", name: name, volumeName: volume)
    claim.storageClassName = storageClass
    return claim
  }

  @Test func `a claim for one pod alone refuses every node while another pod has it`() {
    var cluster = small([node("a"), node("b")], [user("first", of: ["disk"], on: "a")])
    var disk = claim("disk", volume: "v")
    disk.accessModes = ["ReadWriteOncePod"]
    cluster.cluster.objects.claims = [disk]
    let made = user("second", of: ["disk"])
    #expect(cluster.takers(made) == "" && cluster.reasons(made, "b") == [VolumeUse.claimConflict])
    cluster.cluster.pods = []
    #expect(cluster.takers(made) == "a b")
  }

  @Test func `a disk named by two pods keeps them apart, unless both only read it`() {
    func with(_ disk: InlineDisk, on node: String = "") -> PodSpecification {
      var made = pod("p", on: node)
      made.disks = [disk]
      return made
    }
    let google = InlineDisk.Kind.googleDisk(name: "d")
    let reader = small([node("a"), node("b")], [with(InlineDisk(google, isReadOnly: true), on: "a")])
    #expect(reader.takers(with(InlineDisk(google, isReadOnly: true))) == "a b")
    #expect(reader.reasons(with(InlineDisk(google)), "a") == ["node(s) had no available disk"])
    let amazon = InlineDisk(.amazonDisk(id: "d"), isReadOnly: true)
    #expect(small([node("a")], [with(amazon, on: "a")]).takers(with(amazon)) == "")
  }

  @Test func `a node takes as many volumes of a driver as its CSINode says, a shared one counted once`() {
    var cluster = small([node("a")], [user("p", of: ["one"], on: "a"), user("q", of: ["one"], on: "a")])
    cluster.cluster.objects.claims = ["one", "two", "three"].map { claim($0, volume: "v-\($0)") }
    cluster.cluster.objects.volumes = ["one", "two", "three"].map { name in
      var volume = VolumeSpecification(name: "v-\(name)")
      (volume.driver, volume.handle) = ("csi.example.com", name)
      return volume
    }
    cluster.cluster.objects.volumeLimits = [.init(nodeName: "a", driver: "csi.example.com", count: 2)]
    #expect(cluster.takers(user("new", of: ["one", "two"])) == "a")
    #expect(cluster.reasons(user("new", of: ["two", "three"]), "a") == ["node(s) exceed max volume count"])
    cluster.cluster.objects.volumeLimits = [.init(nodeName: "a", driver: "other.example.com", count: 0)]
    #expect(cluster.takers(user("new", of: ["two", "three"])) == "a")
  }

  @Test func `a claim that should be bound already refuses every node`() {
    var cluster = small([node("a")])
    cluster.cluster.objects.claims = [claim("disk", storageClass: "fast")]
    cluster.cluster.objects.storageClasses = [.init(name: "fast", provisioner: "d", waitsForConsumer: false)]
    let verdict = cluster.report(user("new", of: ["disk"]))["a"]
    #expect(verdict?.rejections.filters == [.volumeBinding, .volumeZone])
    #expect(verdict?.reasons.first == ["pod has unbound immediate PersistentVolumeClaims"])
    cluster.cluster.objects.storageClasses = []
    #expect(cluster.takers(user("new", of: ["disk"])) == "a")
  }

  @Test func `a claim that waits for its pod goes where its class allows, or where a local volume is free`() {
    var cluster = small([node("a", zone: "z0"), node("b", zone: "z1")])
    let inZone = NodeSelectorTerm(expressions: [.init(key: zoneKey, operator: .isIn, values: ["z1"])])
    cluster.cluster.objects.claims = [claim("zonal", storageClass: "zonal"), claim("local", storageClass: "local")]
    cluster.cluster.objects.storageClasses = [
      .init(name: "zonal", provisioner: "d", waitsForConsumer: true, allowedTerms: [inZone]),
      .init(name: "local", provisioner: "kubernetes.io/no-provisioner", waitsForConsumer: true),
    ]
    #expect(cluster.takers(user("new", of: ["zonal"])) == "b")
    let reason = "node(s) didn't find available persistent volumes to bind"
    #expect(cluster.reasons(user("new", of: ["local"]), "a") == [reason])
    var volume = VolumeSpecification(
      name: "v",
      requiredNodeTerms: [NodeSelectorTerm(expressions: [.init(key: hostname, operator: .isIn, values: ["a"])])])
    volume.storageClassName = "local"
    volume.isFree = true
    cluster.cluster.objects.volumes = [volume]
    #expect(cluster.takers(user("new", of: ["local"])) == "a")
  }

  @Test func `a claim that does not exist refuses, but not where the dump holds no claim at all`() {
    var cluster = small([node("a")])
    #expect(cluster.takers(user("new", of: ["x"])) == "a")
    cluster.cluster.objects.claims = [claim("y", volume: "v")]
    let verdict = cluster.report(user("new", of: ["x"]))["a"]
    #expect(verdict?.firstRejecter == .volumeRestrictions)
    #expect(verdict?.reasons.first == ["persistentvolumeclaim \"x\" not found"])
  }

  private func local(_ name: String, on nodes: [String], key: String = hostname, gibibytes: Int = 1)
    -> VolumeSpecification
  {
    var volume = VolumeSpecification(
      name: name, requiredNodeTerms: [NodeSelectorTerm(expressions: [.init(key: key, operator: .isIn, values: nodes)])])
    volume.storageClassName = "local"
    volume.isFree = true
    volume.capacity = try? Quantity("\(gibibytes)Gi")
    return volume
  }

  private func localClaim(_ name: String, gibibytes: Int = 1) -> PlacementObjects.Claim {
    var made = claim(name, storageClass: "local")
    made.request = try? Quantity("\(gibibytes)Gi")
    return made
  }

  @Test func `claims share out the free volumes that a node reaches, by size`() {
    var cluster = small([node("a", zone: "z"), node("b", zone: "z"), node("c")])
    cluster.cluster.objects.storageClasses = [
      .init(name: "local", provisioner: "kubernetes.io/no-provisioner", waitsForConsumer: true)
    ]
    cluster.cluster.objects.claims = [localClaim("one"), localClaim("two", gibibytes: 5)]
    cluster.cluster.objects.volumes = [
      local("big-of-a", on: ["a"], gibibytes: 9), local("of-zone", on: ["z"], key: zoneKey),
      local("small-of-c", on: ["c", "b"]),
    ]
    #expect(cluster.takers(user("new", of: ["one"])) == "a b c")
    #expect(cluster.takers(user("new", of: ["two"])) == "a")
    #expect(cluster.takers(user("new", of: ["two", "one"])) == "a")
    cluster.cluster.objects.volumes.removeAll { $0.name == "of-zone" }
    #expect(cluster.takers(user("new", of: ["two", "one"])) == "")
    #expect(cluster.takers(user("new", of: ["one"])) == "a b c")
  }

  @Test func `thousands of free volumes cost little where each belongs to one node`() {
    var cluster = PlacementCluster()
    cluster.nodes = (0..<1000).map { node("n\($0)") }
    cluster.objects.claims = [localClaim("data")]
    cluster.objects.storageClasses = [
      .init(name: "local", provisioner: "kubernetes.io/no-provisioner", waitsForConsumer: true)
    ]
    cluster.objects.volumes = (0..<5000).map { local("v\($0)", on: ["n\($0 % 3)"]) }
    let made = user("new", of: ["data"])
    var session = PlacementSession(cluster)
    var feasible = 0
    let time = ContinuousClock().measure {
      var options = PlacementSession.Options()
      options.explainedLimit = 20
      feasible = session.judge(made, options).report.feasible.count
    }
    #expect(feasible == 3 && time < .seconds(5), "\(time)")
  }

  private func details(_ cluster: SmallPlacement, _ pod: PodSpecification) -> [String] {
    var session = PlacementSession(cluster.cluster)
    return session.judge(pod, PlacementSession.Options()).refusals.first?.details ?? []
  }

  @Test func `people read which claim and which volume keep a pod out, each once`() {
    var cluster = small([node("n", zone: "b")])
    cluster.cluster.objects.claims = [claim("data", volume: "pv-1"), claim("zonal", volume: "pv-2"), localClaim("new")]
    cluster.cluster.objects.storageClasses = [
      .init(name: "local", provisioner: "kubernetes.io/no-provisioner", waitsForConsumer: true)
    ]
    cluster.cluster.objects.volumes = [
      local("pv-1", on: ["a"], key: zoneKey), VolumeSpecification(name: "pv-2", labels: [zoneKey: "a"]),
    ]
    #expect(
      details(cluster, user("p", of: ["data", "zonal", "new"])) == [
        "claim data: volume pv-1 is only reachable from zone=a", "claim zonal: volume pv-2 lies in zone a",
        "claim new: no free volume of storage class local is within reach",
      ])
    #expect(details(cluster, user("p", of: ["nosuch"])) == ["claim nosuch does not exist"])
    let reasons = cluster.reasons(user("p", of: ["nosuch"]), "n")
    #expect(reasons.count == 4 && reasons.allSatisfy { $0.hasSuffix("persistentvolumeclaim \"nosuch\" not found") })
  }
}
