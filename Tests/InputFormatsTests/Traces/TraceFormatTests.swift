import EventKernel
import Foundation
@testable import InputFormats
import SimulationEngine
import TestSupport
import Testing

@Suite struct TraceFormatTests {
  private func read(
    _ texts: [String], format: String? = nil, _ request: TraceRequest = TraceRequest()
  ) -> (trace: UsageTrace?, format: String, lines: [String]) {
    let session = DecodingSession()
    let opened = texts.enumerated().map { index, text in
      FormatCatalog.open(SourceFile(path: "d/\(index)", bytes: Array(text.utf8)), session: session)
    }
    let trace = TraceFormat.read(opened, format: format, request, session)
    return (trace, opened[0].format, session.diagnostics.lines)
  }

  private static let bitbrains = """
    Timestamp [ms];\tCPU cores;\tCPU capacity provisioned [MHZ];\tCPU usage [MHZ];\tCPU usage [%];\tMemory capacity provisioned [KB];\tMemory usage [KB]
    1376314846;\t1;\t2600;\t19;\t0.5;\t2097152.0;\t1048576.0
    1376315146;\t1;\t2600;\t19;\t50;\t2097152.0;\t0.0
    1376315746;\t1;\t2600;\t19;\t10;\t2097152.0;\t0.0
    """

