import InputFormats
import Testing

/// Use over time that lies beside a dump, and answers of Prometheus that are none.
@Suite struct TracesBesideDumpTests {
  private static let dump = """
    apiVersion: v1
    kind: List
    items:
    - { apiVersion: v1, kind: Node, metadata: { name: n1 }, status: { allocatable: { cpu: 8, memory: 32Gi } } }
    """
    + ["hr/web", "shop/web", "shop/db"].map { name in
      let parts = name.split(separator: "/")
      return """

        - apiVersion: kubevirt.io/v1
          kind: VirtualMachineInstance
          metadata: { name: \(parts[1]), namespace: \(parts[0]) }
          spec: { domain: { memory: { guest: 1Gi } } }
          status: { phase: Running, nodeName: n1 }
        """
    }.joined()
  private static let usage = "time,machine,metric,value\n0,shop/db,cpu_percent,10\n300,shop/db,cpu_percent,20\n"

  private func read(_ paths: [String], _ files: [String: String]) -> [Diagnostic] {
    TestFiles(files: files.merging(["d.yaml": Self.dump]) { $1 }).read(paths).diagnostics
  }

  @Test func `the error of a query is an error with its reason, whichever way it comes`() {
    let failed = #"{"status":"error","error":"query timed out"}"#
    let expected = "holds the error of a query, not its answer: query timed out | ask again"
    let scenario = "apiVersion: headroom/v1\nkind: Scenario\ncluster: { snapshot: [d.yaml, q.json] }\n"
    for paths in [["d.yaml", "q.json"], ["s.yaml"], ["f"]] {
      let lines = read(paths, ["q.json": failed, "s.yaml": scenario, "f/n.yaml": Self.dump, "f/q.json": failed]).lines
      #expect(lines.count { $0.hasPrefix("error F002 1:") && $0.contains(expected) } == 1, "\(paths): \(lines)")
    }
    #expect(TestFiles(files: ["q.json": failed]).validate("q.json").errorCount == 1)
  }

  @Test func `an instant query of what is no metric of machines is told to ask for a range`() {
    let result = #"[{"metric":{"__name__":"METRIC","name":"db","namespace":"shop"},"value":[1,"2"]}]"#
    for answer in [result, #"{"status":"success","data":{"resultType":"vector","result":RESULT}}"#] {
      let text = answer.replacing("RESULT", with: result)
      let lines = read(["d.yaml", "q.json"], ["q.json": text.replacing("METRIC", with: "cpu")]).lines
      #expect(lines.count { $0.hasPrefix("warning F002") && $0.contains("promtool query range") } == 1, "\(lines)")
    }
    let known = #"{"data":{"resultType":"vector","result":RESULT}}"#.replacing("RESULT", with: result)
      .replacing("METRIC", with: "kubevirt_vmi_memory_used_bytes")
    #expect(!read(["d.yaml", "q.json"], ["q.json": known]).lines.contains { $0.contains("one moment") })
  }

  @Test func `use that lies in a dump's folder is a warning until it is named`() {
    let files = ["f/d.yaml": Self.dump, "f/use.csv": Self.usage, "f/other.csv": Self.usage.replacing("db", with: "x")]
    let warning =
      "warning K013 - use over time of the dump's machines lies in its folder and is not replayed: f/use.csv"
    let alone = read(["f"], files).lines
    #expect(alone.contains(warning + " | give it beside the folder: headroom import f f/use.csv"), "\(alone)")
    #expect(!read(["f", "f/use.csv"], files).lines.contains { $0.hasPrefix(warning) })
    let cluster = "apiVersion: headroom/v1\nkind: Scenario\ncluster: { snapshot: f"
    let named = cluster + ", traces: [{ file: f/use.csv }] }\n"
    #expect(!read(["s.yaml"], files.merging(["s.yaml": named]) { $1 }).lines.contains { $0.hasPrefix(warning) })
    let unnamed = read(["s.yaml"], files.merging(["s.yaml": cluster + " }\n"]) { $1 }).lines
    #expect(unnamed.contains(warning + " | name it: cluster.traces: [{file: f/use.csv}]"), "\(unnamed)")
  }

  @Test func `a row that several machines could be is told with them`() throws {
    let rows = Self.usage + "0,web,cpu_percent,1\n300,web,cpu_percent,1\n0,x,cpu_percent,1\n300,x,cpu_percent,1\n"
    let note = try #require(read(["d.yaml", "u.csv"], ["u.csv": rows]).first { $0.message.contains("replay a row") })
    #expect(note.notes.contains("rows of several machines: web (hr/web, shop/web)"), "\(note)")
    #expect(note.notes.contains("rows of no machine: x"), "\(note)")
    let only = read(["d.yaml", "u.csv"], ["u.csv": Self.usage.replacing("shop/db", with: "web.csv")])
    let error = try #require(only.first { $0.severity == .error })
    #expect(
      error.help == "name the rows namespace/name: several machines are called web.csv (hr/web, shop/web)", "\(error)")
  }

  @Test(arguments: ["u.csv", "[u.csv]"]) func `a path alone is told how to be written`(traces: String) {
    let text = "apiVersion: headroom/v1\nkind: Scenario\ncluster: { snapshot: d.yaml, traces: \(traces) }\n"
    let lines = read(["s.yaml"], ["s.yaml": text, "u.csv": Self.usage]).lines
    #expect(lines.contains { $0.hasSuffix("| write traces: [{file: u.csv}]") }, "\(lines)")
  }

  @Test func `a trace of which much is invented is a warning`() {
    func severity(_ missing: Int) -> Diagnostic.Severity? {
      let times = [0, 300] + (2...40).filter { $0 > missing + 1 }.map { $0 * 300 }
      let rows = times.map { "\($0),shop/db,cpu_percent,10\n" }.joined()
      return read(["d.yaml", "u.csv"], ["u.csv": "time,machine,metric,value\n" + rows])
        .first { $0.message.contains("samples are missing") }?.severity
    }
    #expect([0, 4, 5, 30].map(severity) == [nil, .note, .warning, .warning])
  }
}
