import Balancing
import Foundation
import SimulationEngine
import Testing

@testable import InputFormats

/// The decoder and the JSON Schema, both made from the lists of keys, agree on what a scenario may say.
@Suite struct KeyCatalogTests {
  private static let nodeTerm =
    "{ matchExpressions: [{ key: disk, operator: In, values: [ssd] }],"
    + " matchFields: [{ key: metadata.name, operator: NotIn, values: [d9] }] }"
  private static let selector =
    "{ matchLabels: { app: web }, matchExpressions: [{ key: app, operator: In, values: [a] }] }"
  private static let podTerm =
    "{ labelSelector: \(selector), topologyKey: zone, namespaces: [shop], namespaceSelector: \(selector) }"
  private static let podTerms =
    "{ requiredDuringSchedulingIgnoredDuringExecution: [\(podTerm)],"
    + " preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, podAffinityTerm: \(podTerm) }] }"
  private static let affinity =
    "{ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [\(nodeTerm)] },"
    + " preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, preference: \(nodeTerm) }] },"
    + " podAffinity: \(podTerms) }"
  private static let spread =
    "[{ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: \(selector) }]"

  private static let bytes = "{ low: 1Gi, typical: 1Gi, high: 1Gi }"
  private static let dirty =
    "{ hotSet: \(bytes), tau: { low: 4s, typical: 4s, high: 4s }, coldRate: \(bytes), workingSet: \(bytes) }"

  /// Has one of everything, so that every key has a place.
  private static let sample = SampleDocument(
    """
    apiVersion: headroom/v1
    kind: Scenario
    metadata: { name: sample }
    cluster:
      nodePools:
        - name: worker
          count: 2
          node: { cpu: 32, memory: 256Gi, migrationNetwork: { bandwidth: 25Gbps }, reserved: { cpu: 1 } }
          taints: [{ key: dedicated, effect: PreferNoSchedule }]
      uplinks: [{ label: rack, bandwidth: 100Gbps }]
      storageClasses: [{ name: ceph-rbd, accessModes: [ReadWriteMany] }]
      machines:
        - name: web
          count: 3
          cpu: 4
          memory: 8Gi
          dirty: \(dirty)
          tolerations: [{ key: dedicated }]
        - { name: replay, cpu: 4, memory: 8Gi, trace: { file: usage.csv } }
        - name: recorded
          cpu: 4
          memory: 8Gi
          recording: { name: usage, step: 5m, rows: [{ machine: a, cpu: [0.5] }] }
      traces: [{ file: few.csv }]
      inventory:
        nodes:
          - { name: d1, cpu: 8, memory: 32Gi, taints: [{ key: dedicated, effect: NoSchedule }], usage: { cpu: 1 } }
        machines:
          - name: db
            cpu: 2
            memory: 4Gi
            node: d1
            notLiveMigratable: HostDeviceNotLiveMigratable
            tolerations: [{ key: dedicated }]
            antiAffinity: [{ where: [{ key: app, operator: Exists }] }]
            affinity: \(affinity)
            topologySpreadConstraints: \(spread)
            hostPorts: [{ hostPort: 443 }]
            controller: { kind: StatefulSet, name: db }
            usage: { memory: 1Gi }
            dirty: \(dirty)
            origin:
              { size: from VM, request: from launcher pod, place: stopped, migratability: assumed }
          - { name: vm1, cpu: 2, memory: 4Gi }
          - { name: vm2, cpu: 2, memory: 4Gi }
        pods:
          - name: agent
            node: d1
            usage: { cpu: 1 }
            tolerations: [{ key: dedicated }]
        objects:
          - { kind: Namespace, metadata: { name: shop, labels: { env: prod } } }
          - { kind: Service, metadata: { name: web, namespace: shop }, spec: { selector: { app: web } } }
          - kind: ReplicaSet
            metadata: { name: web }
            spec: { selector: { matchExpressions: [{ key: app, operator: In, values: [web] }] } }
          - kind: StatefulSet
            metadata: { name: db }
            spec: { selector: { matchLabels: { a: b }, matchExpressions: [{ key: app, operator: In, values: [web] }] } }
          - { kind: ReplicationController, metadata: { name: old }, spec: { selector: { app: old } } }
          - { kind: PersistentVolumeClaim, metadata: { name: data }, spec: { volumeName: pv } }
          - kind: PersistentVolume
            metadata: { name: pv }
            spec: { nodeAffinity: { required: { nodeSelectorTerms: [\(nodeTerm)] } } }
        traces: [{ name: usage, step: 5m, rows: [{ machine: default/vm2, cpu: [0.5] }] }]
    migration:
      policies: [{ name: fast, selectors: { virtualMachineInstanceSelector: { app: db } } }]
    balancers: [\(ScenarioVocabulary.standard.balancers.map { "{ name: \($0.name) }" }.joined(separator: ", "))]
    variants: [{ name: plain }]
    """)

