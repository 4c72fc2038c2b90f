import Foundation
import Testing

@Suite struct InputTests {
  static let scenario = """
    apiVersion: headroom/v1
    kind: Scenario
    metadata: { name: small }
    cluster:
      nodePools:
        - { name: worker, count: 3, node: { cpu: 8, memory: 64Gi } }
      storageClasses:
        - { name: shared, accessModes: [ReadWriteMany] }
      machines:
        - { name: web, count: 9, type: general-purpose, cpu: 2, memory: 4Gi, storageClass: shared }
      initialPlacement: packed
    balancers: [none, greedy-variance]
    horizon: 3h
    replications: 2

    """

  @Test func `all errors of a scenario come at once with their places`() throws {
    let folder = try TemporaryFolder()
    let text = Self.scenario
      .replacingOccurrences(of: "greedy-variance", with: "greedy-varance")
      .replacingOccurrences(of: "replications", with: "replicatons")
      .replacingOccurrences(of: "horizon: 3h", with: "horizon: soon")
    let file = try folder.file("broken.yaml", text)
    let answer = try Program.run(["compare", file])
    #expect(answer.status == 2 && answer.output.isEmpty)
    for expected in [
      "greedy-variance", "replications", "soon", "broken.yaml:12:", "broken.yaml:13:", "broken.yaml:14:",
    ] {
      #expect(answer.errors.contains(expected), "\(expected) in \(answer.errors)")
    }
  }

  @Test func `validate counts errors and places them`() throws {
    let folder = try TemporaryFolder()
    let good = try folder.file("good.yaml", Self.scenario)
    let bad = try folder.file("bad.yaml", Self.scenario.replacingOccurrences(of: "horizon:", with: "horizn:"))
    #expect(try Program.run(["validate", good]).status == 0)
    let answer = try Program.run(["validate", good, bad, "--format", "json"])
    #expect(answer.status == 2)
    let document = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    #expect(document["errors"] as? Int == 1)
    let files = try #require(document["files"] as? [[String: Any]])
    #expect(files.map { $0["path"] as? String } == [good, bad] && files[0]["kind"] as? String == "scenario")
    let diagnostics = try #require(files[1]["diagnostics"] as? [[String: Any]])
    #expect(diagnostics.first?["line"] as? Int == 13 && diagnostics.first?["column"] as? Int == 1)
    #expect(diagnostics.first?["severity"] as? String == "error")
  }

  @Test(arguments: ["validate", "run", "import", "generate"])
  func `a quiet command says nothing but errors`(command: String) throws {
    let good = Self.scenario + "migration: { network: migrations }\n"
    #expect(try Program.run([command, "-"], input: good).errors.contains("warning"))
    let quiet = try Program.run([command, "-", "-q"], input: good)
    #expect(quiet.status == 0 && quiet.errors.isEmpty, "\(quiet.errors)")
    let bad = good.replacingOccurrences(of: "count: 9", with: "cuont: 9")
    let failed = try Program.run([command, "-", "-q"], input: bad)
    #expect(failed.status == 2 && failed.errors.contains("cuont"), "\(failed.errors)")
    #expect(!failed.errors.contains("warning") && !failed.errors.contains("note["), "\(failed.errors)")
  }

  @Test func `a file that is not there cannot be read`() throws {
    for command in ["run", "convert"] {
      let answer = try Program.run([command, "/nowhere/at/all.yaml"])
      #expect(answer.status == 74 && answer.errors.contains("/nowhere/at/all.yaml"), "\(command): \(answer.errors)")
    }
  }

  @Test func `convert goes to JSON and back`() throws {
    let json = try Program.run(["convert", "-", "--to", "json"], input: "a: [1, two]\nb: {c: 1.50}\n---\n- x\n")
    #expect(json.status == 0 && json.output == "{\"a\":[1,\"two\"],\"b\":{\"c\":1.50}}\n[\"x\"]\n")
    let yaml = try Program.run(["convert", "-"], input: json.output)
    #expect(yaml.status == 0 && yaml.output.contains("a:\n") && yaml.output.contains("---\n"))
    #expect(try Program.run(["convert", "-", "--to", "json"], input: yaml.output).output == json.output)
    let broken = try Program.run(["convert", "-"], input: "a: [1,\n")
    #expect(broken.status == 2 && broken.errors.contains("-:"))
  }

