import Foundation
import Testing

/// `headroom predict` for people who describe one migration by flags.
@Suite struct PredictMachineTests {
  private static let database = ["predict", "--memory", "32Gi", "--type", "database"]

  private func document(_ arguments: [String]) throws -> [String: Any] {
    let answer = try Program.run(Self.database + arguments + ["--format", "json"])
    #expect(answer.status == 0 && answer.errors.isEmpty, "\(answer.errors)")
    #expect(answer.output.hasSuffix("\n") && !answer.output.contains("\u{1B}"))
    return try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
  }

  private func outcome(_ object: [String: Any]) throws -> String {
    try #require((object["verdict"] as? [String: Any])?["outcome"] as? String)
  }

  private func seconds(_ object: [String: Any], _ key: String = "totalSeconds") throws -> Double {
    try #require(object[key] as? Double)
  }

  @Test func `the answer has the keys of a case, the verdict, advice and what was assumed`() throws {
    let answer = try document(["--cpu", "8", "--bandwidth", "10Gbps", "--preset", "openshift-4.20"])
    #expect(answer["schemaVersion"] as? Int == 1 && (answer["tool"] as? [String: Any])?["name"] != nil)
    for key in ["totalSeconds", "downtimeSeconds", "iterations", "transferredBytes", "throttlePercentMax", "agreement"]
    {
      #expect(answer[key] is NSNumber, "\(key)")
    }
    for key in ["totalSeconds", "downtimeSeconds", "iterations", "transferredBytes"] {
      let range = try #require(answer[key + "Range"] as? [Double])
      let value = try #require(answer[key] as? NSNumber).doubleValue
      #expect(range.count == 2 && range[0] <= value && value <= range[1], "\(key)")
    }
    #expect(answer["status"] as? String == "completed")
    #expect(try outcome(answer) == "converges")
    #expect((20...40).contains(try seconds(answer)))
    let advice = try #require(answer["advice"] as? [[String: Any]])
    #expect(advice.map { $0["change"] as? String } == ["bandwidth", "cap", "downtimeLimit", "writes"])
    let assumed = try #require(answer["assumed"] as? [String: Any])
    #expect(assumed["preset"] as? String == "openshift-4.20" && assumed["evidence"] as? String == "A")
    #expect(assumed["stated"] as? [String] == ["memory", "type", "cpu", "bandwidth", "preset"])
  }