  /// What a key needs of the sample, as all of it takes long to read.
  private static func sample(of path: String) -> SampleDocument {
    parts.first { path.hasPrefix($0.place) }?.sample ?? sample
  }

  /// The first whose place a path begins with.
  private static let parts: [(place: String, sample: SampleDocument)] = {
    let machine = "cluster.inventory.machines[]."
    let parts = ["nodes", "machines", "pods", "objects"].map { name in
      let others = ["nodes", "machines", "pods", "objects", "traces"].filter { $0 != name }
      return (
        place: "cluster.inventory." + name,
        sample: sample.without(
          ["cluster.machines", "cluster.traces", "balancers", "variants"] + others.map { "cluster.inventory.\($0)" })
      )
    }
    let (affinity, spread) = (machine + "affinity", machine + "topologySpreadConstraints")
    return [
      (affinity, parts[1].sample.without([spread])), (spread, parts[1].sample.without([affinity])),
      (machine, parts[1].sample.without([affinity, spread])),
    ] + parts + [
      ("cluster.inventory", sample), ("cluster.traces", sample),
      ("", sample.without(["cluster.inventory", "cluster.traces"])),
    ]
  }()

  private static func rows(_ count: Int) -> String {
    "vm,t00000,t00300\n" + (1...count).map { "vm\($0),10,20\n" }.joined()
  }

  private static let files: [String: String] = [
    "usage.csv": rows(3),
    "few.csv": "vm,t00000,t00300\nvm1,10,20\n",
    "cluster.json": """
    {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n9"},
     "status": {"capacity": {"cpu": "4", "memory": "16Gi", "pods": "250"},
                "allocatable": {"cpu": "4", "memory": "16Gi", "pods": "250"}}}
    """,
    "machines.json": """
    {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "metadata": {"name": "vm", "namespace": "a"},
     "spec": {"runStrategy": "Always", "template": {"spec": {"domain":
       {"cpu": {"cores": 1}, "memory": {"guest": "1Gi"}, "devices": {}}}}}}
    """,
  ]

  /// All keys, those of a section that stands in many places in one of them.
  private static let keys = DocumentedKey.all(.standard).filter { key in
    !repeated.contains { key.path.hasPrefix($0) }
  }

  private static let repeated =
    ["cluster.machines[].", "cluster.inventory.pods[]."].flatMap { place in
      ["affinity.", "topologySpreadConstraints[].", "antiAffinity[].", "hostPorts[].", "controller."].map { place + $0 }
    }
    + ["cluster.inventory.machines[].dirty."]
    + ["podAntiAffinity.", "podAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm."].map {
      "cluster.inventory.machines[].affinity." + $0
    } + [
      "cluster.inventory.objects[StatefulSet].",
      "cluster.inventory.objects[PersistentVolume].spec.nodeAffinity.required.nodeSelectorTerms[].",
      "cluster.inventory.machines[].topologySpreadConstraints[].labelSelector.",
      "cluster.inventory.machines[].affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[].preference.",
    ]

  /// Errors of the decoder.
  private func errors(_ text: String) -> [String] {
    var files = Self.files
    files["s.yaml"] = text
    if text.contains("-263") { files["usage.csv"] = Self.rows(263) }
    let reading = ScenarioReader(vocabulary: .standard, source: TestFiles(files: files).source).read(paths: ["s.yaml"])
    return reading.diagnostics.filter { $0.severity == .error }.map { "\($0.code) \($0.message)" }
  }

  @Test func `the sample is right`() {
    #expect(errors(Self.sample.text) == [])
    #expect(SchemaChecker().complaints(Self.sample.text) == [])
  }

