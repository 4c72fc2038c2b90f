import Foundation
import Testing

/// `headroom place` as its users and other programs call it.
struct PlaceTests {
  private static let nodes = ["a", "b"].map { name in
    """
    {"kind":"Node","apiVersion":"v1","metadata":{"name":"\(name)"},
     "status":{"allocatable":{"cpu":"2","memory":"4Gi","pods":"10"}}}
    """
  }

  private static func pod(_ name: String, cpu: String, on node: String? = nil, priority: Int = 0, label: String = "")
    -> String
  {
    let place = node.map { "\"nodeName\":\"\($0)\"," } ?? ""
    return """
      {"kind":"Pod","apiVersion":"v1","metadata":{"name":"\(name)","namespace":"n","labels":{\(label)}},
       "spec":{\(place)"priority":\(priority),"containers":[{"name":"c","resources":{"requests":{"cpu":"\(cpu)"}}}]}}
      """
  }

  private static func list(_ pods: String...) -> String {
    "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[\((nodes + pods).joined(separator: ","))]}"
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `each case is answered by one line, in order`() throws {
    func line(_ id: String, _ cpu: String) -> String {
      let text =
        "{\"id\":\"\(id)\",\"nodes\":[\(Self.nodes.joined(separator: ","))],\"pods\":[\(Self.pod("old", cpu: "1", on: "a"))],"
        + "\"pending\":\(Self.pod("new", cpu: cpu)),\"namespaces\":[]}"
      return text.replacingOccurrences(of: "\n", with: " ") + "\n"
    }
    let answer = try Program.run(
      ["place", "--cases", "-", "--format", "json"], input: line("x", "2") + line("y", "3"))
    #expect(answer.status == 0 && answer.errors.isEmpty)
    let lines = answer.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 2)
    let first = try object(lines[0])
    #expect(first["id"] as? String == "x" && first["feasible"] as? [String] == ["b"])
    #expect((first["reasons"] as? [String: [String: String]])?["a"] == ["NodeResourcesFit": "Insufficient cpu"])
    #expect(first["best"] as? [String] == ["b"])
    let second = try object(lines[1])
    #expect(second["feasible"] as? [String] == [])
  }

