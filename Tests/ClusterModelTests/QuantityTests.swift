import ClusterModel
import Foundation
import TestSupport
import Testing

@Suite struct QuantityTests {
  @Test(
    arguments: [
      ("0", 0), ("1", 1_000_000_000), ("1Ki", 1_024_000_000_000), ("0.5Mi", 524_288_000_000_000),
      ("100.035Ki", 102_435_840_000_000),
      ("5n", 5), ("0.1n", 1), ("3.001n", 4), ("-100m", -100_000_000), ("+9.01", 9_010_000_000), (".5", 500_000_000),
      ("1.", 1_000_000_000), ("007", 7_000_000_000), ("1e3", 1_000_000_000_000), ("1E-3", 1_000_000), ("1e-400", 1),
      ("1E", 1_000_000_000_000_000_000_000_000_000), ("0.000000000001Ki", 2), ("329087452n", 329_087_452),
      ("8Ei", 9_223_372_036_854_775_807_000_000_000), ("-9Ei", -9_223_372_036_854_775_807_000_000_000),
    ] as [(String, Int128)])
  func `a quantity is exact to a billionth and rounds away from zero below it`(_ text: String, _ nano: Int128) throws {
    #expect(try Quantity(text).nanoUnits == nano)
  }

  @Test(arguments: [
    "", ".", "-", "-.", "m", "Ki", "E", " 1", "1 ", "1 Gi", "1K", "1GB", "1gi", "1i", "1e", "1E+", "1e3Ki", "1e1.5",
    "1.1.M",
    "--1", "+-1", "1,5", "1_000", "0x10", "NaN", "inf", "١", "1e400", "1e999999999999999999999",
  ])
  func `a text that is no quantity is refused`(_ text: String) {
    #expect(throws: UnitError.self) { try Quantity(text) }
  }

  @Test(arguments: [
    ("4GB", "did you mean 4G (10^9) or 4Gi (2^30)?"), ("4gi", "did you mean 4Gi?"), ("1KiB", "did you mean 1Ki?"),
    ("2K", "did you mean 2k (10^3) or 2Ki (2^10)?"), ("8 Gi", "write it without blanks"), ("512B", "did you mean 512?"),
  ])
  func `a wrong unit comes with the right one`(_ text: String, _ suggestion: String) {
    let error = #expect(throws: UnitError.self) { try Quantity(text) }
    #expect(error?.reason == .unknownUnit)
    #expect(error?.suggestion == suggestion)
    #expect(error?.message.contains("'\(text)'") == true)
  }

  @Test func `whole units and thousandths round away from zero and know their limits`() throws {
    #expect(try Quantity("1500m").wholeUnits == 2)
    #expect(try Quantity("-1500m").wholeUnits == -2)
    #expect(try Quantity("329087452n").milliUnits == 330)
    #expect(try Quantity("12E").wholeUnits == nil)
    #expect(try Quantity("3Ei").milliUnits == nil)
  }

  @Test func `adding zeros behind the fraction changes nothing`() throws {
    for digits in 0..<60 {
      let text = "1.5" + String(repeating: "0", count: digits)
      #expect(try Quantity(text + "Gi").nanoUnits == Quantity("1536Mi").nanoUnits)
    }
  }

  @Test(.enabled(if: ReferenceData.path("quantity-cases.jsonl") != nil, ReferenceData.absent))
  func `every reference case agrees`() throws {
    struct Case: Decodable {
      var `in`: String
      var ok: Bool
      var nano: String?
      var value: Int64?
      var milli: Int64?
      var note: String?
      var context: String?
    }
    let path = try #require(ReferenceData.path("quantity-cases.jsonl"))
    var seen = 0
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let row = try JSONDecoder().decode(Case.self, from: Data(line.utf8))
      if row.in == "null" { continue }
      let quantity = try? Quantity(row.in)
      seen += 1
      let isRefusedHere = row.nano == nil || row.note?.hasPrefix("upstream accepts") == true
      guard row.ok, !isRefusedHere else {
        #expect(quantity == nil, "\(row.in)")
        continue
      }
      #expect(quantity.map { "\($0.nanoUnits)" } == row.nano, "\(row.in)")
      #expect(quantity?.wholeUnits == row.value, "\(row.in)")
      #expect(quantity?.milliUnits == row.milli, "\(row.in)")
    }
    #expect(seen > 100)
  }
}
