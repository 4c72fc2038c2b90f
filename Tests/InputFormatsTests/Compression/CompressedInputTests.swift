import ClusterModel
import Foundation
import InputFormats
import SimulationEngine
import TestSupport
import Testing

@Suite struct CompressedInputTests {
  static func source(_ files: [String: [UInt8]]) -> FileSource {
    FileSource { path throws(FileReadError) in
      guard let bytes = files[path] else { throw FileReadError("no such file") }
      return bytes
    }
  }

  private func read(_ files: [String: [UInt8]], _ path: String) -> ScenarioReader.Reading {
    ScenarioReader(vocabulary: TestFiles.vocabulary, source: Self.source(files)).read(paths: [path])
  }

  @Test func `a packed scenario and its packed trace are the same experiment as the plain ones`() throws {
    func scenario(_ trace: String) -> [UInt8] {
      Array(
        (ScenarioReaderTests.pools + "    - { name: t, cpu: 1, memory: 1Gi, trace: { file: \(trace) } }\n").utf8)
    }
    let trace = Array("vm,t00000,t00300\na,1,2\n".utf8)
    let plain = read(["s.yaml": scenario("day"), "day": trace], "s.yaml")
    let packed = read(
      ["s.yaml": PackedSamples.gzip(scenario("day")), "day": PackedSamples.gzip(trace)], "s.yaml")
    #expect(plain.diagnostics.lines == packed.diagnostics.lines)
    #expect(try #require(plain.scenario).hash == packed.scenario?.hash)
    #expect(packed.scenario?.cluster.machineGroups.last?.trace?.cpuShares == [0.01, 0.02])
  }

  @Test func `a folder joins packed dumps with inventories and leaves packed logs`() throws {
    let node = "kind: Node\nmetadata: { name: w1 }\nstatus: { capacity: { cpu: 8, memory: 32Gi } }\n"
    let files = [
      "d/nodes.yaml.gz": PackedSamples.gzip(Array(node.utf8)),
      "d/audit.log.gz": PackedSamples.gzip(Array("{\"kind\":\"Node\",\"metadata\":{\"name\":\"x\"}}\n".utf8)),
      "d/machines.csv": Array("name,cpu,memory,node\na,2,4Gi,w1\nb,1,2Gi,w1\n".utf8),
    ]
    let source = FileSource(
      read: Self.source(files).read,
      list: { $0 == "d" ? files.keys.map { .init(name: String($0.dropFirst(2)), isFolder: false) } : nil })
    let reading = ScenarioReader(vocabulary: TestFiles.vocabulary, source: source).read(paths: ["d"])
    let cluster = try #require(reading.scenario?.cluster, "\(reading.diagnostics.lines)")
    #expect(cluster.snapshotNodes.map(\.name) == ["w1"])
    #expect(cluster.snapshotMachines.map(\.nodeName) == ["w1", "w1"])
    let verdict = Validation(vocabulary: TestFiles.vocabulary, source: source).verdict(of: "d")
    #expect(verdict.errorCount == 0 && verdict.objects.map(\.kind) == ["Node"], "\(verdict.diagnostics.lines)")
  }

  @Test func `diagnostics point into the unpacked text`() {
    let text = ScenarioReaderTests.pools.replacingOccurrences(of: "count: 6", with: "cuont: 6")
    let reading = read(["s.yaml.gz": PackedSamples.gzip(Array(text.utf8))], "s.yaml.gz")
    #expect(reading.diagnostics.first?.position?.line == 9)
  }

  @Test func `damage and strangers are refused with what to do`() {
    func lines(_ bytes: [UInt8]) -> [String] {
      Validation(vocabulary: TestFiles.vocabulary, source: Self.source(["f": bytes])).verdict(of: "f").diagnostics.lines
    }
    let packed = PackedSamples.gzip(Array("a: 1\n".utf8))
    #expect(
      lines(Array(packed.dropLast(9))) == [
        "error F003 - cannot unpack 'f': the compressed data end too early (byte 19) | the file is cut off: fetch it again"
      ])
    #expect(lines(PackedSamples.gzip(packed)).first?.contains("gzip inside gzip is not read") == true)
    #expect(lines([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]).first?.contains("xz is not read") == true)
    #expect(lines(Array("PAR1xxxx".utf8)).first?.contains("duckdb -c \"COPY") == true)
    #expect(lines(packed + [1, 2]).first?.contains("2 bytes after the gzip data are ignored") == true)
  }

  @Test(.enabled(if: ReferenceData.path("planetlab/20110303.csv.gz") != nil, ReferenceData.absent))
  func `a packed day of PlanetLab is read as it is`() throws {
    let path = try #require(ReferenceData.path("planetlab/20110303.csv.gz"))
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    let verdict = Validation(vocabulary: TestFiles.vocabulary, source: Self.source([path: bytes])).verdict(of: path)
    #expect(verdict.kind == .trace && verdict.diagnostics.isEmpty, "\(verdict.diagnostics.lines)")
    #expect(try Gzip.unpack(bytes).bytes.count > 500_000)
  }
}