  @Test func `convert writes no hidden character`() throws {
    let input = "a: \"x\\u202E\\u200By\\u009B\"\n"
    for form in ["json", "yaml"] {
      let answer = try Program.run(["convert", "-", "--to", form], input: input)
      #expect(answer.output.unicodeScalars.allSatisfy { $0.value < 0x80 } && answer.output.contains("\\u202e"))
      #expect(try Program.run(["convert", "-", "--to", "json"], input: answer.output).output.contains("\\u009b"))
    }
  }

  @Test func `run compares nothing and compare does`() throws {
    let run = try Program.run(["run", "-", "--format", "json"], input: Self.scenario)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let one = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect((one["results"] as? [[String: Any]])?.map { $0["balancer"] as? String } == ["none"])
    #expect(one["comparisons"] == nil)
    let compare = try Program.run(["compare", "-", "--format=json"], input: Self.scenario)
    let two = try #require(try JSONSerialization.jsonObject(with: Data(compare.output.utf8)) as? [String: Any])
    #expect((two["results"] as? [[String: Any]])?.count == 2 && (two["ranking"] as? [[String: Any]])?.count == 2)
    #expect(two["comparisons"] != nil)
  }

  @Test func `jobs do not change a byte of the answer`() throws {
    for format in ["terminal", "json", "csv", "markdown"] {
      let answers = try ["1", "4"].map {
        try Program.run(["compare", "-", "--format", format, "-j", $0, "--replications", "4"], input: Self.scenario)
      }
      #expect(answers[0].output == answers[1].output && !answers[0].output.isEmpty)
    }
  }

  @Test func `flags win over the file and set over nothing`() throws {
    let answer = try Program.run(
      [
        "run", "-", "--balancer", "greedy-variance", "--seed", "7", "--replications", "3", "--set", "horizon=1h",
        "--format", "json",
      ], input: Self.scenario)
    let document = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    let run = try #require(document["run"] as? [String: Any])
    #expect(run["seed"] as? Int == 7 && run["replications"] as? Int == 3 && run["horizonSeconds"] as? Int == 3600)
    #expect((document["results"] as? [[String: Any]])?.first?["balancer"] as? String == "greedy-variance")
  }

  @Test func `a gate that does not hold is exit 1 and is named`() throws {
    let gate = "skew.cpu.stddev.mean <= 0.0001%"
    let json = try Program.run(["compare", "-", "--gate", gate, "--format", "json"], input: Self.scenario)
    #expect(json.status == 1 && json.errors.contains("the gate failed") && json.errors.contains(gate))
    #expect(try Program.run(["compare", "-", "--gate", gate], input: Self.scenario).output.contains("FAIL"))
    let holds = ["compare", "-", "--gate", "skew.cpu.stddev.mean <= 100%"]
    #expect(try Program.run(holds, input: Self.scenario).status == 0)
    let wrong = try Program.run(["compare", "-", "--gate", "skew.cpu.stdev.mean <= 1%"], input: Self.scenario)
    #expect(wrong.status == 64 && wrong.errors.contains("skew.cpu.stddev.mean"))
  }

