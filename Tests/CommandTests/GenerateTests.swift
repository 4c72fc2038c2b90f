import Foundation
import Testing

@Suite struct GenerateTests {
  private static let scenario = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scenarios/first-look.yaml").path

  @Test(arguments: ["yaml", "json"])
  func `what is generated validates without a word and runs`(format: String) throws {
    let made = try Program.run(["generate", Self.scenario, "--format", format])
    #expect(made.status == 0 && made.errors.isEmpty, "\(made.errors)")
    let verdict = try Program.run(["validate", "-", "--format", "json"], input: made.output)
    #expect(verdict.status == 0, "\(verdict.output)")
    let checked = try #require(try JSONSerialization.jsonObject(with: Data(verdict.output.utf8)) as? [String: Any])
    #expect(checked["errors"] as? Int == 0 && checked["warnings"] as? Int == 0, "\(verdict.output)")
    let answer = try Program.run(
      ["run", "-", "--replications", "2", "--horizon", "2h", "--format", "json"], input: made.output)
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(!answer.errors.contains("a dump does not say how fast"), "the migration network came along")
  }

  @Test func `the ending of the file decides, the same bytes come twice, and a pipe gets YAML`() throws {
    let folder = try TemporaryFolder()
    let (one, two) = (folder.path + "/one.json", folder.path + "/two.json")
    for path in [one, two] { #expect(try Program.run(["generate", Self.scenario, "-o", path]).status == 0) }
    let texts = try [one, two].map { try String(contentsOfFile: $0, encoding: .utf8) }
    #expect(texts[0] == texts[1] && texts[0].hasPrefix("{\"apiVersion\":\"v1\",\"items\":["))
    let list = try #require(try JSONSerialization.jsonObject(with: Data(texts[0].utf8)) as? [String: Any])
    let kinds = (list["items"] as? [[String: Any]] ?? []).compactMap { $0["kind"] as? String }
    #expect(kinds.count { $0 == "Node" } == 12 && kinds.count { $0 == "VirtualMachineInstance" } == 120)
    let piped = try Program.run(["generate", Self.scenario])
    #expect(piped.output.hasPrefix("apiVersion: v1\n"))
    #expect(piped.output.components(separatedBy: "\n---\n").count == kinds.count)
  }

  @Test func `a variant is chosen by name`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(
      "s.yaml",
      """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools: [{ name: n, count: 2, node: { cpu: 16, memory: 64Gi } }]
        machines: [{ name: web, count: 2, cpu: 2, memory: 4Gi, namespace: shop }]
      balancers: [none]
      variants:
        - { name: now }
        - { name: larger, set: { cluster.machines.web.count: 5 } }
      """)
    func machines(_ arguments: [String]) throws -> Int {
      try Program.run(["generate", path] + arguments).output.components(separatedBy: "printableStatus: ").count - 1
    }
    #expect(try machines([]) == 2)
    #expect(try machines(["--variant", "larger"]) == 5)
    #expect(try machines(["--set", "cluster.machines.web.count=3"]) == 3)
    let wrong = try Program.run(["generate", path, "--variant", "large"])
    #expect(wrong.status == 64 && wrong.errors.contains("did you mean 'larger'?"), "\(wrong.errors)")
    let none = try Program.run(["generate", Self.scenario, "--variant", "x"])
    #expect(none.status == 64 && none.errors.contains("no variants"), "\(none.errors)")
  }

  @Test(arguments: ["generate", "validate", "run", "compare"])
  func `a cluster that cannot be counted is refused by every command that looks at it`(command: String) throws {
    let machine = "cpu: 2, memory: 4Gi, node: a, memoryRequest: 9223372036854775807"
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        inventory:
          nodes: [{ name: a, cpu: 64, memory: 64Gi }]
          machines: [{ name: m, \(machine) }, { name: m2, \(machine) }]
      """
    let answer = try Program.run([command, "-"], input: text)
    #expect(answer.status == 2 && answer.errors.contains("than can be counted"), "\(answer)")
  }

  @Test func `traces that are left out and vCPUs without end are told and kept`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("use.csv", "time,a,b\n0,10,20\n300,30,40\n")
    let path = try folder.file(
      "s.yaml",
      """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools: [{ name: n, count: 2, node: { cpu: 16, memory: 64Gi } }]
        machines: [{ name: web, cpu: 2, memory: 4Gi, trace: { file: use.csv } }]
        inventory: { machines: [{ name: big, cpu: 299993, memory: 4Gi, cpuRequest: 1 }] }
      """)
    let made = try Program.run(["generate", path])
    #expect(made.status == 0 && made.errors.contains("2 machines replay a trace: left out"), "\(made.errors)")
    let verdict = try Program.run(["validate", "-"], input: made.output)
    #expect(verdict.status == 0 && !verdict.errors.contains("warning"), "\(verdict.errors)")
    let back = try Program.run(["import", "-", "-q"], input: made.output)
    #expect(back.output.contains("cpu: 299993\n"), "\(back)")
  }

  @Test func `names that Kubernetes does not take are written otherwise, with a warning`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(
      "dump.json",
      """
      {"kind":"List","apiVersion":"v1","items":[
      {"apiVersion":"v1","kind":"Node","metadata":{"name":"w1"},"status":{"allocatable":{"cpu":"8","memory":"32Gi"}}},
      {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachine","metadata":{"name":"a\\u001b[31m\\n---\\nkind: Secret"},
      "spec":{"template":{"spec":{"domain":{"memory":{"guest":"1Gi"}}}}}}]}
      """)
    let made = try Program.run(["generate", path])
    #expect(made.status == 0 && made.errors.contains("1 name is not allowed"), "\(made.errors)")
    #expect(!made.errors.contains("\u{1B}") && !made.output.contains("\u{1B}"))
    #expect(!made.output.contains("\nkind: Secret"))
    #expect(try Program.run(["validate", "-"], input: made.output).status == 0)
  }
}
