import ClusterModel
import Testing

@Suite struct UnitsTests {
  @Test func `cpu and memory refuse what is negative or absurd`() throws {
    #expect(try CPUQuantity.millicores("329087452n") == 330)
    #expect(try CPUQuantity.millicores("16") == 16_000)
    #expect(try MemorySize.bytes("2748180Ki") == 2_814_136_320)
    for text in ["-1", "12E", "64Gi"] { #expect(throws: UnitError.self) { try CPUQuantity.millicores(text) } }
    for text in ["-1Gi", "12E", "8Ei"] { #expect(throws: UnitError.self) { try MemorySize.bytes(text) } }
  }

  @Test(arguments: [
    ("25Gbps", 3.125e9), ("100Mbps", 1.25e7), ("64Mi", 67_108_864), ("64Mi/s", 67_108_864), ("0", 0),
    ("10Gbit/s", 1.25e9),
    ("2.5Gbps", 3.125e8),
  ])
  func `bandwidth is bits a second in tens or bytes a second as a quantity`(_ text: String, _ rate: Double) throws {
    #expect(try Bandwidth.bytesPerSecond(text) == rate)
  }

  @Test(arguments: [("25gbps", "did you mean 25Gbps?"), ("25GBps", "did you mean 25Gbps?")])
  func `a bandwidth in the wrong case is corrected`(_ text: String, _ suggestion: String) {
    #expect(#expect(throws: UnitError.self) { try Bandwidth.bytesPerSecond(text) }?.suggestion == suggestion)
  }

  @Test(arguments: [
    ("90s", 90), ("5m", 300), ("1h30m", 5400), ("7d", 604_800), ("2w", 1_209_600), ("400ms", 0.4), ("20.064s", 20.064),
    ("0", 0), ("14.993s", 14.993),
  ])
  func `durations add up their parts`(_ text: String, _ seconds: Double) throws {
    #expect(abs(try DurationText.seconds(text) - seconds) < 1e-9)
  }

  @Test(arguments: [
    ("90", "did you mean 90s or 90m?"), ("5 min", "did you mean 5m?"), ("2 days", "did you mean 2d?"),
    ("7D", "did you mean 7d?"),
  ])
  func `a duration without its unit asks for one`(_ text: String, _ suggestion: String) {
    #expect(#expect(throws: UnitError.self) { try DurationText.seconds(text) }?.suggestion == suggestion)
  }

  @Test(arguments: ["", "s", "-5m", "h5", "1e3s", "5m!", "..s", "999999999999w"])
  func `what is no duration is refused`(_ text: String) {
    #expect(throws: UnitError.self) { try DurationText.seconds(text) }
  }

  @Test func `a percentage has its sign or not`() throws {
    #expect(try Percentage.value("70%") == 70)
    #expect(try Percentage.value("70 %") == 70)
    #expect(try Percentage.value("12.5") == 12.5)
    for text in ["", "%", "70 percent", "nan%"] { #expect(throws: UnitError.self) { try Percentage.value(text) } }
  }

  @Test func `sizes rates and times are written for people`() {
    #expect(MemorySize.formatted(bytes: Int64(64) << 30) == "64 GiB")
    #expect(MemorySize.formatted(bytes: Int64(1536) << 20) == "1.5 GiB")
    #expect(MemorySize.formatted(bytes: Int64(900)) == "900 B")
    #expect(MemorySize.formatted(bytes: (Int64(1) << 30) - 1) == "1 GiB")
    #expect(Bandwidth.formatted(bytesPerSecond: 3.125e9) == "25 Gbit/s")
    #expect(CPUQuantity.formatted(millicores: 7600) == "7.6")
    #expect(DurationText.formatted(seconds: 5400) == "1h30m")
    #expect(DurationText.formatted(seconds: 604_800) == "7d")
    #expect(DurationText.formatted(seconds: 0.25) == "250 ms")
    #expect(DurationText.formatted(seconds: 3600 * 23 + 3599.9) == "1d")
    #expect(DurationText.formatted(seconds: 1.234) == "1.23 s")
  }

  @Test func `a duration in whole units survives writing and reading`() throws {
    for seconds in [60.0, 300, 5400, 86_400, 90_000, 604_800, 1_209_600] {
      #expect(try DurationText.seconds(DurationText.formatted(seconds: seconds)) == seconds)
    }
  }
}
