import ClusterModel
import EventKernel
import SimulationEngine
import Testing

@testable import InputFormats

@Suite struct FolderWalkTests {
  private static let node =
    "{ apiVersion: v1, kind: Node, metadata: { name: w1 }, status: { allocatable: { cpu: 8, memory: 32Gi } } }\n"
  private static let trace = "time,a,b\n0,1,2\n300,3,4\n"

  private static func bitbrains(_ seconds: ClosedRange<Int>, percent: Int = 50) -> String {
    "Timestamp [ms];\tCPU cores;\tCPU usage [%]\n"
      + stride(from: seconds.lowerBound, through: seconds.upperBound, by: 300).map {
        "\(1_376_314_846 + $0);\t1;\t\(percent)\n"
      }.joined()
  }

  private func group(_ trace: String, _ files: [String: String]) -> ScenarioReader.Reading {
    let text = ScenarioReaderTests.pools + "    - { name: t, cpu: 1, memory: 1Gi, trace: \(trace) }\n"
    return TestFiles(files: files.merging(["s.yaml": text]) { $1 }).read()
  }

  @Test func `data that are no part of a dump are counted with the first of them`() throws {
    let files = [
      "d/nodes.yaml": Self.node, "d/a/usage.csv": Self.trace, "d/b/usage.csv": Self.trace, "d/vm/1.csv": "12\n13\n",
      "d/list.csv": "colour,shape\nred,round\n", "d/broken.csv.gz": "not gzip", "d/core": "x",
      "d/range.json": #"[{"metric":{"name":"a"},"values":[[0,"1"],[60,"1"]]}]"#,
    ]
    let reading = TestFiles(files: files).read("d")
    let lines = reading.diagnostics.lines
    #expect(try #require(reading.scenario, "\(lines)").cluster.snapshotNodes.map(\.name) == ["w1"])
    #expect(lines.contains("note K013 - skipped 2 × trace: no part of a dump: wide-csv, first 'd/a/usage.csv'"))
    #expect(lines.contains("note K013 - skipped 1 × trace: no part of a dump: planetlab ('d/vm/1.csv')"))
    #expect(lines.contains("note K013 - skipped 1 × trace: no part of a dump: prometheus-range ('d/range.json')"))
    #expect(lines.contains("note K013 - skipped 2 × file: it holds no objects, first 'd/broken.csv.gz'"), "\(lines)")
    #expect(lines.contains("note K013 - skipped 1 × file: no data by its name ('d/core')"))
    #expect(TestFiles(files: files).validate("d").errorCount == 0)
  }

  @Test func `a trace that is named stays one`() {
    let files = TestFiles(files: ["n.yaml": Self.node, "usage.csv": Self.trace])
    #expect(!files.read(["n.yaml", "usage.csv"]).diagnostics.lines.contains { $0.contains("no part of a dump") })
  }

