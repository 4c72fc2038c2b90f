import EventKernel
import InputFormats
import SimulationEngine
import Testing

@Suite struct PlanetLabCSVTests {
  private func read(_ text: String, step: SimulationDuration? = nil) -> (trace: UsageTrace?, lines: [String]) {
    let session = DecodingSession()
    let trace = PlanetLabCSV.read(SourceFile(path: "d/day.csv", bytes: Array(text.utf8)), step: step, session: session)
    return (trace, session.diagnostics.lines)
  }

  @Test(arguments: ["\n", "\r\n"])
  func `a header and rows give shares at the header's step`(_ lineBreak: String) throws {
    let text = ["vm,t00000,t00300,t00600", "a,1,2.5,100", "b,0,50,7", ""].joined(separator: lineBreak)
    let (trace, lines) = read(text)
    #expect(lines == [])
    #expect(
      trace
        == UsageTrace(
          name: "day.csv", step: .minutes(5), machineNames: ["a", "b"], cpuShares: [0.01, 0.025, 1, 0, 0.5, 0.07],
          samplesPerMachine: 3))
  }

  @Test func `numbers alone are one machine`() {
    let trace = read("27\n56\n\n21\n").trace
    #expect(trace?.machineNames == ["day.csv"] && trace?.samplesPerMachine == 3 && trace?.step == .minutes(5))
  }

  @Test func `bad cells and short rows are placed by row and column`() {
    let (trace, lines) = read("vm,t00000,t00300\na,1,x\nb,1\nc,1,200\nd,,3\n")
    #expect(trace == nil)
    #expect(
      lines == [
        "error T001 2:5 row 1, column 3: 'x' is not a percentage",
        "error T002 3:1 row 2 has 1 values, the header 2 | the file may be cut off: fetch it again",
        "error T001 4:5 row 3, column 3: 200.0 is more than 100 percent",
        "error T001 5:3 row 4, column 2: '' is not a percentage",
      ])
  }

  @Test func `a header that is no clock is refused`() {
    #expect(read("vm,t0,t300,t500\na,1,2,3\n").lines == ["error T002 1:1 the step changes at column 4 of the header"])
    #expect(
      read("vm,cpu,mem\na,1,2\n").lines.first?.hasPrefix("error T002 1:4 column 2 of the header is not a time") == true)
    #expect(read("vm,t0,t300\n").trace == nil)
  }

  @Test func `a stated step wins over the header with a warning`() {
    let (trace, lines) = read("vm,t00000,t00300\na,1,2\n", step: .seconds(60))
    #expect(trace?.step == .seconds(60) && lines.count == 1 && lines[0].hasPrefix("warning"))
  }

  @Test func `complaints stop at twenty`() {
    let rows = (0..<100).map { "m\($0),x,y\n" }.joined()
    #expect(read("vm,t0,t300\n" + rows).lines.count <= 23)
  }

  @Test func `every cut and every changed byte ends in a trace or a diagnostic`() {
    let bytes = Array("vm,t00000,t00300\na,1,2.5\nb,3,4\n".utf8)
    func check(_ bytes: [UInt8]) {
      let session = DecodingSession()
      let trace = PlanetLabCSV.read(SourceFile(path: "x", bytes: bytes), step: nil, session: session)
      #expect(trace != nil || session.hasErrors)
      if let trace { #expect(trace.cpuShares.count == trace.machineNames.count * trace.samplesPerMachine) }
    }
    for length in 0..<bytes.count { check(Array(bytes.prefix(length))) }
    for index in bytes.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = bytes
        changed[index] = byte
        check(changed)
      }
    }
  }
}