  @Test func `files of Bitbrains are one machine each and their seconds are seconds`() throws {
    let (trace, format, lines) = read([Self.bitbrains, Self.bitbrains])
    let found = try #require(trace, "\(lines)")
    #expect(format == "bitbrains" && found.machineNames == ["0", "1"] && found.step == .minutes(5))
    #expect(found.samplesPerMachine == 4 && found.cpuShares == [0.005, 0.5, 0.5, 0.1, 0.005, 0.5, 0.5, 0.1])
    #expect(found.memoryShares[0] == 0.5 && found.meanMemoryShare(ofRow: 1) == 0.125)
    #expect(
      lines == [
        "note S020 - the column 'Timestamp [ms]' holds seconds and is read as seconds",
        "warning T002 - 'd/0': 2 of 8 samples are missing: the value before each is repeated | leave out what covers "
          + "little of the time, or state a longer step: trace: {step: 1h}",
      ])
  }

  @Test func `long tables take metrics by name`() throws {
    let text = """
      time,machine,metric,value
      2026-03-01T08:00:00Z,a,cpu_percent,50
      2026-03-01T08:00:00Z,b,cpu_cores,1
      2026-03-01T08:01:00Z,b,cpu_cores,2
      2026-03-01T08:01:00Z,a,cpu_share,0.25
      2026-03-01T08:01:00Z,a,disk,9
      2026-03-01T08:00:00Z,a,memory_bytes,512
      2026-03-01T08:00:00Z,b,memory_percent,10
      """
    let (trace, format, lines) = read([text], TraceRequest(vCPUs: 4, memoryBytes: 1024))
    let found = try #require(trace, "\(lines)")
    #expect(format == "long-csv" && found.machineNames == ["a", "b"] && found.step == .seconds(60))
    #expect(found.cpuShares == [0.5, 0.25, 0.25, 0.5])
    #expect(found.memoryShares == [0.5, 0.5, 0.1, 0.1])
    #expect(lines == ["note K013 - skipped 1 × sample: metric 'disk' is neither CPU nor memory"])
  }

  @Test func `wide tables are a column a machine`() throws {
    let (trace, format, lines) = read(["time,a,b\n0,1,100\n300,3,4\n600,,5\n"])
    #expect(format == "wide-csv" && lines.count == 1)
    #expect(trace?.machineNames == ["a", "b"] && trace?.cpuShares == [0.01, 0.03, 0.03, 1, 0.04, 0.05])
    let shares = read(["time,a,b\n0,0.5,1\n300,0.25,0\n"], TraceRequest(unit: .share))
    #expect(shares.trace?.cpuShares == [0.5, 0.25, 1, 0] && shares.lines == [])
    #expect(read(["time,a,b\n0,0.5,1\n300,0.25,0\n"]).lines.first?.contains("no value is above 1") == true)
  }

  @Test func `values far above the whole machine are refused`() {
    let (trace, _, lines) = read(["time,a\n0,500\n300,700\n"])
    #expect(trace == nil && lines.first?.contains("2 of 2 samples are above 100 % of the machine") == true, "\(lines)")
  }

  @Test func `OpenDC's halves belong together`() throws {
    let tasks = "id,submission_time,duration,cpu_count,cpu_capacity,mem_capacity\n7,2013-08-12 13:35:46,9,1,2000,1\n"
    let fragments = "id,duration,cpu_usage\n7,300000,1000\n7,300000,500\n8,300000,1\n"
    let (trace, _, lines) = read([fragments, tasks])
    #expect(trace?.cpuShares == [0.5, 0.25] && trace?.step == .minutes(5) && trace?.machineNames == ["7"])
    #expect(lines == ["note K013 - skipped 1 × fragment: its task is not among the tasks"])
    #expect(read([fragments]).lines.first?.contains("tasks are missing") == true)
  }

  @Test func `counters of Prometheus become rates and gauges stay`() throws {
    func answer(_ name: String, _ values: String) -> String {
      """
      {"status":"success","data":{"resultType":"matrix","result":[{"metric":{\(name)"namespace":"shop","name":"web"},"values":[\(values)]}]}}
      """
    }
    let counter = read(
      [answer("\"__name__\":\"kubevirt_vmi_cpu_usage_seconds_total\",", "[0,\"100\"],[30,\"130\"],[60,\"15\"]")],
      TraceRequest(vCPUs: 2))
    #expect(counter.format == "prometheus-range" && counter.trace?.machineNames == ["shop/web"], "\(counter.lines)")
    #expect(counter.trace?.cpuShares == [0.5, 0.25] && counter.lines.first?.contains("counters") == true)
    let gauge = read([answer("", "[0,\"1\"],[30.5,\"NaN\"],[60,\"0.5\"]")], TraceRequest(step: .seconds(60), vCPUs: 2))
    #expect(gauge.trace?.cpuShares == [0.5, 0.25] && gauge.lines.contains { $0.contains("gauges") }, "\(gauge.lines)")
    let bad = read([answer("", "[0,\"x\"]")])
    #expect(bad.trace == nil && bad.lines.first?.hasPrefix("error T001 1:") == true, "\(bad.lines)")
  }

  @Test func `bad rows are told where they are`() {
    let (trace, _, lines) = read(["time,machine,value\n0,a,1\nx,a,1\n600,a,y\n900,a\n"])
    #expect(trace == nil)
    #expect(
      lines == [
        "error T001 3:1 'x' is not a time | write seconds, milliseconds since 1970, or 2026-03-01T08:00:00Z",
        "error T001 4:7 'y' is not a number", "error T002 5:1 the row has 2 values, the header 3",
      ])
  }

  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2000-02-29 12:00", 951_825_600), ("2023-11-16 18:17:03.5", 1_700_158_623.5),
      ("2023-11-16T18:17:03+01:00", nil), ("2023-13-01T00:00:00Z", nil), ("yesterday at noon", nil),
    ] as [(String, Double?)])
  func `dates are seconds since 1970`(_ text: String, _ seconds: Double?) {
    #expect(TimeColumn.date(Array(text.utf8)[...]) == seconds)
  }

  @Test func `every cut and every changed byte ends in a trace or a diagnostic`() {
    for sample in [Self.bitbrains, "time,machine,metric,value\n0,a,cpu,1\n60,a,cpu,2\n", "time,a,b\n0,1,2\n300,3,4\n"] {
      let bytes = Array(sample.utf8)
      func check(_ bytes: [UInt8]) {
        let source = CompressedInputTests.source(["f": bytes])
        _ = Validation(vocabulary: TestFiles.vocabulary, source: source).verdict(of: "f")
      }
      for length in 0..<bytes.count { check(Array(bytes.prefix(length))) }
      for index in bytes.indices {
        for byte: UInt8 in [0, 0x0A, 0x22, 0x2C, 0x2D, 0x2E, 0x39, 0x3B, 0x65, 0xFF] {
          var changed = bytes
          changed[index] = byte
          check(changed)
        }
      }
    }
  }

  @Test func `a scenario names the format, the unit and several files`() throws {
    let group =
      "    - { name: t, cpu: 1, memory: 1Gi, trace: { file: [a, b], format: wide-csv, unit: share, step: 5m } }\n"
    let files = TestFiles(files: [
      "s.yaml": ScenarioReaderTests.pools + group, "a": "time,x\n0,0.5\n300,1\n", "b": "time,y\n0,0.25\n300,0\n",
    ])
    let reading = files.read()
    let trace = try #require(reading.scenario?.cluster.machineGroups.last?.trace, "\(reading.diagnostics.lines)")
    #expect(trace.machineNames == ["x", "y"] && trace.cpuShares == [0.5, 1, 0.25, 0])
    let wrong = TestFiles(files: [
      "s.yaml": ScenarioReaderTests.pools + group.replacingOccurrences(of: "wide-csv", with: "wide")
    ])
    #expect(wrong.read().diagnostics.lines.contains { $0.contains("wide-csv") })
  }

  @Test(.enabled(if: ReferenceData.path("kubernetes/traces/bitbrains-vm.csv") != nil, ReferenceData.absent))
  func `a file of Bitbrains is 12 days of one machine`() throws {
    let path = try #require(ReferenceData.path("kubernetes/traces/bitbrains-vm.csv"))
    let text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
    let (trace, _, lines) = read([text])
    let found = try #require(trace, "\(lines)")
    #expect(found.step == .minutes(5) && found.machineNames.count == 1 && abs(found.samplesPerMachine - 3347) < 60)
    #expect(abs(Double(found.cpuShares[0]) - 0.007333333) < 1e-6)
    #expect(abs(Double(found.memoryShares[0]) - 110448.53333 / 2_097_152) < 1e-6)
  }
}