  @Test func `pods that wait are judged by priority and, when scheduled, see the ones before them`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "c.json", Self.list(Self.pod("low", cpu: "2"), Self.pod("high", cpu: "2", priority: 9), Self.pod("x", cpu: "2")))
    let answer = try Program.run(["place", file, "--schedule", "--format", "json"])
    #expect(answer.status == 0)
    let document = try object(answer.output)
    let assignments = try #require(document["assignments"] as? [[String: Any]])
    #expect(assignments.map { $0["name"] as? String } == ["high", "low", "x"])
    #expect(assignments.map { $0["node"] as? String } == ["a", "b", nil])
    #expect((document["workloads"] as? [[String: Any]])?.count == 3)
  }

  @Test func `a machine that runs is judged without itself, and people get a table`() throws {
    let folder = try TemporaryFolder()
    let label = "\"kubevirt.io\":\"virt-launcher\",\"vm.kubevirt.io/name\":\"db\""
    let file = try folder.file(
      "c.json",
      Self.list(Self.pod("virt-launcher-db-x", cpu: "2", on: "a", label: label), Self.pod("o", cpu: "1", on: "b")))
    let answer = try Program.run(["place", file, "--workload", "n/db"])
    #expect(answer.status == 0)
    #expect(answer.output.hasPrefix("machine n/db: 1 of 2 nodes take it; the scheduler chooses a\n"))
    #expect(answer.output.contains("Refused: 1 Insufficient cpu.\n"))
    #expect(answer.output.contains("\nb  lacks 1 core; would fit without pod n/o\n"))
  }

  @Test func `nodes that a running machine can only reach by a restart are told from those it can migrate to`() throws {
    let folder = try TemporaryFolder()
    func node(_ name: String, _ vendor: String) -> String {
      """
      {"kind":"Node","apiVersion":"v1",
       "metadata":{"name":"\(name)","labels":{"cpu-vendor.node.kubevirt.io/\(vendor)":"true"}},
       "status":{"allocatable":{"cpu":"2","memory":"4Gi","pods":"10"}}}
      """
    }
    let label = "\"kubevirt.io\":\"virt-launcher\",\"vm.kubevirt.io/name\":\"db\""
    let items = [
      node("c", "Intel"), node("d", "Intel"), node("e", "AMD"),
      Self.pod("virt-launcher-db-x", cpu: "1", on: "c", label: label),
    ]
    let file = try folder.file(
      "c.json", "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[\(items.joined(separator: ","))]}")
    let rows = try Program.run(["place", file, "--workload", "n/db"]).output.split(separator: "\n")
    for (name, mark) in [("c", "runs here"), ("d", "live"), ("e", "restart only")] {
      #expect(rows.contains { $0.hasPrefix("\(name) ") && $0.hasSuffix(mark) }, "\(rows)")
    }
    let answer = try object(try Program.run(["place", file, "--workload", "n/db", "--format", "json"]).output)
    let workload = try #require((answer["workloads"] as? [[String: Any]])?.first)
    #expect(workload["liveMigrationTargets"] as? [String] == ["d"])
  }

  @Test func `victims are named, and leave only when asked`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "c.json",
      Self.list(
        Self.pod("low", cpu: "2", on: "a"), Self.pod("mid", cpu: "2", on: "b", priority: 5),
        Self.pod("high", cpu: "1", priority: 9)))
    let said = try Program.run(["place", file])
    #expect(said.output.contains("the scheduler would evict pod n/low (priority 0) on a."))
    let left = try object(try Program.run(["place", file, "--schedule", "--format", "json"]).output)
    #expect((left["assignments"] as? [[String: Any]])?.first?["node"] is NSNull)
    let done = try object(try Program.run(["place", file, "--schedule", "--preempt", "--format", "json"]).output)
    let assignment = try #require((done["assignments"] as? [[String: Any]])?.first)
    #expect(assignment["node"] as? String == "a")
    #expect((assignment["evicted"] as? [[String: Any]])?.map { $0["name"] as? String } == ["low"])
    let workload = try #require((done["workloads"] as? [[String: Any]])?.first)
    #expect((workload["shortages"] as? [String: [String: Double]]) == ["a": ["cpu": 1], "b": ["cpu": 1]])
    #expect(workload["nearestMisses"] as? [String] == ["a", "b"])
    #expect(try Program.run(["place", file, "--preempt"]).status == 64)
  }

  @Test func `no line is wider than the terminal, whatever the names`() throws {
    let folder = try TemporaryFolder()
    let name = String(repeating: "very-long-", count: 20)
    let file = try folder.file(
      "c.json", Self.list(Self.pod(name + "a", cpu: "2", on: "a"), Self.pod(name + "b", cpu: "2", priority: 3)))
    let answer = try Program.run(["place", file])
    #expect(answer.status == 0 && answer.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  private static func machine(_ kind: String, _ name: String, created: String, _ rest: String) -> String {
    let size = "\"domain\":{\"cpu\":{\"cores\":4},\"memory\":{\"guest\":\"1Gi\"}}"
    let spec = kind == "VirtualMachine" ? "\"runStrategy\":\"Always\",\"template\":{\"spec\":{\(size)}}" : size
    return """
      {"kind":"\(kind)","apiVersion":"kubevirt.io/v1",
       "metadata":{"name":"\(name)","namespace":"n","creationTimestamp":"\(created)"},"spec":{\(spec)},"status":{\(rest)}}
      """
  }

  @Test func `machines without a pod wait oldest first, or run where their instance does`() throws {
    let folder = try TemporaryFolder()
    let label = "\"kubevirt.io\":\"virt-launcher\",\"vm.kubevirt.io/name\":\"known\""
    let file = try folder.file(
      "c.json",
      Self.list(
        Self.machine("VirtualMachine", "young", created: "2026-03-02T00:00:00Z", ""),
        Self.machine("VirtualMachine", "old", created: "2026-03-01T00:00:00Z", ""),
        Self.machine(
          "VirtualMachine", "halted", created: "2026-01-01T00:00:00Z", "\"printableStatus\":\"Stopped\""),
        Self.machine(
          "VirtualMachineInstance", "running", created: "2026-01-01T00:00:00Z",
          "\"phase\":\"Running\",\"nodeName\":\"a\""),
        Self.machine("VirtualMachine", "known", created: "2026-01-01T00:00:00Z", ""),
        Self.pod("virt-launcher-known-x", cpu: "1", on: "b", label: label), Self.pod("last", cpu: "10m")))
    let answer = try Program.run(["place", file, "--schedule", "--format", "json"])
    #expect(answer.status == 0 && answer.errors.isEmpty)
    let assignments = try #require(try object(answer.output)["assignments"] as? [[String: Any]])
    #expect(assignments.map { $0["name"] as? String } == ["old", "young", "last"])
    #expect(assignments.allSatisfy { $0["node"] is String })
    let workloads = try #require(try object(answer.output)["workloads"] as? [[String: Any]])
    #expect(workloads.map { $0["kind"] as? String } == ["VirtualMachine", "VirtualMachine", "Pod"])
    for (name, node) in [("running", "a"), ("old", "a"), ("known", "b")] {
      let found = try Program.run(["place", file, "--workload", "n/\(name)", "--format", "json"])
      let first = try #require((try object(found.output)["workloads"] as? [[String: Any]])?.first)
      #expect(first["kind"] as? String == "VirtualMachine" && (first["feasible"] as? [String])?.contains(node) == true)
    }
    let halted = try Program.run(["place", file, "--workload", "n/halted", "--format", "json"])
    let workload = try #require((try object(halted.output)["workloads"] as? [[String: Any]])?.first)
    #expect(workload["kind"] as? String == "VirtualMachine" && workload["name"] as? String == "halted")
    #expect((workload["notes"] as? [String])?.first?.hasPrefix("machine n/halted is stopped") == true)
    #expect(assignments.allSatisfy { $0["name"] as? String != "halted" })
  }

  @Test func `every broken line of cases is reported, and none is answered`() throws {
    let good = """
      {"id":"x","nodes":[],"pending":{"metadata":{"name":"p"},"spec":{}}}
      """
    let broken = "{\"id\": \"y\", \"nodes\": [}"
    let answer = try Program.run(
      ["place", "--cases", "-"], input: [good, broken, good, "{\"id\":\"z\"}", broken].joined(separator: "\n"))
    #expect(answer.status == 2 && answer.output.isEmpty)
    for place in ["2:", "4:", "5:"] { #expect(answer.errors.contains("-:\(place)"), "\(answer.errors)") }
    let twins = """
      {"id":"x","nodes":[{"metadata":{"name":"a"}},{"metadata":{"name":"a"}}],"pending":{"metadata":{"name":"p"}}}
      """
    let repeated = try Program.run(["place", "--cases", "-"], input: twins)
    #expect(repeated.status == 0 && repeated.errors.contains("a second Node is called 'a'"))
  }

  @Test func `what cases cannot do is refused, not ignored`() throws {
    for flags in [["--schedule"], ["--workload", "n/p"], ["--format", "text"]] {
      #expect(try Program.run(["place", "--cases", "-"] + flags, input: "").status == 64, "\(flags)")
    }
  }

  @Test func `a scenario is told from a dump, and a workload named twice is answered once`() throws {
    let folder = try TemporaryFolder()
    let scenario = try folder.file(
      "s.yaml",
      "apiVersion: headroom/v1\nkind: Scenario\nmetadata: { name: s }\ncluster: { nodePools: [{ name: w, count: 1 }] }\n"
    )
    let refused = try Program.run(["place", scenario])
    #expect(refused.status == 2 && refused.errors.contains("headroom generate \(scenario)"), "\(refused.errors)")
    let file = try folder.file(
      "c.json", Self.list(Self.pod("web", cpu: "2015m"), Self.pod("far", cpu: "1", on: "gone")))
    let twice = try Program.run(["place", file, "--workload", "n/web", "--workload", "n/web"])
    #expect(twice.output.components(separatedBy: "pod n/web:").count == 2)
    #expect(twice.output.contains("lacks 0.015 cores"), "\(twice.output)")
    #expect(twice.errors.contains("1 pod runs on a node not in what was given: gone"))
  }

  @Test func `what cannot be asked is said`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("c.json", Self.list(Self.pod("web", cpu: "1")))
    #expect(try Program.run(["place"]).status == 64)
    #expect(try Program.run(["place", file, "--workload", "web"]).status == 64)
    let unknown = try Program.run(["place", file, "--workload", "n/wev"])
    #expect(unknown.status == 64 && unknown.errors.contains("did you mean 'n/web'?"))
    #expect(try Program.run(["place", "--cases", "-"], input: "{\"id\":\n").status == 2)
  }
}