  @Test func `a scenario beside its dumps is no part of them`() throws {
    let files = TestFiles(files: [
      "d/s.yaml": "apiVersion: headroom/v1\nkind: Scenario\ncluster: { snapshot: . }\n", "d/./nodes.yaml": Self.node,
      "d/./s.yaml": "apiVersion: headroom/v1\nkind: Scenario\ncluster: { snapshot: . }\n",
    ])
    let source = files.source
    let listed = FileSource(
      read: source.read,
      list: { path in
        path == "d/." ? [.init(name: "nodes.yaml", isFolder: false), .init(name: "s.yaml", isFolder: false)] : nil
      })
    let reading = ScenarioReader(vocabulary: TestFiles.vocabulary, source: listed).read(paths: ["d/s.yaml"])
    #expect(reading.scenario != nil, "\(reading.diagnostics.lines)")
    #expect(
      reading.diagnostics.lines.contains("note K013 - skipped 1 × scenario: no part of a dump ('d/./s.yaml')"))
  }

  @Test func `a folder of only traces says where they go`() {
    let files = TestFiles(files: ["t/1.csv": Self.trace, "t/2.csv": Self.trace])
    let lines = files.read("t").diagnostics.lines
    #expect(
      lines.contains(
        "error F005 - folder 't' holds no objects | its 2 traces go into a machine group: trace: {file: t}"), "\(lines)"
    )
    let verdict = TestFiles(files: ["t/1.csv": "1\n2\n", "t/10.csv": "3\n4\n", "t/README.md": "# x\n"]).validate("t")
    #expect(verdict.kind == .trace && verdict.errorCount == 0)
    #expect(verdict.diagnostics.lines == ["note K013 - skipped 1 × file: no usage trace ('t/README.md')"])
  }

  @Test func `a folder of Bitbrains is one trace in natural order`() throws {
    var files: [String: String] = ["t/notes.txt": "by hand\n", "t/usage.csv": Self.trace, "t/empty.csv": ""]
    for number in [1, 2, 10, 11] { files["t/\(number).csv"] = Self.bitbrains(0...3000, percent: number) }
    let reading = group("{ file: t/ }", files)
    let lines = reading.diagnostics.lines
    let trace = try #require(reading.scenario?.cluster.machineGroups.last?.trace, "\(lines)")
    #expect(trace.machineNames == ["1.csv", "2.csv", "10.csv", "11.csv"] && trace.samplesPerMachine == 11)
    #expect(trace.cpuShares[22] == 0.1 && trace.step == .minutes(5) && trace.name == "t/")
    #expect(reading.scenario?.cluster.machineGroups.last?.count == 4)
    #expect(lines.contains("note K013 - skipped 1 × trace: not bitbrains, as the others are: wide-csv ('t/usage.csv')"))
    #expect(lines.contains("note K013 - skipped 2 × file: no usage trace, first 't/empty.csv'"))
    #expect(!lines.contains { $0.hasPrefix("error") || $0.hasPrefix("warning") })
  }

  @Test func `machines that are short are counted and all are cut to what they share`() throws {
    var files: [String: String] = [:]
    for number in 1...8 {
      files["t/\(number).csv"] = Self.bitbrains((number == 3 ? 600 : 0)...(number > 6 ? 2400 : 3000))
    }
    let reading = group("{ file: t }", files)
    let trace = try #require(reading.scenario?.cluster.machineGroups.last?.trace)
    #expect(trace.samplesPerMachine == 7 && trace.cpuShares == [Float](repeating: 0.5, count: 56))
    let told = reading.diagnostics.lines.filter { $0.contains("machines do not cover") }
    #expect(
      told == [
        "warning T002 - 3 of 8 machines do not cover all of 't': all are cut to the 30m of 50m that they have in common"
      ], "\(reading.diagnostics.lines)")
    files["t/9.csv"] = Self.bitbrains(0...300)
    let filled = group("{ file: t }", files)
    #expect(filled.scenario?.cluster.machineGroups.last?.trace?.samplesPerMachine == 11)
    #expect(
      filled.diagnostics.lines.contains { $0.contains("4 of 9 machines do not cover all of 't', which lasts 50m") })
    #expect(filled.diagnostics.lines.count { $0.contains("are missing") } == 1)
  }

  @Test func `a folder of PlanetLab's files is cut to the shortest, which is named`() throws {
    var files = Dictionary(uniqueKeysWithValues: (1...30).map { ("t/node\($0)_x_edu", "10\n20\n30\n") })
    files["t/node7_x_edu"] = "10\n20\n"
    let reading = group("{ file: t }", files)
    let trace = try #require(reading.scenario?.cluster.machineGroups.last?.trace, "\(reading.diagnostics.lines)")
    #expect(trace.machineNames == (1...30).map { "node\($0)_x_edu" } && trace.samplesPerMachine == 2)
    let warning = try #require(reading.diagnostics.first { $0.severity == .warning })
    #expect(warning.message.hasSuffix("all are cut to 2 samples; 29 of 30 have more"))
    #expect(warning.notes == ["as short are only: node7_x_edu"])
  }

  @Test func `a folder without a trace is refused at its place`() {
    let lines = group("{ file: t }", ["t/a.txt": "by hand\n"]).diagnostics.lines
    #expect(
      lines.contains { $0.hasPrefix("error F005 ") && $0.contains("folder 't' holds no usage trace") }, "\(lines)")
  }

  @Test func `one moment is no trace and says what to ask for`() {
    let series = #"[{"metric":{"__name__":"kubevirt_vmi_cpu_usage_seconds_total","name":"a"},"value":[0,"1"]}]"#
    let answer = #"{"status":"success","data":{"resultType":"vector","result":\#(series)}}"#
    for text in [series, answer, "# TYPE kubevirt_vmi_x gauge\nkubevirt_vmi_x{name=\"a\"} 1\n"] {
      let lines = group("{ file: usage }", ["usage": text]).diagnostics.lines
      #expect(
        lines.contains { $0.contains("'usage' holds one moment") && $0.contains("promtool query range -o json") },
        "\(lines)")
    }
  }

  @Test func `a failed query tells its reason`() {
    let text = #"{"status":"error","errorType":"bad_data","error":"exceeded maximum resolution of 11,000 points"}"#
    let lines = group("{ file: usage }", ["usage": text]).diagnostics.lines
    #expect(lines.contains { $0.contains("the error of a query, not its answer: exceeded maximum resolution") })
  }

  @Test func `a matrix is read from the API's answer, its data and the bare list`() throws {
    let list = #"[{"metric":{"namespace":"n","name":"a"},"values":[[0,"0.5"],[300,"0.25"]]}]"#
    let data = #"{"resultType":"matrix","result":\#(list)}"#
    for text in [list, data, #"{"status":"success","data":\#(data),"warnings":["partial"]}"#] {
      let trace = group("{ file: usage }", ["usage": text]).scenario?.cluster.machineGroups.last?.trace
      #expect(trace?.cpuShares == [0.5, 0.25] && trace?.machineNames == ["n/a"])
    }
  }

  @Test(arguments: [("2.csv", "10.csv"), ("a2", "a10"), ("a02", "a2"), ("a", "a1"), ("a9b", "a9c"), ("x1", "x1a")])
  func `natural order counts numbers by value`(_ first: String, _ second: String) {
    #expect(FolderWalk.isBefore(first, second) && !FolderWalk.isBefore(second, first))
    #expect(!FolderWalk.isBefore(first, first))
  }
}
