import Balancing
import ClusterModel
import EventKernel
import InputFormats
import LiveMigration
import SimulationEngine
import Testing

@Suite struct ScenarioReaderTests {
  static let pools = """
    apiVersion: headroom/v1
    kind: Scenario
    cluster:
      nodePools:
        - { name: general, count: 3, node: { cpu: 16, memory: 64Gi } }
      storageClasses:
        - { name: odf, accessModes: [ReadWriteMany] }
      machines:
        - { name: web, count: 6, cpu: 4, memory: 8Gi }

    """

  @Test func `every section reaches the scenario`() throws {
    let text =
      Self.pools + """
            - name: db
              namespace: shop
              count: 2
              type: database
              cpu: 8
              memory: 32Gi
              cpuRequest: 500m
              memoryRequest: 16Gi
              storageClass: odf
              tier: critical
              priority: 1000
              antiAffinity: host
              labels: { app: db }
              nodeSelector: { disk: ssd }
              tolerations: [{ key: dedicated, operator: Exists, effect: NoSchedule }]
              runStrategy: Manual
              evictionStrategy: None
              cpuLimit: 8
              application: orders
              startOn: [general-2]
              cpuUsage: 30%
              memoryUsage: 60
        platform: openshift-4.19
        migration: { allowAutoConverge: true, bandwidthPerMigration: 64Mi, completionTimeoutPerGiB: 800 }
        balancers:
          - none
          - name: low-node-utilization
            label: mine
            every: 10m
            targetThresholds: { cpu: 70%, memory: 80 }
            mode: requests
            patience: 5m
            strict: true
        demand: { sampleEvery: 1m, startAt: "Wed 06:30", correlation: 0.5, scale: 2 }
        observation: { window: 10m, delay: 30s }
        horizon: 7d
        warmUp: 6h
        replications: 20
        seed: 18446744073709551615
        rankBy: downtime.pause.p99
        expect:
          - headroom.request.memory.min >= 20%
          - "mine: downtime.pause.p99 <= 400ms"
        """
    let reading = TestFiles(files: ["s.yaml": text]).read()
    #expect(reading.diagnostics.lines == [])
    let scenario = try #require(reading.scenario)
    #expect(scenario.name == "s")
    #expect(scenario.cluster.nodePools[0].memoryBytes == 64 << 30)
    #expect(scenario.cluster.storageClasses == [StorageClass(name: "odf", isShared: true)])
    let group = scenario.cluster.machineGroups[1]
    #expect(group.namespace == "shop" && group.workloadType == "database" && group.tier == .critical)
    #expect(group.statedCPURequestMillicores == 500 && group.statedMemoryRequestBytes == 16 << 30)
    #expect(group.hasHostAntiAffinity && group.hasCPULimit && group.priority == 1000)
    #expect(group.runStrategy == .manual && group.evictionStrategy == EvictionStrategy.none)
    #expect(group.tolerations == [Toleration(key: "dedicated", operator: .exists, effect: .noSchedule)])
    #expect(group.labels == ["app": "db"] && group.nodeSelector == ["disk": "ssd"] && group.startNodes == ["general-2"])
    #expect(group.meanCPUShare == 0.3 && group.memoryUsedShare == 0.6 && group.application == "orders")
    #expect(scenario.platform == "openshift-4.19")
    #expect(scenario.migration.allowAutoConverge && scenario.migration.bandwidthPerMigration == 67_108_864)
    #expect(scenario.migration.completionTimeoutPerGiB == 800)
    #expect(scenario.balancers.map(\.label) == ["none", "mine"])
    let parameters = scenario.balancers[1].parameters
    #expect(parameters["targetThresholds.cpu"] == 70 && parameters["targetThresholds.memory"] == 80)
    #expect(parameters["mode"] == 1 && parameters["patience"] == 300 && parameters["strict"] == 1)
    #expect(parameters["limit"] == nil)
    #expect(scenario.balancers[1].every == .minutes(10))
    #expect(scenario.demand.startHourOfWeek == 54.5 && scenario.demand.groupCorrelation == 0.5)
    #expect(scenario.demand.scale == 2 && scenario.demand.sampleEvery == .minutes(1))
    #expect(scenario.observation.delay == .seconds(30) && scenario.observation.window == .minutes(10))
    #expect(scenario.horizon == .days(7) && scenario.warmUp == .hours(6) && scenario.replications == 20)
    #expect(scenario.seed == .max && scenario.rankBy == "downtime.pause.p99")
    #expect(scenario.expectations.map(\.value) == [0.2, 0.4])
    #expect(scenario.expectations[1].balancer == "mine")
  }

