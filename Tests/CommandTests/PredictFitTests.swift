import Foundation
import Testing

/// `headroom predict --fit` as people and programs call it.
struct PredictFitTests {
  private static let rounds = """
    machine,iteration,seconds,remainingBytes,bandwidthBytesPerSecond,memoryBytes
    shop/db,1,93.7,3593469952,115343360,10737418240
    shop/db,2,31.3,1432354816,115343360,10737418240
    shop/db,3,12.2,776994816,115343360,10737418240
    shop/db,4,6.0,439353344,115343360,10737418240
    shop/db,5,3.55,407896064,115343360,10737418240
    shop/db,6,3.5,407896064,115343360,10737418240
    shop/db,7,3.55,407896064,115343360,10737418240

    """

  @Test func `people get the figures, the traps and a block to paste`() throws {
    let answer = try Program.run(["predict", "--fit", "-"], input: Self.rounds)
    #expect(answer.status == 0 && answer.errors.isEmpty, "\(answer.errors)")
    for words in [
      "shop/db", "7 observations used, 3 of them of a stall", "time constant tau  not a point", "rounds of a stall",
      "tau is not identified", "on 1 Gbit/s", "on 10 Gbit/s", "dirty: { hotSet: {",
    ] {
      #expect(answer.output.contains(words), "\(words) in \(answer.output)")
    }
  }

  @Test func `the block is what a scenario takes`() throws {
    let answer = try Program.run(["predict", "--fit", "-", "--format", "json"], input: Self.rounds)
    let document = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    #expect(document["schemaVersion"] as? Int == 1 && document["tool"] != nil)
    let object = try #require((document["machines"] as? [[String: Any]])?.first)
    let block = try #require(object["block"] as? String)
    let scenario = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools: [{ name: w, count: 2, node: { cpu: 16, memory: 64Gi } }]
        machines:
          - name: db
            cpu: 4
            memory: 16Gi
            \(block)
      """
    let checked = try Program.run(["validate", "-"], input: scenario)
    #expect(checked.status == 0, "\(checked.errors)")
    let hot = try #require(object["hotSetBytes"] as? [String: Any])
    #expect((hot["low"] as? Double ?? 0) > 1e8 && (hot["high"] as? Double ?? 0) < 1e9)
    let tau = try #require(object["tauSeconds"] as? [String: Any])
    #expect(tau["isIdentified"] as? Bool == false)
    #expect((object["curves"] as? [Any])?.count == 3 && (object["links"] as? [Any])?.count == 3)
  }

  @Test func `a rate alone tells no curve and is handed on as a rate`() throws {
    let scrape = "kubevirt_vmi_dirty_rate_bytes_per_second{name=\"db\",namespace=\"shop\"} 31457280\n"
    let answer = try Program.run(["predict", "--fit", "-"], input: scrape)
    #expect(answer.status == 0 && answer.output.contains("dirtyRate: 30Mi"), "\(answer.output)")
    #expect(answer.output.contains("read outside a migration") && !answer.output.contains("dirty: {"))
  }

  @Test func `a cell that is no number is an error with its place and a fix`() throws {
    let answer = try Program.run(["predict", "--fit", "-"], input: "machine,seconds,remainingBytes\na,ten,5\n")
    #expect(answer.status == 2 && answer.output.isEmpty)
    #expect(answer.errors.contains("-:2:3") && answer.errors.contains("write seconds as a number"))
  }

  @Test func `memory and a link come from flags, other flags do not go with a fit`() throws {
    let flags = ["predict", "--fit", "-", "--memory", "12Gi", "--bandwidth", "5Gbps"]
    let answer = try Program.run(flags, input: Self.rounds.replacingOccurrences(of: ",memoryBytes", with: ",other"))
    #expect(answer.status == 0 && answer.output.contains("on 5 Gbit/s"), "\(answer.output)")
    #expect(answer.output.contains("to 12 GiB"), "\(answer.output)")
    let wrong = try Program.run(["predict", "--fit", "-", "--hot-set", "1Gi"], input: Self.rounds)
    #expect(wrong.status == 64 && wrong.errors.contains("--hot-set does not go with --fit"))
    #expect(try Program.run(["predict", "--fit", "-", "--memory", "many"], input: Self.rounds).status == 64)
  }
}
