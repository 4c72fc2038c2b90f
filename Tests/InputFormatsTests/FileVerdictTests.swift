import ClusterModel
import Foundation
import InputFormats
import SimulationEngine
import TestSupport
import Testing

@Suite struct FileVerdictTests {
  private static let disk = FileSource { path throws(FileReadError) in
    guard let data = FileManager.default.contents(atPath: path) else { throw FileReadError("no such file") }
    return Array(data)
  }

  @Test(arguments: [
    ("kind: Node\nmetadata: { name: a }\nstatus: { capacity: { cpu: 1, memory: 1Gi } }\n", FileKind.kubernetes, 0),
    ("kind: NodeMetrics\nmetadata: { name: a }\nusage: { cpu: 1, memory: 1Gi }\n", .metrics, 0),
    ("apiVersion: headroom/v1\nkind: Scenario\n", .scenario, 1), ("cluster: {}\n", .scenario, 3),
    ("vm,t00000,t00300\na,1,2\n", .trace, 0), ("1\n2\n", .trace, 0), ("# nothing\n", .unknown, 0),
    ("just words\n", .unknown, 1), ("a: 1\n", .unknown, 0), ("$ oc get nodes\n", .unknown, 1),
    ("NAME   CPU(cores)   CPU%\n", .unknown, 1), ("PK\u{3}\u{4}", .unknown, 1),
  ])
  func `content decides what a file is`(_ text: String, _ kind: FileKind, _ errors: Int) {
    let verdict = TestFiles(files: ["f": text]).validate("f")
    #expect(verdict.kind == kind)
    #expect(verdict.errorCount == errors, "\(verdict.diagnostics.lines)")
  }

  @Test(arguments: [
    ("// by hand\n{\"a\": 1}\n", "1:1"), ("{\"a\": 1, // one\n\"b\": 2}\n", "1:10"), ("{\n# x\n}", "2:1"),
  ])
  func `a comment in JSON is told where it is and what to do`(_ text: String, _ place: String) {
    let lines = TestFiles(files: ["f.json": text]).validate("f.json").diagnostics.lines
    #expect(
      lines == ["error Y101 \(place) comments are not JSON | strip comments, or write them with '#' and save as YAML"])
  }

  @Test func `objects of which none is used are no cluster`() {
    let verdict = TestFiles(files: ["f": "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n"]).validate("f")
    #expect(verdict.diagnostics.contains { $0.code == "F005" && $0.severity == .warning })
  }

  @Test func `a missing file is one error`() {
    #expect(TestFiles().validate("f").diagnostics.lines == ["error F001 - cannot read 'f': no such file"])
  }

  @Test(.enabled(if: ReferenceData.path("nasty/manifest.json") != nil, ReferenceData.absent))
  func `every hostile file gets its verdict at its line`() throws {
    struct Case: Decodable {
      var file: String
      var verdict: String
      var at: [Int?]?
    }
    let manifest = try #require(ReferenceData.path("nasty/manifest.json"))
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: URL(fileURLWithPath: manifest)))
    #expect(cases.count > 30)
    for row in cases {
      let path = try #require(ReferenceData.path("nasty/" + row.file))
      let verdict = Validation(vocabulary: TestFiles.vocabulary, source: Self.disk).verdict(of: path)
      if row.verdict == "accept" { #expect(verdict.errorCount == 0, "\(row.file) \(verdict.diagnostics.lines)") }
      if row.verdict == "error" {
        #expect(verdict.errorCount > 0, "\(row.file)")
        if let line = row.at?.first ?? nil {
          #expect(
            verdict.diagnostics.contains { $0.severity == .error && $0.position?.line == line },
            "\(row.file) \(verdict.diagnostics.lines)")
        }
      }
    }
  }

  @Test(.enabled(if: ReferenceData.path("kubernetes/manifest.json") != nil, ReferenceData.absent))
  func `every real dump that parses loads without an error`() throws {
    let refused = [
      // Written by a program with every field filled, absurd as numbers.
      "kv-allfields-VMI.json"
    ]
    for folder in ["kubevirt", "nodes", "storage", "metrics", "policy", "mustgather"] {
      let root = try #require(ReferenceData.path("kubernetes/" + folder))
      for name in try FileManager.default.contentsOfDirectory(atPath: root).sorted() where !refused.contains(name) {
        let verdict = Validation(vocabulary: TestFiles.vocabulary, source: Self.disk).verdict(of: "\(root)/\(name)")
        if verdict.kind != .unknown { #expect(verdict.errorCount == 0, "\(name) \(verdict.diagnostics.lines)") }
      }
    }
  }

  @Test(
    .enabled(if: ReferenceData.path("kubernetes/manifest.json") != nil, ReferenceData.absent),
    arguments: [
      ("kubevirt/harvester-vm-vmi-migrated.txt", "1 VirtualMachine, 1 VirtualMachineInstance"),
      ("kubevirt/harvester-vmim-single.txt", "1 VirtualMachineInstanceMigration"),
      ("kubevirt/common-clusterinstancetypes-bundle.yaml", "65 VirtualMachineClusterInstancetype"),
      ("kubevirt/common-clusterpreferences-bundle.yaml", "54 VirtualMachineClusterPreference"),
      ("kubevirt/fog-multi-VirtualMachineList-16.json", "4 VirtualMachine"),
      ("nodes/openb_node_list_gpu_node.yaml", "1213 Node"),
      ("nodes/insights-worker-0.imeixner20210707.lab.upshift.rdu2.redhat.com.json", "1 Node"),
      ("policy/miq-ocp-ResourceQuotaList-3.json", "10 ResourceQuota"),
      ("storage/miq-ocp-PersistentVolumeClaimList-6.json", "7 PersistentVolumeClaim"),
      ("metrics/popeye-mx-nodes.yaml", "2 NodeMetrics"), ("metrics/holmes-top-nodes-1.txt", ""),
    ])
  func `a real file holds these objects`(_ name: String, _ objects: String) throws {
    let path = try #require(ReferenceData.path("kubernetes/" + name))
    let verdict = Validation(vocabulary: TestFiles.vocabulary, source: Self.disk).verdict(of: path)
    #expect(verdict.objects.map { "\($0.count) \($0.kind)" }.joined(separator: ", ") == objects)
    #expect(verdict.kind != .unknown && verdict.errorCount == 0, "\(verdict.diagnostics.lines)")
  }

  @Test(.enabled(if: ReferenceData.path("kubernetes/kubevirt/harvester-vm-list.yaml") != nil, ReferenceData.absent))
  func `a migrated machine is one machine where it arrived`() throws {
    let folder = try #require(ReferenceData.path("kubernetes/kubevirt"))
    let reading = ScenarioReader(vocabulary: TestFiles.vocabulary, source: Self.disk).read(
      paths: ["\(folder)/harvester-vmi-list-migrated.yaml", "\(folder)/harvester-vm-list.yaml"],
      overrides: ["cluster.nodePools=[{name: h, names: [harv2, harv41], node: {cpu: 8, memory: 32Gi}}]"])
    let machines = try #require(reading.scenario, "\(reading.diagnostics.lines)").cluster.snapshotMachines
    #expect(machines.count == 1)
    let machine = machines[0]
    #expect(machine.nodeName == "harv41" && machine.vCPUs == 2 && machine.guestMemoryBytes == 3996 << 20)
    #expect(machine.cpuRequestMillicores == 130 && machine.memoryRequestBytes > 2730 << 20)
    #expect(machine.migratability == .live && machine.runStrategy == .rerunOnFailure)
  }
}