  @Test func `all problems are told at once with their place and the way out`() {
    let text = """
      apiVersion: headroom/v2
      kind: Scenario
      cluster:
        nodePools:
          - { name: a, count: -1, node: { cpu: 16, memory: 64GB } }
          - { name: a, node: { cpu: 8, memory: 32Gi, migrationNetwork: { bandwidth: 25 } } }
        machines:
          - { name: web, cpu: 2.5, memory: 8Gi, type: databse, storageClass: odf }
          - { cpu: "4", memory: 8Gi, antiAfinity: host, spread: zone, startOn: [b-1] }
      platform: openshift-4.2
      balancers: [nothing, { name: low-node-utilization, targetThresholds: { cpu: 170 } }]
      horizon: 1h
      warmUp: 2h
      replications: many
      events: []
      expects: []
      expect: [headrom.request.memory.min >= 20%, downtime.pause.p99 <= soon]
      """
    let reading = TestFiles(files: ["s.yaml": text]).read()
    #expect(reading.scenario == nil)
    let lines = reading.diagnostics.lines
    let expected = [
      "error S010 1:13 unknown apiVersion 'headroom/v2' | write apiVersion: headroom/v1",
      "error S004 5:25 'count' must be between 0 and 100000, found -1",
      "error S006 5:54 unknown unit 'GB' in '64GB' for 'memory' | did you mean 64G (10^9) or 64Gi (2^30)?",
      "error S004 6:79 'bandwidth' of 200 bit/s is too little | write 25Gbps (bits a second) or 64Mi (bytes a second)",
      "error S003 8:25 'cpu' must be a whole number, found 2.5",
      "error S005 8:49 unknown type 'databse' | did you mean 'database'?",
      "error S012 8:72 unknown storage class 'odf' | add it under cluster.storageClasses: "
        + "{name: odf, accessModes: [ReadWriteMany]}",
      "error S002 9:7 machines[1] has no 'name'",
      "error S003 9:14 'cpu' must be a whole number, found the text '4' | remove the quotes",
      "error S001 9:32 unknown key 'antiAfinity' in machines[1] | did you mean 'antiAffinity'?",
      "error S007 9:51 'spread' in machines[1] is not supported yet | remove it: this version does not simulate it",
      "error S005 10:11 unknown platform 'openshift-4.2' | did you mean 'openshift-4.20'?",
      "error S004 11:77 'cpu' must be between 0 % and 100 %, found 170",
      "error S013 13:9 'warmUp' is not shorter than 'horizon': nothing would be measured "
        + "| lengthen 'horizon' or shorten 'warmUp'",
      "error S003 14:15 'replications' must be a whole number, found 'many'",
      "error S007 15:1 'events' in the scenario is not supported yet | remove it: this version does not simulate it",
      "error S001 16:1 unknown key 'expects' in the scenario | did you mean 'expect'?",
      "error S016 17:10 unknown metric 'headrom.request.memory.min' | did you mean 'headroom.request.memory.min'?",
      "error S015 17:67 'soon' is not a value of 'downtime.pause.p99', which is in seconds "
        + "| write 90s, 5m, 1h30m or 7d",
    ]
    for line in expected { #expect(lines.contains(line), "\(line)\n\(lines.joined(separator: "\n"))") }
    #expect(lines.contains { $0.hasPrefix("error S014 11:13 unknown balancer 'nothing'") })
    #expect(lines.contains { $0.hasPrefix("error S012 9:75 'startOn' names the unknown node 'b-1'") })
  }

  @Test func `a pool needs a name a size and a number of nodes`() {
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools:
          - { node: { memory: 0 } }
          - { name: b, count: 3, names: [x, x], node: { cpu: 2, memory: 4Gi, reserved: { cpu: 2 } } }
      """
    let lines = TestFiles(files: ["s.yaml": text]).read().diagnostics.lines
    for part in [
      "S002 5:7 nodePools[0] has no 'name'", "S002 5:15 'node' of nodePools[0] has no 'cpu'",
      "S004 5:25 'memory' must be more than 0", "nodePools[0] has neither 'count' nor 'names'",
      "S013 6:25 'count' is 3 but 2 names are given", "names a node twice", "all CPU of node pool 'b' is reserved",
    ] {
      #expect(lines.contains { $0.contains(part) }, "\(part)\n\(lines.joined(separator: "\n"))")
    }
  }

  @Test func `an override goes through the same decoder`() throws {
    let files = TestFiles(files: ["s.yaml": Self.pools])
    let reading = files.read(
      "s.yaml",
      [
        "seed=7", "horizon=3d", "cluster.machines.web.count=9", "cluster.nodePools.0.node.cpu=32",
        "balancers=[none, low-node-utilization]", "migration.allowPostCopy=true", "demand.scale=1.5",
        "balancers.low-node-utilization.targetThresholds.cpu=61%",
      ])
    #expect(reading.diagnostics.lines == [])
    let scenario = try #require(reading.scenario)
    #expect(scenario.seed == 7 && scenario.horizon == .days(3) && scenario.demand.scale == 1.5)
    #expect(scenario.cluster.machineGroups[0].count == 9 && scenario.cluster.nodePools[0].cpuMillicores == 32_000)
    #expect(scenario.migration.allowPostCopy)
    #expect(scenario.balancers[1].parameters["targetThresholds.cpu"] == 61)
  }

  @Test(arguments: [
    ("sed=7", "no 'sed' in the scenario | did you mean 'seed'?"), ("seed", "--set 'seed' is not path.to.key=value"),
    ("cluster.machines.weeb.count=1", "no 'weeb' in machines | did you mean 'web'?"),
    ("cluster.machines.web.memory=4GB", "1:1 unknown unit 'GB' in '4GB'"), ("seed.x=1", "leads nowhere"),
    ("a..b=1", "is not path"),
    ("=1", "is not path"), ("seed=[", "not closed"), ("balancers.none.x=1", "no 'x' in balancer 'none'"),
  ])
  func `a wrong override is refused`(_ text: String, _ part: String) {
    var source = Self.pools
    source += "balancers: [none]\n"
    let reading = TestFiles(files: ["s.yaml": source]).read("s.yaml", [text])
    #expect(reading.scenario == nil)
    #expect(
      reading.diagnostics.lines.contains { $0.hasPrefix("error") && $0.contains(part) }, "\(reading.diagnostics.lines)")
  }

  @Test func `the hash sees what is said and not how`() throws {
    func hash(_ text: String, _ overrides: [String] = []) throws -> String {
      try #require(TestFiles(files: ["s.yaml": text]).read("s.yaml", overrides).scenario?.hash)
    }
    let plain = Self.pools + "seed: 1\nhorizon: 2d\n"
    let same = "# a comment\n" + Self.pools + "horizon:   2d\nseed: 1\nmetadata: { name: other }\n"
    let other = Self.pools + "seed: 2\nhorizon: 2d\n"
    #expect(try hash(plain) == hash(same))
    #expect(try hash(plain) != hash(other))
    #expect(try hash(plain) != hash(plain, ["replications=3"]))
    #expect(try hash(plain) == hash(plain, ["metadata.name=x"]))
    #expect(try hash(plain).count == 16)
  }

  @Test func `a trace beside the scenario gives one machine a row`() throws {
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools: [{ name: a, count: 2, node: { cpu: 8, memory: 32Gi } }]
        machines:
          - { name: replay, cpu: 1, memory: 1Gi, trace: { file: day.csv, rows: 2-3 } }
      """
    let day = "vm,t00000,t00060\na,1,2\nb,3,4\nc,5,100\n"
    let scenario = try #require(TestFiles(files: ["x/s.yaml": text, "x/day.csv": day]).read("x/s.yaml").scenario)
    let group = scenario.cluster.machineGroups[0]
    #expect(group.count == 2)
    #expect(group.trace?.machineNames == ["b", "c"] && group.trace?.step == .seconds(60))
    #expect(group.trace?.cpuShares == [0.03, 0.04, 0.05, 1])
    let missing = TestFiles(files: ["x/s.yaml": text]).read("x/s.yaml").diagnostics.lines
    #expect(missing.first?.hasPrefix("error F001 6:59 cannot read 'x/day.csv': no such file") == true)
  }

  @Test func `an unreadable horizon is one error`() {
    let text = Self.pools + "horizon: soon\nwarmUp: 2d\n"
    let lines = TestFiles(files: ["s.yaml": text]).read().diagnostics.lines
    #expect(lines.count == 1 && lines[0].contains("soon"), "\(lines)")
  }

  @Test func `a gate may name a balancer by its label or by its name`() throws {
    let text =
      Self.pools + "balancers: [none, { name: low-node-utilization, label: mine }]\n"
      + "expect: ['mine: downtime.pause.p99 <= 1s', 'low-node-utilization: downtime.pause.p99 <= 1s']\n"
    #expect(TestFiles(files: ["s.yaml": text]).read().scenario?.expectations.count == 2)
  }

  @Test func `many labels and node names take time in proportion`() throws {
    let labels = (0..<20_000).map { "l\($0): v" }.joined(separator: ", ")
    let names = (0..<20_000).map { "n\($0)" }
    let list = names.joined(separator: ", ")
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools: [{ name: p, names: [\(list)], node: { cpu: 16, memory: 64Gi }, labels: { \(labels) } }]
        machines: [{ name: web, cpu: 2, memory: 4Gi, startOn: [\(list)] }]
      """
    let source = TestFiles(files: ["s.yaml": text]).source
    var reading: ScenarioReader.Reading?
    let time = ContinuousClock().measure {
      reading = ScenarioReader(vocabulary: TestFiles.vocabulary, source: source).read(paths: ["s.yaml"])
    }
    let cluster = try #require(reading?.scenario, "\(reading?.diagnostics.lines ?? [])").cluster
    #expect(cluster.nodePools[0].labels.count == 20_000 && cluster.machineGroups[0].startNodes == names)
    // Looking each name up in a list takes minutes in a debug build.
    #expect(time < .seconds(20), "\(time)")
  }

  @Test func `a dump whose nodes are missing says how to name them`() throws {
    let dump = KubernetesReaderTests.machine
    let lines = TestFiles(files: ["d.yaml": dump]).read("d.yaml").diagnostics
    let absent = try #require(lines.first { $0.code == "K007" })
    #expect(absent.notes.isEmpty)
    let help = try #require(lines.first { $0.code == "S002" }?.help)
    let command = try #require(help.split(separator: "--set '").last?.dropLast())
    let second = TestFiles(files: ["d.yaml": dump]).read("d.yaml", [String(command)])
    #expect(second.scenario?.cluster.nodePools.first?.names == ["w1"], "\(second.diagnostics.lines)")
  }

  @Test func `a label without a value is an empty text`() throws {
    let text = Self.pools.replacing(
      "memory: 8Gi }", with: "memory: 8Gi, nodeSelector: { gpu: , disk: ~, zone: a }, labels: { app: } }")
    let reading = TestFiles(files: ["s.yaml": text]).read()
    let group = try #require(reading.scenario, "\(reading.diagnostics.lines)").cluster.machineGroups[0]
    #expect(group.nodeSelector == ["gpu": "", "disk": "", "zone": "a"] && group.labels == ["app": ""])
  }

  @Test func `a group cannot replay a trace and have a mean of its own`() {
    let text = Self.pools + "    - { name: replay, cpu: 1, memory: 1Gi, trace: { file: day.csv }, cpuUsage: 20% }\n"
    let lines = TestFiles(files: ["s.yaml": text, "day.csv": "vm,t00000,t00060\na,1,2\n"]).read().diagnostics.lines
    #expect(lines.count == 1 && lines[0].hasPrefix("error S013 10:"), "\(lines)")
  }

  @Test func `a bare dump runs with defaults and says so`() throws {
    let node = "kind: Node\nmetadata: { name: w1 }\nstatus: { allocatable: { cpu: 8, memory: 32Gi } }\n"
    let reading = TestFiles(files: ["nodes.yaml": node]).read("nodes.yaml", ["replications=3"])
    let scenario = try #require(reading.scenario)
    #expect(scenario.cluster.snapshotNodes.map(\.name) == ["w1"] && scenario.replications == 3)
    #expect(scenario.balancers.map(\.name) == ["none", "low-node-utilization"])
    #expect(reading.diagnostics.contains { $0.severity == .note && $0.message.contains("no scenario given") })
  }

  @Test func `the defaults are words of the catalogues`() throws {
    let reader = ScenarioReader(vocabulary: .standard, source: TestFiles(files: ["s.yaml": Self.pools]).source)
    let reading = reader.read(paths: ["s.yaml"])
    let scenario = try #require(reading.scenario, "\(reading.diagnostics.lines)")
    #expect(scenario.balancers.map(\.name) == ["none", "low-node-utilization"])
    #expect(ScenarioVocabulary.standard.metrics.contains { $0.name == scenario.rankBy })
    #expect(MigrationPreset.named(scenario.platform) != nil)
  }

  @Test func `a dump and a scenario on one command line are one cluster`() throws {
    let files = TestFiles(files: ["s.yaml": Self.pools, "d.yaml": KubernetesReaderTests.nodes])
    let cluster = try #require(files.read(["d.yaml", "s.yaml"]).scenario).cluster
    #expect(cluster.snapshotNodes.count == 2 && cluster.nodePools.count == 1)
    let two = TestFiles(files: ["s.yaml": Self.pools, "t.yaml": Self.pools]).read(["s.yaml", "t.yaml"])
    #expect(two.diagnostics.lines.contains { $0.contains("'t.yaml' is a second scenario beside 's.yaml'") })
  }

  @Test func `every cut and every changed byte ends in a value or a diagnostic`() {
    let bytes = Array((Self.pools + "expect: [downtime.pause.p99 <= 1s]\nseed: 3\n").utf8)
    func survives(_ bytes: [UInt8]) {
      let source = FileSource { _ throws(FileReadError) in bytes }
      let reading = ScenarioReader(vocabulary: TestFiles.vocabulary, source: source).read(paths: ["s.yaml"])
      #expect(reading.scenario != nil || reading.diagnostics.contains { $0.severity != .note })
    }
    for length in 0..<bytes.count { survives(Array(bytes.prefix(length))) }
    for index in bytes.indices {
      for byte in [0x00, 0x20, 0x2D, 0x39, 0x3A, 0x7B, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] = byte
        survives(changed)
      }
    }
  }
}