  @Test func `a key's default or example is taken by decoder and schema`() {
    let checker = SchemaChecker()
    for key in Self.keys {
      let definition = key.definition
      var values = [definition.defaultText, definition.example].compactMap { $0 }.map { $0.isEmpty ? "\"\"" : $0 }
      if values.isEmpty { values = definition.kind.rightValues(.standard).filter { $0 != "[]" }.prefix(1).map { $0 } }
      for value in values {
        let text = Self.sample(of: key.path).setting(key.path, to: value).text
        #expect(errors(text) == [], "\(key.path): \(value)")
        #expect(checker.complaints(text) == [], "\(key.path): \(value)")
      }
    }
  }

  @Test func `what the decoder takes the schema takes`() {
    let checker = SchemaChecker()
    var taken = 0
    for key in Self.keys {
      let kind = key.definition.kind
      // That the decoder takes no wrong value is tested below.
      for value in kind.rightValues(.standard) + ["null"] {
        let text = Self.sample(of: key.path).setting(key.path, to: value).text
        guard errors(text).isEmpty else { continue }
        taken += 1
        #expect(checker.complaints(text) == [], "\(key.path): \(value)")
      }
    }
    #expect(taken > 2 * Self.keys.count)
  }

  @Test func `what the decoder takes the schema takes, wherever the text is cut or changed`() {
    let bytes = Array((ScenarioReaderTests.pools + "expect: [downtime.pause.p99 <= 1s]\nwarmUp: 1h\nseed: 3\n").utf8)
    var texts = bytes.indices.map { String(decoding: bytes.prefix($0), as: UTF8.self) }
    for index in bytes.indices {
      for byte in [0x20, 0x23, 0x31, 0x7E] as [UInt8] {
        var changed = bytes
        changed[index] = byte
        texts.append(String(decoding: changed, as: UTF8.self))
      }
    }
    let checker = SchemaChecker()
    var taken = 0
    for text in texts where errors(text).isEmpty {
      taken += 1
      #expect(checker.complaints(text) == [], "\(text)")
    }
    #expect(taken > 100)
  }

  @Test func `a value of another type or out of range is refused by decoder and schema`() {
    let checker = SchemaChecker()
    for key in Self.keys {
      for value in key.definition.kind.wrongValues(.standard) {
        let text = Self.sample(of: key.path).setting(key.path, to: value).text
        #expect(errors(text) != [], "\(key.path): \(value)")
        #expect(checker.complaints(text) != [], "\(key.path): \(value)")
      }
    }
  }

  @Test func `a required key that is missing is refused by decoder and schema`() {
    let checker = SchemaChecker()
    for key in Self.keys where key.definition.isRequired {
      let text = Self.sample(of: key.path).setting(key.path, to: nil).text
      #expect(errors(text).contains { $0.hasPrefix("S002") }, "\(key.path)")
      #expect(checker.complaints(text) != [], "\(key.path)")
    }
  }

  @Test func `unknown keys and keys of later versions are refused by decoder and schema`() {
    let checker = SchemaChecker()
    var sections: [(path: String, section: KeySection)] = [("", ScenarioKeys.section)]
    for key in Self.keys { sections += Self.sections(key.definition.kind, key.path) }
    sections.removeAll { section in Self.repeated.contains { (section.path + ".").hasPrefix($0) } }
    #expect(sections.count > 40)
    for (path, section) in sections {
      let prefix = path.isEmpty ? "" : path + "."
      for name in section.notYet {
        let text = Self.sample(of: prefix).setting(prefix + name, to: "1").text
        #expect(errors(text).contains { $0.hasPrefix("S007") }, "\(prefix + name)")
        #expect(checker.complaints(text) != [], "\(prefix + name)")
      }
      let text = Self.sample(of: prefix).setting(prefix + "qqq", to: "1").text
      #expect(errors(text).contains { $0.hasPrefix("S001 unknown key 'qqq'") }, "\(path)")
      #expect(checker.complaints(text) != [], "\(path)")
    }
  }

  private static func sections(_ kind: KeyKind, _ path: String) -> [(path: String, section: KeySection)] {
    switch kind {
    case .section(let section): [(path, section)]
    case .list(let element), .oneOrMany(let element): sections(element, path + "[]")
    case .anyOf(let kinds): kinds.flatMap { sections($0, path) }
    case .object(let kinds): kinds.map { (path.dropLast(2) + "[\($0.kind)]", $0.section) }
    case .balancer:
      ScenarioVocabulary.standard.balancers.map {
        (path.dropLast(2) + "[\($0.name)]", BalancerKeys.section($0))
      }
    default: []
    }
  }