  @Test func `an answer goes to a file in the form of its ending`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("summary.md", "old")
    let answer = try Program.run(["compare", "-", "-o", file], input: Self.scenario)
    #expect(answer.status == 0 && answer.output.isEmpty)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("## Headroom: small\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["summary.md"])
    let nowhere = try Program.run(["compare", "-", "-o", "/nowhere/x.json"], input: Self.scenario)
    #expect(nowhere.status == 74 && nowhere.errors.contains("/nowhere/x.json"))
  }

  @Test func `standard input is validated like a file`() throws {
    let answer = try Program.run(["validate", "-"], input: Self.scenario)
    #expect(answer.status == 0 && answer.output == "-: scenario, no problems\n", "\(answer.errors)")
  }

  @Test func `validate tells every problem in the order of the file`() throws {
    let keys = (0..<40).map { "wrong\($0): 1\n" }.joined()
    let text = try Program.run(["validate", "-"], input: Self.scenario + keys)
    #expect(text.errors.contains("wrong39") && !text.errors.contains("more\n"))
    let broken = Self.scenario.replacing("count: 9", with: "count: many") + keys
    let json = try Program.run(["validate", "-", "--format", "json"], input: broken)
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let file = try #require((document["files"] as? [[String: Any]])?.first)
    let lines = try #require(file["diagnostics"] as? [[String: Any]]).compactMap { $0["line"] as? Int }
    #expect(lines.count == 41 && lines == lines.sorted())
  }

  @Test func `an answer that cannot be written fails before the work`() throws {
    let folder = try TemporaryFolder()
    let endless = Self.scenario.replacing("horizon: 3h", with: "horizon: 3650d")
    for path in ["/nowhere/x.json", folder.path] {
      let answer = try Program.run(["compare", "-", "-o", path], input: endless)
      #expect(answer.status == 74 && answer.errors.contains(path))
    }
    #expect(try Program.run(["run", "-", "-o", "/dev/null", "-q"], input: Self.scenario).status == 0)
  }

  @Test func `an answer never overwrites its question`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("s.json", Self.scenario)
    let answer = try Program.run(["run", file, "-o", folder.path + "/./s.json"])
    #expect(answer.status == 64 && answer.errors.contains("would overwrite the input"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == Self.scenario)
  }

  @Test func `an ending that stands for no format is pointed out`() throws {
    let folder = try TemporaryFolder()
    let answer = try Program.run(["run", "-", "-o", folder.path + "/answer.jsn"], input: Self.scenario)
    #expect(answer.status == 0 && answer.errors.hasPrefix("warning: ") && answer.errors.contains("--format"))
    let asked = ["run", "-", "-o", folder.path + "/answer.jsn", "--format", "json"]
    #expect(try Program.run(asked, input: Self.scenario).errors.isEmpty)
  }

  @Test(arguments: ["5", "soon", "0.1s", "400000d"])
  func `a horizon that makes no sense is wrong usage`(_ text: String) throws {
    let answer = try Program.run(["run", "-", "--horizon", text], input: Self.scenario)
    #expect(answer.status == 64 && answer.errors.hasPrefix("error: --horizon"), "\(answer.errors)")
  }

  @Test func `the hash is of the scenario that is run`() throws {
    func hash(_ arguments: [String], _ input: String = Self.scenario) throws -> String? {
      let answer = try Program.run(["compare", "-", "--format", "csv", "--horizon", "1h"] + arguments, input: input)
      return answer.output.split(separator: "\n").dropFirst().first?.split(separator: ",").dropFirst().first.map {
        String($0)
      }
    }
    let plain = try #require(try hash([]))
    #expect(try hash(["--seed", "42", "--replications", "2"]) == plain)
    #expect(try hash(["--seed", "43"]) != plain)
    #expect(try hash(["--balancer", "none", "--balancer", "greedy-variance"]) == plain)
    #expect(try hash(["--balancer", "none"]) != plain)
    #expect(try hash(["--set", "cluster.machines.web.count=9"]) == plain)
    #expect(try hash(["--set", "cluster.machines.web.count=8"]) != plain)
    #expect(try hash([], Self.scenario + "seed: 42\ndemand: { scale: 1 }\n") == plain)
  }

  @Test func `a gate of a balancer that is left out is named`() throws {
    let text = Self.scenario + "expect: ['greedy-variance: skew.cpu.stddev.mean <= 100%']\n"
    let answer = try Program.run(["compare", "-", "--balancer", "none"], input: text)
    #expect(answer.status == 0 && answer.errors.contains("is not asked: its balancer does not take part"))
    #expect(try Program.run(["compare", "-"], input: text).errors.isEmpty)
  }

  @Test func `colour appears only when asked for`() throws {
    #expect(try !Program.run(["run", "-"], input: Self.scenario).output.contains("\u{1B}"))
    #expect(try Program.run(["run", "-", "--color", "always"], input: Self.scenario).output.contains("\u{1B}["))
  }
}
