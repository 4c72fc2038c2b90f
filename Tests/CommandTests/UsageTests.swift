import Foundation
import Testing

@Suite struct UsageTests {
  private static let commands = [
    "run", "compare", "validate", "import", "convert", "generate", "list", "completions", "help",
  ]

  @Test func `the version is one line`() throws {
    let answer = try Program.run(["--version"])
    #expect(answer.status == 0 && answer.output == "headroom 0.1.0\n" && answer.errors.isEmpty)
  }

  @Test func `help names every command`() throws {
    let answer = try Program.run(["help"])
    #expect(answer.status == 0)
    for command in Self.commands { #expect(answer.output.contains("\n  \(command) ")) }
    #expect(try Program.run(["--help"]).output == answer.output)
  }

  @Test(arguments: commands)
  func `each command explains itself within 100 columns and shows every default`(_ command: String) throws {
    let answer = try Program.run([command, "--help"])
    #expect(answer.status == 0 && answer.output.hasPrefix("headroom \(command) "))
    #expect(try Program.run(["help", command]).output == answer.output)
    for line in answer.output.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    let entries = answer.output.split(separator: "\nFlags\n").last ?? ""
    // A flag with a value has a word in capitals after its name.
    let valued = entries.matches(of: /--[a-z]+ [A-Z]/).count
    #expect(entries.matches(of: /\[default:/).count == valued)
  }

  @Test(arguments: [
    ([], "no command given"),
    (["compre", "x"], "did you mean 'compare'?"),
    (["compare", "--replication", "3", "x"], "did you mean '--replications'?"),
    (["compare", "--format", "jsn", "x"], "did you mean 'json'?"),
    (["compare", "--replications", "0", "x"], "whole number of at least 1"),
    (["compare", "--seed", "-1", "x"], "whole number of at least 0"),
    (["compare", "--replications"], "needs a value"),
    (["compare", "x", "-o", "--format"], "'--format' is a flag"),
    (["compare", "x", "-o", "-q"], "'-q' is a flag"),
    (["compare", "x", "--replications", "200000"], "at most 100000"),
    (["compare", "--quiet=yes", "x"], "takes no value"),
    (["compare", "--seed", "1", "--seed", "2", "x"], "given twice"),
    (["compare"], "needs <scenario>..."),
    (["convert", "a", "b"], "does not take 'b'"),
    (["list", "balancer"], "did you mean 'balancers'?"),
    (["completions", "tcsh"], "bash, zsh, fish"),
    (["run", "-x", "f"], "unknown flag '-x'"),
    (["--frmat", "json"], "expected a command"),
  ])
  func `wrong usage is 64 with a way out`(_ arguments: [String], _ expected: String) throws {
    let answer = try Program.run(arguments)
    #expect(answer.status == 64 && answer.output.isEmpty)
    #expect(answer.errors.hasPrefix("error: ") && answer.errors.contains(expected), "\(answer.errors)")
  }

  @Test func `hostile words are shown harmless`() throws {
    let answer = try Program.run(["\u{1B}[31m"])
    #expect(answer.status == 64 && !answer.errors.contains("\u{1B}"))
  }

  @Test(arguments: [60, 80, 120])
  func `help and lists fit the terminal`(_ width: Int) throws {
    let calls =
      [["help"]] + Self.commands.map { ["help", $0] } + [
        ["list", "balancers"], ["list", "workloads"], ["list", "keys"],
      ]
    for call in calls {
      let answer = try Program.run(call, environment: ["COLUMNS": "\(width)"])
      for line in answer.output.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    }
  }

  @Test func `an example that is too long goes on behind a backslash`() throws {
    let narrow = try Program.run(["help", "compare"], environment: ["COLUMNS": "60"]).output
    let wide = try Program.run(["help", "compare"], environment: ["COLUMNS": "140"]).output
    let joined = narrow.replacing(" \\\n      ", with: " ")
    let example = "headroom compare october.yaml --gate 'skew.cpu.stddev.mean <= 10%' --format markdown -o summary.md"
    #expect(narrow.contains("\\\n") && joined.contains(example) && wide.contains(example))
  }

  @Test(arguments: ["balancers", "workloads", "metrics", "presets", "formats"])
  func `lists come as text and as JSON with the same names`(_ topic: String) throws {
    let text = try Program.run(["list", topic])
    let json = try Program.run(["list", topic, "--format", "json"])
    #expect(text.status == 0 && json.status == 0)
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let names = try #require(document[topic] as? [[String: Any]]).compactMap { $0["name"] as? String }
    #expect(!names.isEmpty && document["schemaVersion"] as? Int == 1)
    let heads = text.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != " " } }
    #expect(heads.map(String.init) == names)
  }

  @Test func `the list of keys names as text all that it names as JSON, and repeats little`() throws {
    let text = try Program.run(["list", "keys"], environment: ["COLUMNS": "200"]).output
    let json = try Program.run(["list", "keys", "--format", "json"])
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let names = try #require(document["keys"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    let heads = text.split(separator: "\n").filter { !$0.hasPrefix(" ") }.map { String($0.prefix { $0 != " " }) }
    let last = { (paths: [String]) in Set(paths.compactMap { $0.split(separator: ".").last }) }
    #expect(last(names).isSubset(of: last(heads)))
    let keys = try #require(document["keys"] as? [[String: Any]])
    let meanings = Set(
      keys.map { "\($0["name"].map { "\($0)".split(separator: ".").last ?? "" } ?? "") \($0["summary"] ?? "")" })
    #expect(heads.count < meanings.count * 5 / 4)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions know every command and flag`(_ shell: String) throws {
    let answer = try Program.run(["completions", shell])
    #expect(answer.status == 0)
    for word in Self.commands + ["replications", "balancer", "markdown", "presets"] {
      #expect(answer.output.contains(word), "\(word)")
    }
  }

  @Test func `the bash completions are valid bash`() throws {
    let script = try Program.run(["completions", "bash"]).output
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    let folder = try TemporaryFolder()
    process.arguments = ["-n", try folder.file("completions.bash", script)]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func `an interrupted simulation is 130`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("long.yaml", InputTests.scenario.replacing("horizon: 3h", with: "horizon: 3650d"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["run", file, "-q"]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    usleep(300_000)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
  }

  @Test func `a reader that leaves early is not an error`() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "'\(Program.path)' list metrics | true; exit ${PIPESTATUS[0]}"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
