import ClusterModel
import Reports
import SimulationEngine
import TestSupport
import Testing

@Suite struct ManifestWriterTests {
  private static func objects(_ scenario: Scenario) -> (objects: [JSONValue], tally: ManifestTally) {
    var writer = ManifestWriter(SimulationSetup(scenario))
    var objects: [JSONValue] = []
    writer.forEachObject { objects.append($0) }
    return (objects, writer.tally)
  }

  @Test func `the checker finds what the API server would refuse`() {
    let namespace = JSONValue.object([
      ("apiVersion", .string("v1")), ("kind", .string("Namespace")), ("metadata", .object([("name", .string("a"))])),
    ])
    #expect(ManifestChecker([namespace]).problems == [])
    #expect(ManifestChecker([namespace, namespace]).problems == ["Namespace /a: twice"])
    let pod = JSONValue.object([
      ("apiVersion", .string("v1")), ("kind", .string("Pod")),
      ("metadata", .object([("name", .string("A")), ("namespace", .string("a"))])),
      ("status", .object([("phase", .string("Running"))])),
    ])
    #expect(
      ManifestChecker([namespace, pod]).problems.map { $0.split(separator: ": ")[1] } == [
        "name", "no container", "QoS class", "phase", "why it waits",
      ])
  }

  @Test func `objects of any cluster are such as the API server takes`() {
    Seeds.each(100) { ManifestChecker(Self.objects(Build.dumped(seed: $0)).objects).problems.first }
  }

  @Test func `terms and what they refer to become objects that the API server takes`() {
    Seeds.each(100) { ManifestChecker(Self.objects(Build.dumpedWithTerms(seed: $0)).objects).problems.first }
  }

  @Test func `hostile names, labels and values become valid ones and are counted`() {
    Seeds.each(100) { seed in
      let (objects, tally) = Self.objects(Build.hostile(seed: seed))
      if let problem = ManifestChecker(objects).problems.first { return problem }
      let text = tally.sentences.joined()
      return text.contains("'Host 1.Example.COM' as 'host-1-example-com-") || text.contains("such as") ? nil : text
    }
  }

  @Test func `pods request what the model says`() {
    Seeds.each(50) { seed in
      let scenario = Build.dumped(seed: seed)
      let inventory = SimulationSetup(scenario).inventory
      let pods = Self.objects(scenario).objects.filter { $0["kind"].text == "Pod" }
      func sum(_ name: String) -> Int128 {
        pods.flatMap { $0["spec"]["containers"].elements }
          .reduce(0) { $0 + ($1["resources"]["requests"][name].amount ?? 0) }
      }
      let running = inventory.machines.filter(\.isRunning)
      let cpu =
        running.reduce(0) { $0 + $1.cpuRequestMillicores } + inventory.pods.reduce(0) { $0 + $1.cpuRequestMillicores }
      let memory =
        running.reduce(0) { $0 + $1.memoryRequestBytes } + inventory.pods.reduce(0) { $0 + $1.memoryRequestBytes }
      return sum("cpu") == Int128(cpu) * 1_000_000 && sum("memory") == Int128(memory) * 1_000_000_000
        ? nil : "\(sum("cpu")) and \(sum("memory"))"
    }
  }

  @Test func `the same scenario is the same text, another seed only moves machines`() {
    func text(_ scenario: Scenario) -> String {
      var writer = ManifestWriter(SimulationSetup(scenario))
      return writer.list()
    }
    var scenario = Build.scenario(
      nodes: [Build.nodes(5)], machines: [Build.machines("web", 20)], placement: .random)
    let first = text(scenario)
    #expect(text(scenario) == first)
    scenario.seed += 1
    #expect(text(scenario) != first)
    scenario.cluster.initialPlacement = .packed
    let packed = text(scenario)
    scenario.seed += 1
    #expect(text(scenario) == packed)
  }

  @Test func `capacity is allocatable and what the pool reserves`() throws {
    let pool = Build.nodes(1, cores: 16, gib: 64) {
      $0.reservedCPUMillicores = 500
      $0.reservedMemoryBytes = 1 << 30
    }
    let objects = Self.objects(Build.scenario(nodes: [pool], machines: [])).objects
    let status = try #require(objects.first { $0["kind"].text == "Node" })["status"]
    #expect(status["capacity"]["cpu"].text == "16" && status["allocatable"]["cpu"].text == "15500m")
    #expect(status["capacity"]["memory"].text == "64Gi" && status["allocatable"]["memory"].text == "63Gi")
  }

  @Test func `a machine that fits nowhere is written as waiting`() throws {
    let scenario = Build.scenario(nodes: [Build.nodes(1, gib: 8)], machines: [Build.machines("big", 1, gib: 64)])
    let (objects, tally) = Self.objects(scenario)
    func status(_ kind: String) -> JSONValue { objects.first { $0["kind"].text == kind }?["status"] ?? .null }
    #expect(status("VirtualMachineInstance")["phase"].text == "Scheduling")
    #expect(status("VirtualMachine")["printableStatus"].text == "ErrorUnschedulable")
    #expect(status("Pod")["phase"].text == "Pending")
    #expect(tally.sentences == ["1 machine finds no node and is pending"])
  }

  @Test func `launcher pods are named as the API server names them, each once`() {
    let long = String(repeating: "long-name-", count: 8) + "x"
    let groups = (0..<40).map { Build.machines("\(long)\($0)", 10) }
    let objects = Self.objects(Build.scenario(nodes: [Build.nodes(50)], machines: groups)).objects
    let names = objects.filter { $0["kind"].text == "Pod" }.compactMap { $0["metadata"]["name"].text }
    #expect(names.count == 400 && Set(names).count == 400)
    #expect(names.allSatisfy { $0.count == 63 && $0.hasPrefix("virt-launcher-long-name-") })
  }

  @Test func `selectors still match the labels that had to change`() throws {
    var group = Build.machines("SQL Server", 2) { $0.hasHostAntiAffinity = true }
    group.nodeSelector = ["rack": "Row 1/Rack 2"]
    let pool = Build.nodes(2) { $0.labels = ["rack": "Row 1/Rack 2"] }
    let objects = Self.objects(Build.scenario(nodes: [pool], machines: [group])).objects
    #expect(ManifestChecker(objects).problems == [])
    let pod = try #require(objects.first { $0["kind"].text == "Pod" })
    let node = try #require(objects.first { $0["kind"].text == "Node" })
    let required = "requiredDuringSchedulingIgnoredDuringExecution"
    let term = try #require(pod["spec"]["affinity"]["podAntiAffinity"][required].elements.first)
    let label = try #require(pod["metadata"]["labels"]["headroom/group"].text)
    #expect(term["labelSelector"]["matchLabels"]["headroom/group"].text == label)
    #expect(pod["spec"]["nodeSelector"]["rack"].text == node["metadata"]["labels"]["rack"].text)
    #expect(node["metadata"]["annotations"]["rack"].text == "Row 1/Rack 2")
  }

  @Test(arguments: [
    ("a", true), ("web-1.shop", true), ("1", true), ("", false), ("a_b", false), ("A", false), ("a..b", false),
    ("-a", false), ("a-", false), ("a.", false), ("ü", false), (String(repeating: "a", count: 254), false),
  ])
  func `names are judged as the API server does`(name: String, isValid: Bool) {
    #expect(KubernetesName.isSubdomain(name) == isValid)
    let escaped = KubernetesName.escaped(name, limit: 253)
    #expect(KubernetesName.isSubdomain(escaped) && KubernetesName.isLabel(KubernetesName.escaped(name, limit: 63)))
  }

  @Test func `different texts are escaped differently`() {
    let texts = Build.hostileTexts + (0..<5000).map { "Server \($0)" }
    #expect(Set(texts.map { KubernetesName.escaped($0, limit: 63) }).count == texts.count)
  }
}
