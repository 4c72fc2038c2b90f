import ClusterModel
import EventKernel
import SimulationEngine
import Testing

@testable import InputFormats

/// The trap of traces and tables: four files that are not what they say.
extension ImportTrapTests {
  private func open(_ path: String, _ bytes: [UInt8]) -> (opened: OpenedFile, session: DecodingSession) {
    let session = DecodingSession()
    return (FormatCatalog.open(SourceFile(path: path, bytes: bytes), session: session), session)
  }

  @Test func `19 a column in milliseconds holds seconds and separators carry a tab`() throws {
    let text = """
      Timestamp [ms];\tCPU cores;\tCPU capacity provisioned [MHZ];\tCPU usage [MHZ];\tCPU usage [%]
      1376314846;\t1;\t2600;\t19;\t10
      1376315146;\t1;\t2600;\t19;\t20
      """
    let (opened, session) = open("1.csv", Array(text.utf8))
    let trace = try #require(TraceFormat.read([opened], format: nil, TraceRequest(), session))
    #expect(trace.step == .minutes(5) && trace.cpuShares == [0.1, 0.2])
    #expect(
      session.diagnostics.lines == ["note S020 - the column 'Timestamp [ms]' holds seconds and is read as seconds"])
  }

  @Test func `19 a table without a header is known by its cells`() throws {
    let text = """
      vm1,sub,dep,0,2591700,99.3,3.4,10.1,Delay-insensitive,4,32
      vm2,sub,dep,0,300,9.3,0.4,1.1,Interactive,>24,>64
      """
    let (opened, session) = open("vmtable.csv", Array(text.utf8))
    var reader = InventoryReader(session: session, workloadTypes: [])
    reader.add(opened)
    let machines = reader.finish().machines
    #expect(machines.map(\.vCPUs) == [4, 24] && machines.map { $0.guestMemoryBytes >> 30 } == [32, 64])
  }

  @Test func `19 a byte order mark and commas in thousands change nothing`() throws {
    let text = "\u{FEFF}\"Time\",\"vm-a\",\"vm-b\"\r\n\"0\",\"12.5\",\"1\"\r\n\"1,500\",\"1,0.5\",\"2\"\r\n"
    let (wrong, session) = open("vsphere.csv", Array(text.utf8))
    #expect(TraceFormat.read([wrong], format: nil, TraceRequest(), session) == nil && session.hasErrors)
    let (opened, other) = open(
      "vsphere.csv", Array(text.replacing("1,0.5", with: "37.5").replacing("\"1,500\"", with: "\"1,546.6\"").utf8))
    let trace = try #require(
      TraceFormat.read([opened], format: nil, TraceRequest(), other), "\(other.diagnostics.lines)")
    #expect(trace.machineNames == ["vm-a", "vm-b"] && trace.step == .seconds(1546.6))
    #expect(trace.cpuShares == [0.125, 0.375, 0.01, 0.02])
  }

  @Test func `19 a sheet claims all rows, its truths are texts and its memory is MiB`() throws {
    func row(_ number: Int, _ cells: [String]) -> String {
      let texts = cells.map { Int($0) == nil ? "<c t=\"str\"><v>\($0)</v></c>" : "<c><v>\($0)</v></c>" }
      return "<row r=\"\(number)\">" + texts.joined() + "</row>"
    }
    let head = ["VM", "Powerstate", "Template", "CPUs", "Memory", "Host"]
    let bytes = WorkbookBuilder.workbook([
      (
        "vInfo",
        row(1, head) + row(2, ["web", "poweredOn", "False", "4", "8192", "esx"])
          + row(3, ["base", "poweredOff", "True", "2", "4096", "esx"])
      )
    ])
    let (opened, session) = open("rv.xlsx", bytes)
    var reader = InventoryReader(session: session, workloadTypes: [])
    reader.add(opened)
    let machines = reader.finish().machines
    #expect(machines.map(\.name) == ["web"] && machines[0].guestMemoryBytes == 8 << 30, "\(session.diagnostics.lines)")
    #expect(session.diagnostics.lines.contains("note K013 - skipped 1 × VM: a template"))
  }
}