  @Test func `what would help is said, and helps when it is done`() throws {
    let stalled = try document(["--bandwidth", "1Gbps"])
    #expect(try outcome(stalled) == "cancelled")
    #expect(stalled["status"] as? String == "cancelled" && stalled["reason"] as? String == "completionTimeout")
    let advice = try #require(stalled["advice"] as? [[String: Any]])
    let least = try #require(advice.first { $0["change"] as? String == "bandwidth" }?["leastBytesPerSecond"] as? Double)
    #expect(try outcome(document(["--bandwidth", "\(Int(least * 8))bps"])) == "converges")
    #expect(try outcome(document(["--bandwidth", "\(Int(least * 7.84))bps"])) == "cancelled")
    let most = try #require(
      advice.first { $0["change"] as? String == "bandwidth" }?["leastForMostBytesPerSecond"] as? Double)
    #expect(try share(document(["--bandwidth", "\(Int(most * 8))bps"])) >= 0.95)
    let slowed = try #require(advice.first { $0["change"] as? String == "autoConverge" }?["typical"] as? [String: Any])
    let done = try #require(try document(["--bandwidth", "1Gbps", "--auto-converge"])["verdict"] as? [String: Any])
    #expect(done["outcome"] as? String == "auto-converge")
    #expect(try seconds(try #require(done["typical"] as? [String: Any])) == seconds(slowed))
  }

  private func share(_ object: [String: Any], _ outcome: String = "converges") throws -> Double {
    let shares = (object["verdict"] as? [String: Any])?["shares"] as? [String: Any]
    return try #require(shares?[outcome] as? Double)
  }

  @Test func `one question has one answer, alone, in a table, by the hour and in a wave`() throws {
    let alone = try share(document(["--bandwidth", "3Gbps", "--hour", "14"]))
    let varied = try document(["--bandwidth", "3Gbps", "--vary", "hour=2,14"])["rows"] as? [[String: Any]]
    #expect(try share(#require(varied?.last)) == alone)
    let hours = try #require(try document(["--bandwidth", "3Gbps", "--hours"])["hours"] as? [[String: Any]])
    #expect(try share(hours[14]) == alone)
    let wave = try document(["--bandwidth", "3Gbps", "--hour", "14", "--count", "2"])["alone"] as? [String: Any]
    #expect(try share(#require(wave)) == alone)
    let advised = try document(["--bandwidth", "3Gbps"])["hoursConverging"] as? [Int]
    let converging = try hours.indices.filter { try outcome(hours[$0]) == "converges" }
    #expect(advised == converging)
  }

  @Test func `the stall detector's endings have their own words, and the limit its own name`() throws {
    let detector = ["--preset", "next", "--bandwidth", "1Gbps", "--set", "experimental.stallDetector=true"]
    let aborted = try Program.run(Self.database + detector).output
    #expect(aborted.hasPrefix("Will be aborted after") && aborted.contains("maxDowntimeMs"), "\(aborted)")
    let forced = try document(detector + ["--set", "allowWorkloadDisruption=true"])
    #expect(try outcome(forced) == "paused")
    let packed = try Program.run(
      Self.database + ["--preset", "next", "--bandwidth", "1Gbps", "--set", "experimental.compression=zstd"]
    ).output
    #expect(packed.contains("by zstd") && packed.hasPrefix("Converges"), "\(packed)")
  }

  @Test func `advice names only what the release has`() throws {
    func changes(_ preset: String) throws -> [String] {
      let advice = try document(["--bandwidth", "1Gbps", "--preset", preset])["advice"] as? [[String: Any]]
      return (advice ?? []).compactMap { $0["change"] as? String }
    }
    #expect(try !changes("openshift-4.18").contains("disruption"))
    #expect(try changes("openshift-4.19").contains("disruption"))
  }

  @Test func `flags say what they say in KubeVirt`() throws {
    let base = try document([])
    let capped = try document(["--cap", "64Mi"])
    #expect(try outcome(capped) == "cancelled")
    let other = try document(["--set", "bandwidthPerMigration=64Mi"])
    #expect(try seconds(capped) == seconds(other))
    #expect(try seconds(document(["--set", "migration.bandwidthPerMigration=64Mi"])) == seconds(other))
    #expect(try seconds(document(["--mtu", "9000"])) < seconds(base))
    #expect(try seconds(document(["--used", "50%"])) < 0.75 * seconds(base))
    #expect(try seconds(document(["--used", "16Gi"])) == seconds(document(["--used", "50%"])))
    #expect(try outcome(document(["--bandwidth", "1Gbps", "--post-copy"])) == "post-copy")
    #expect(try outcome(document(["--bandwidth", "1Gbps", "--downtime-limit", "40s"])) == "converges")
    let stated = try document(["--hot-set", "1Gi", "--tau", "4s", "--cold-rate", "8Mi"])
    #expect((stated["assumed"] as? [String: Any])?["hotSetBytes"] as? Double == 0x1p30)
    let measured = try document(["--dirty-rate", "112Mi", "--bandwidth", "1Gbps"])
    #expect((measured["notes"] as? [String])?.first?.contains("is what the migration sends") == true)
    let single = try document(["--bandwidth", "100Gbps", "--set", "multifdChannels=1"])
    #expect((single["assumed"] as? [String: Any])?["bandwidthBytesPerSecond"] as? Double == 1.44e9)
  }

  @Test func `tables have a line for each value, hour or number at a time`() throws {
    let rows = try #require(
      try document(["--vary", "bandwidth=1Gbps,25Gbps", "--vary", "auto-converge=false,true"])["rows"]
        as? [[String: Any]])
    #expect(rows.map { $0["varied"] as? [String: String] }.count == 4)
    #expect(try rows.map(outcome) == ["cancelled", "auto-converge", "converges", "converges"])
    let set = try #require(try document(["--vary", "completionTimeoutPerGiB=20,150"])["rows"] as? [[String: Any]])
    #expect(set.count == 2)
    let hours = try #require(try document(["--bandwidth", "2400Mbps", "--hours"])["hours"] as? [[String: Any]])
    #expect(hours.count == 24)
    #expect(try outcome(hours[2]) == "converges")
    #expect(try outcome(hours[14]) == "cancelled")
    let waves = try document(["--count", "6", "--parallel", "1,2"])
    let lines = try #require(waves["waves"] as? [[String: Any]])
    #expect(lines.map { $0["parallel"] as? Int } == [1, 2] && waves["best"] is Int)
    #expect(try seconds(lines[0], "makespanSeconds") > 100)
  }

  @Test(arguments: [60, 80, 100])
  func `answers fit the terminal and say the verdict first`(width: Int) throws {
    let calls: [([String], String)] = [
      ([], "Converges"), (["--bandwidth", "1Gbps"], "Will be cancelled after"),
      (["--bandwidth", "1Gbps", "--auto-converge"], "Gets across"),
      (["--bandwidth", "1Gbps", "--post-copy"], "Does not"),
      (["--bandwidth", "2Gbps", "--hours"], "Converges from"), (["--vary", "hour=2,14"], "Of 2 answers all converge"),
      (["--count", "4", "--parallel", "1,2"], "Best"),
    ]
    for (flags, start) in calls {
      let answer = try Program.run(Self.database + flags, environment: ["COLUMNS": "\(width)"])
      #expect(answer.status == 0 && answer.output.hasPrefix(start), "\(answer.output.prefix(80))")
      for line in answer.output.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
      #expect(!answer.output.contains("\u{1B}"))
    }
    let colored = try Program.run(Self.database + ["--color", "always"])
    #expect(colored.output.contains("\u{1B}[1m"))
  }

  @Test(arguments: [
    (["--memory", "32Gi", "--used", "33Gi"], "more than --memory"),
    (["--memory", "32Gi", "--used", "120%"], "up to 100%"),
    (["--memory", "32"], "the least is 1 MiB"),
    (["--memory", "32Gx"], "--memory:"),
    (["--memory", "32Gi", "--bandwidth", "10gbps"], "did you mean 10Gbps?"),
    (["--memory", "32Gi", "--type", "databse"], "did you mean 'database'?"),
    (["--memory", "32Gi", "--preset", "openshift-4.2"], "did you mean 'openshift-4.2"),
    (["--memory", "32Gi", "--downtime-limit", "300"], "did you mean 300s"),
    (["--memory", "32Gi", "--hour", "25"], "--hour takes 0 to 23"),
    (["--memory", "32Gi", "--hours", "--hour", "3"], "do not go together"),
    (["--memory", "32Gi", "--count", "3", "--hours"], "do not go together"),
    (["--memory", "32Gi", "--parallel", "2"], "add --count"),
    (["--memory", "32Gi", "--count", "3", "--parallel", "0"], "whole numbers from 1"),
    (["--memory", "32Gi", "--dirty-rate", "80Mi", "--tau", "3s"], "both say what the guest writes"),
    (["--memory", "32Gi", "--used", "2Gi", "--hot-set", "3Gi"], "more than the memory in use"),
    (["--memory", "32Gi", "--hot-set", "30Gi"], "state --used too"),
    (["--memory", "32Gi", "--dirty-rate", "1000Gi"], "in use"),
    (["--memory", "1Gi", "--dirty-rate", "100Gi"], "at most --used"),
    (["--memory", "32Gi", "--used", "75"], "did you mean --used 75%?"),
    (["--memory", "32Gi", "--bandwidth", "xx"], "write 10Gbps"),
    (["--memory", "32Gi", "--bandwidth", "0"], "the least is 8kbps"),
    (["--memory", "32Gi", "--post-copy", "--set", "allowWorkloadDisruption=false"], "contradict each other"),
    (["--memory", "32Gi", "--cap", "64Mi", "--set", "bandwidthPerMigration=32Mi"], "contradict each other"),
    (["--memory", "32Gi", "--vary", "bandwith=1Gbps"], "did you mean 'bandwidth'?"),
    (["--memory", "32Gi", "--vary", "bandwidth"], "is not FLAG=A,B"),
    (["--memory", "32Gi", "--vary", "bandwidth=1Gbps,"], "empty value"),
    (["--memory", "32Gi", "--vary", "type=web"], "unknown value 'web' for --type"),
    (["--type", "database"], "no machine given"),
    (["--cases", "-", "--memory", "32Gi"], "leave out --memory"),
    (["--cases", "-", "--hours"], "leave out --hours"),
    (["--memroy", "32Gi"], "did you mean '--memory'?"),
  ])
  func `wrong or contradictory flags are 64 with a way out`(_ flags: [String], _ expected: String) throws {
    let answer = try Program.run(["predict"] + flags)
    #expect(answer.status == 64 && answer.output.isEmpty, "\(answer.output)")
    #expect(answer.errors.contains(expected), "\(answer.errors)")
  }

  @Test func `a wrong key of the migration's settings is a diagnostic`() throws {
    let answer = try Program.run(Self.database + ["--set", "completionTimeoutPerGib=20"])
    #expect(answer.status == 2 && answer.errors.contains("did you mean 'completionTimeoutPerGiB'?"), "\(answer.errors)")
    #expect(try Program.run(Self.database + ["--set", "allowPostCopy=maybe"]).status == 2)
  }

  @Test func `help shows every flag with an example, within the terminal`() throws {
    for width in [60, 100] {
      let help = try Program.run(["help", "predict"], environment: ["COLUMNS": "\(width)"]).output
      let examples = help.split(separator: "\nExamples\n").last ?? ""
      for flag in [
        "memory", "used", "type", "cpu", "bandwidth", "mtu", "preset", "cap", "downtime-limit", "auto-converge",
        "post-copy", "set", "hot-set", "tau", "cold-rate", "dirty-rate", "hour", "hours", "count", "parallel", "vary",
        "cases",
      ] {
        #expect(help.contains("--\(flag)") && examples.contains("--\(flag)"), "\(flag)")
      }
      for line in help.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    }
    let completions = try Program.run(["completions", "bash"]).output
    #expect(completions.contains("'predict --type'") && completions.contains("--dirty-rate"))
  }

  @Test func `a wave one at a time and the prediction alone agree where a stream is the limit`() throws {
    let stream = [
      "--used", "100%", "--hot-set", "120Mi", "--tau", "50ms", "--cold-rate", "0", "--bandwidth", "100Gbps", "--set",
      "multifdChannels=1", "--downtime-limit", "10ms",
    ]
    #expect(try document(stream)["status"] as? String == "cancelled")
    let wave = try document(stream + ["--count", "2", "--parallel", "1,2"])
    let lines = try #require(wave["waves"] as? [[String: Any]])
    #expect(lines.map { $0["completedMean"] as? Double } == [0, 0] && wave["best"] == nil)
    let said = try Program.run(Self.database + stream + ["--count", "2", "--parallel", "1,2"])
    #expect(said.output.hasPrefix("However many at a time, none of 2 machines gets across."), "\(said.output)")
  }

  @Test func `what nothing ends has no time, rounds or bytes`() throws {
    let stalled = ["--bandwidth", "500Mbps", "--set", "completionTimeoutPerGiB=0"]
    let answer = try document(stalled)
    #expect(answer["status"] as? String == "cancelled" && answer["reason"] as? String == "doesNotConverge")
    let typical = try #require((answer["verdict"] as? [String: Any])?["typical"] as? [String: Any])
    for key in ["totalSeconds", "transferredBytes", "iterations", "brownOutSeconds"] {
      #expect(answer[key] == nil && answer[key + "Range"] == nil && typical[key] == nil, "\(key)")
    }
    for flags in [[], ["--vary", "mtu=1500,9000"], ["--hours"], ["--count", "2"]] {
      let said = try Program.run(Self.database + stalled + flags, environment: ["COLUMNS": "100"]).output
      #expect(said.contains("never ends"), "\(said)")
      let days = said.split(separator: " ").filter { $0.contains("d") && $0.first?.isNumber == true && $0.count > 8 }
      #expect(days.isEmpty, "\(days)")
    }
  }

  @Test func `settings that do nothing are warned of, once`() throws {
    let idle = try Program.run(
      Self.database + ["--set", "experimental.downtimeTuning=true", "--set", "network=a", "--vary", "cpu=2,4"])
    #expect(idle.status == 0)
    #expect(idle.errors.split(separator: "\n").count { $0.contains("needs KubeVirt 1.9") } == 1, "\(idle.errors)")
    #expect(idle.errors.contains("add --preset next") && idle.errors.contains("'network' is read but changes nothing"))
    let quiet = try Program.run(Self.database + ["--set", "network=a", "--quiet"])
    #expect(quiet.status == 0 && quiet.errors.isEmpty)
    let limit = ["--set", "parallelMigrationsPerCluster=1"]
    #expect(try Program.run(Self.database + limit).errors.contains("changes nothing for one machine"))
    let wave = try document(limit + ["--count", "2"])
    #expect((wave["waves"] as? [[String: Any]])?.map { $0["parallel"] as? Int } == [1])
    #expect(try Program.run(Self.database + ["--set", "policies=[]"]).status == 2)
  }

  @Test func `what was stated is shown as stated, and what is allowed is listed`() throws {
    let said = try Program.run(
      Self.database + [
        "--preset", "next", "--post-copy", "--set", "multifdChannels=1", "--set", "model.deviceStateMs=20", "--set",
        "model.preCopySlowdown=3%", "--set", "experimental.downtimeTuning=true",
      ], environment: ["COLUMNS": "200"]
    ).output
    #expect(said.contains("1, stated, which carries") && !said.contains("as this release has it"), "\(said)")
    #expect(said.contains("watched (stated)") && said.contains("20 ms (stated)"))
    #expect(said.contains("allowWorkloadDisruption true, downtime tuning"))
  }

  @Test func `rows say what they assume where it differs, and counts are whole`() throws {
    let answer = try document(["--hours"])
    let shared = try #require(answer["assumed"] as? [String: Any])
    #expect(shared["hourOfDay"] == nil && shared["stated"] as? [String] == ["memory", "type"])
    let rows = try #require(answer["hours"] as? [[String: Any]])
    let hours = rows.map { ($0["assumed"] as? [String: Any])?["hourOfDay"] as? Double }
    #expect(hours == (0..<24).map(Double.init))
    for row in rows {
      for key in ["iterationsRange", "transferredBytesRange"] {
        let range = try #require(row[key] as? [Double])
        #expect(range.allSatisfy { $0 == $0.rounded() }, "\(key)")
      }
    }
  }

  @Test func `a key over a column is whole`() throws {
    for width in [60, 80, 100, 120] {
      let said = try Program.run(
        Self.database + ["--vary", "completionTimeoutPerGiB=20,150"], environment: ["COLUMNS": "\(width)"]
      ).output
      #expect(said.contains("completionTimeoutPerGiB  ends"), "\(said)")
      for line in said.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    }
  }
}