  @Test func `a key that its section does not list is not read`() throws {
    let session = DecodingSession()
    let text = "{ listed: 1, hidden: 2 }"
    let root = SyntaxReader.read(SourceFile(path: "a", bytes: Array(text.utf8))).documents[0].root
    let field = try #require(Field(session: session, name: "a", node: root, anchor: root, overrides: []))
    let (listed, hidden) = (Key.integer("listed", in: 0...9, ""), Key.integer("hidden", in: 0...9, ""))
    var mapping = try #require(field.mapping(KeySection(listed), "the sample"))
    #expect(mapping.value(listed) == 1 && mapping.value(hidden) == nil)
    mapping.finish()
    #expect(session.diagnostics.map(\.message) == ["unknown key 'hidden' in the sample"])
  }

  @Test func `a listed key that no decoder asks for is reported as unknown`() throws {
    let session = DecodingSession()
    let root = SyntaxReader.read(SourceFile(path: "a", bytes: Array("{ idle: 1 }".utf8))).documents[0].root
    let field = try #require(Field(session: session, name: "a", node: root, anchor: root, overrides: []))
    var mapping = try #require(field.mapping(KeySection(Key.integer("idle", in: 0...9, "")), "the sample"))
    mapping.finish()
    #expect(session.diagnostics.map(\.message) == ["unknown key 'idle' in the sample"])
  }

  @Test func `a default written out is the same as none`() throws {
    func meaning(_ text: String) -> String? {
      var files = Self.files
      files["s.yaml"] = text
      let reading = ScenarioReader(vocabulary: .standard, source: TestFiles(files: files).source).read(paths: ["s.yaml"]
      )
      guard let scenario = reading.scenario else { return nil }
      return "\(scenario.cluster) \(scenario.rankBy) "
        + ScenarioHash.text(reading.variants, inputs: "", balancers: ScenarioVocabulary.standard.balancers)
    }
    for key in Self.keys {
      guard let value = key.definition.defaultText, !value.isEmpty else { continue }
      let absent = try #require(meaning(Self.sample(of: key.path).setting(key.path, to: nil).text), "\(key.path)")
      let isSame = meaning(Self.sample(of: key.path).setting(key.path, to: value).text) == absent
      #expect(isSame, "\(key.path): \(value)")
    }
  }

  @Test func `every key says what it means in one line`() {
    for key in Self.keys {
      let summary = key.definition.summary
      #expect(!summary.isEmpty && summary.count <= 120 && !summary.contains("\n"), "\(key.path)")
      #expect(summary.last != ".", "\(key.path)")
    }
    #expect(Set(Self.keys.map(\.path)).count == Self.keys.count)
  }

  @Test func `keys that are listed once for many places are those of all these places`() {
    let outline = KeyOutline(.standard)
    func expanded(_ keys: [DocumentedKey]) -> [String] {
      keys.flatMap { key -> [String] in
        guard let name = key.kind.firstMatch(of: /as under '(.*)'/)?.output.1,
          let form = outline.forms.first(where: { $0.name == name })
        else { return [key.path] }
        let place = key.path + (key.kind.hasPrefix("list of") ? "[]" : "")
        return [key.path] + expanded(form.keys).map { place + $0.dropFirst(name.count) }
      }
    }
    // What objects of all kinds have is listed once too.
    let shared = /\.objects\[[A-Za-z]+\]\.(kind|apiVersion|metadata)/
    let all = DocumentedKey.all(.standard).map { key in
      key.path.replacing(shared) { ".objects[].\($0.output.1)" }
    }
    #expect(Set(expanded(outline.keys)) == Set(all))
    #expect(Set(outline.forms.map(\.name)).count == outline.forms.count)
    #expect(2 * (outline.keys + outline.forms.flatMap(\.keys)).count < all.count)
  }

  @Test func `patterns are regular expressions`() throws {
    for pattern in [
      TextPattern.quantity(isPositive: true), TextPattern.quantity(isPositive: false), TextPattern.duration,
      TextPattern.bandwidth(allowsZero: true), TextPattern.bandwidth(allowsZero: false), TextPattern.percent(0...100),
      TextPattern.percent(-5...5),
    ] { _ = try Regex(pattern) }
  }

  @Test func `the shipped scenarios follow the schema`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scenarios")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    #expect(names.count >= 5)
    let checker = SchemaChecker()
    for name in names.sorted() {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      #expect(checker.complaints(text) == [], "\(name)")
    }
  }
}
