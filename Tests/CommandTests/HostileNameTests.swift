import ClusterModel
import Foundation
import Testing

/// Names of other people's dumps do nothing, wherever the program writes them.
@Suite struct HostileNameTests {
  private func files() throws -> (owner: TemporaryFolder, dump: String, scenario: String) {
    let folder = try TemporaryFolder()
    return (
      folder, try folder.file("dump.json", try HostileNames.json(HostileNames.dump(HostileNames.all))),
      try folder.file("s.json", try HostileNames.json(HostileNames.scenario))
    )
  }

  /// Nothing but printable text, line breaks, and where colour is asked for the program's own colours.
  private func check(_ text: String, isColored: Bool = false, longestLine: Int = 1500, _ what: String = "") {
    let plain = isColored ? text.replacing(/\x{1B}\[(0|1|2|31|32|1;3[1346])m/, with: "") : text
    let raw = plain.unicodeScalars.first { $0 != "\n" && VisibleText.isHidden($0) }
    #expect(raw == nil, "\(what): U+\(String(raw?.value ?? 0, radix: 16)) in \(plain.prefix(300).debugDescription)")
    let longest = plain.split(separator: "\n").map(\.count).max() ?? 0
    #expect(longest <= longestLine, "\(what): a line of \(longest)")
  }

  private func check(_ answer: Program.Answer, isColored: Bool = false, _ what: String = "") {
    check(answer.output, isColored: isColored, what)
    check(answer.errors, isColored: isColored, what)
  }

  @Test(arguments: ["always", "never"])
  func `a terminal shows names and obeys none`(_ color: String) throws {
    let (owner, dump, scenario) = try files()
    for arguments in [
      ["compare", scenario], ["validate", dump, scenario], ["run", dump, "--horizon", "1h", "--replications", "1"],
    ] {
      let answer = try Program.run(arguments + ["--color", color])
      #expect(answer.status == 0, "\(answer.errors.suffix(300))")
      check(answer, isColored: color == "always", arguments[0])
    }
    let answer = try Program.run(["compare", scenario, "--format", "terminal", "-o", owner.path + "/a.txt"])
    check(answer)
    let written = try String(contentsOfFile: owner.path + "/a.txt", encoding: .utf8)
    check(written)
    #expect(written.contains("\\u{1B}[31mred") && written.contains("not live-migratable: "))
  }

  @Test func `JSON carries names exactly`() throws {
    let (owner, dump, scenario) = try files()
    let answer = try Program.run(["compare", scenario, "--format", "json"])
    check(answer.output, longestLine: .max)
    let document = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    let results = try #require(document["results"] as? [[String: Any]])
    let labels = results.map { $0["balancer"] as? String ?? "" }
    #expect(labels.map { Array($0.utf8) } == (["none"] + HostileNames.labels).map { Array($0.utf8) })
    let run = try #require(document["run"] as? [String: Any])
    #expect(run["scenario"] as? String == HostileNames.short.joined(separator: " "))
    let refused = try #require(results[1]["refused"] as? [[String: Any]]).compactMap { $0["reason"] as? String }
    let known = Set(HostileNames.all.map { "eviction denied: not live-migratable: " + $0 })
    #expect(!known.isDisjoint(with: refused), "\(refused.prefix(3))")
    let verdict = try Program.run(["validate", dump, "--format", "json"])
    check(verdict.output, longestLine: .max)
    #expect((try? JSONSerialization.jsonObject(with: Data(verdict.output.utf8))) != nil)
    _ = owner
  }

  @Test func `a spreadsheet finds no formula and a page no markup`() throws {
    let (owner, _, scenario) = try files()
    let csv = try Program.run(["compare", scenario, "--format", "csv"]).output
    check(csv, longestLine: .max)
    let lines = csv.split(separator: "\n").dropFirst()
    #expect(lines.count > 1000)
    for line in lines {
      let cells = cells(of: String(line))
      #expect(cells.count == 10)
      for cell in cells.dropLast() { #expect(!(cell.first.map("=+-@\t\r".contains) ?? false), "\(cell.prefix(40))") }
      #expect(cells[9].isEmpty || Double(cells[9]) != nil)
    }
    let page = try Program.run(["compare", scenario, "--format", "markdown"]).output
    check(page, longestLine: .max)
    #expect(!page.replacing("<br>", with: "").contains("<") && !page.contains("www.") && !page.contains("](http:"))
    var bars: Int?
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      #expect(!line.hasPrefix("1. ") && !line.hasPrefix("- item"), "\(line.prefix(60))")
      guard line.hasPrefix("|") else {
        bars = nil
        continue
      }
      let count = line.replacing(/\\./, with: "").count { $0 == "|" }
      #expect(count == bars ?? count, "\(line.prefix(200))")
      bars = count
    }
    _ = owner
  }

  /// The cells of one line of CSV.
  private func cells(of line: String) -> [String] {
    var cells = [""]
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        cells.append("")
      } else {
        cells[cells.count - 1].append(character)
      }
    }
    return cells
  }

  @Test func `what is imported and generated is inert as text and the same as data`() throws {
    let (owner, dump, scenario) = try files()
    for source in [dump, scenario] {
      let imported = try Program.run(["import", source])
      #expect(imported.status == 0, "\(imported.errors.suffix(300))")
      check(imported.output, longestLine: .max)
      check(imported.errors)
      let again = try Program.run(["import", "-"], input: imported.output)
      #expect(again.output == imported.output)
      let json = try Program.run(["convert", "-", "--to", "json"], input: imported.output)
      let written = try Program.run(["import", source, "--format", "json"])
      #expect(
        try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? NSDictionary
          == JSONSerialization.jsonObject(with: Data(written.output.utf8)) as? NSDictionary)
      let hidden = try Program.run(["import", source, "--anonymize"])
      check(hidden.output, longestLine: .max)
      for name in HostileNames.all where source == dump && name.count > 12 { #expect(!hidden.output.contains(name)) }
      let objects = try Program.run(["generate", source])
      #expect(objects.status == 0, "\(objects.errors.suffix(300))")
      check(objects.output, longestLine: .max)
      check(objects.errors)
      #expect(try Program.run(["validate", "-"], input: objects.output).status == 0)
    }
    _ = owner
  }

  @Test func `convert changes no name on the way to YAML and back`() throws {
    let (owner, dump, _) = try files()
    let original = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: dump))) as? NSDictionary
    let yaml = try Program.run(["convert", dump, "--to", "yaml"])
    check(yaml.output, longestLine: .max)
    for text in [yaml.output, try Program.run(["convert", dump, "--to", "json"]).output] {
      let json = try Program.run(["convert", "-", "--to", "json"], input: text)
      check(json.output, longestLine: .max)
      #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? NSDictionary == original)
    }
    let pairs = Dictionary(uniqueKeysWithValues: HostileNames.all.map { ($0, [$0, $0 + "\n", " " + $0, $0 + " "]) })
    let keys = try Program.run(["convert", "-", "--to", "yaml"], input: try HostileNames.json(pairs))
    let back = try Program.run(["convert", "-", "--to", "json"], input: keys.output)
    #expect(try JSONSerialization.jsonObject(with: Data(back.output.utf8)) as? [String: [String]] == pairs)
    _ = owner
  }

  static let calls: [@Sendable (String) throws -> [String]] = [
    { [$0] }, { ["list", $0] }, { ["help", $0] }, { ["completions", $0] }, { ["run", $0] }, { ["validate", $0] },
    { ["convert", $0] }, { ["run", "s", "--" + $0] }, { ["run", "s", "--color=" + $0] },
    { ["run", "s", "--seed", $0] },
    { ["run", "s", "--horizon=" + $0] }, { ["run", "s", "--format=" + $0] }, { ["run", "s", "-o", "/nowhere/" + $0] },
    { ["run", "s", "--balancer", $0 + "!"] }, { ["run", "s", "--gate", $0] },
    { ["run", "s", "--gate", $0 + ": skew.cpu.stddev.mean <= 1"] },
    { ["run", "s", "--gate", "skew.cpu.stddev.mean <= " + $0] },
    { ["run", "s", "--set", $0] }, { ["run", "s", "--set", $0 + "=1"] }, { ["run", "s", "--set", "horizon=" + $0] },
    { ["run", "s", "--set", "cluster.machines.\($0).count=1"] },
    { ["run", "s", "--set", "balancers=[\(try HostileNames.quoted($0))]"] },
    { ["run", "s", "--set", "rankBy=\(try HostileNames.quoted($0))"] },
    { ["run", "s", "--set", "cluster.snapshot=\(try HostileNames.quoted($0))"] },
    { word in
      let name = try HostileNames.quoted(word)
      return [
        "run", "s", "--set",
        "cluster.machines=[{name: \(name), cpu: 1, memory: 1Gi, storageClass: \(name), startOn: [\(name)], "
          + "type: \(name), labels: {\(name): \(name)}, trace: {file: \(name)}, \(name): 2}]",
      ]
    },
  ]

  @Test(arguments: [HostileNames.word, HostileNames.long])
  func `errors quote what they refuse and stay errors`(_ word: String) throws {
    let (owner, _, scenario) = try files()
    for (index, call) in Self.calls.enumerated() {
      let arguments = try call(word).map { $0 == "s" ? scenario : $0 } + (index % 2 == 0 ? ["--color", "always"] : [])
      let answer = try Program.run(arguments)
      #expect(
        [2, 64, 74].contains(answer.status) && answer.errors.contains("error"), "call \(index): \(answer.status)")
      check(answer, isColored: index % 2 == 0, "call \(index)")
    }
    _ = owner
  }

  @Test func `files and folders may be called anything`() throws {
    let owner = try TemporaryFolder()
    let name = HostileNames.short.filter { !$0.contains("/") && !$0.contains("\u{0}") }.joined().prefix(80)
    let folder = owner.path + "/" + name
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let dump = folder + "/\(name).json"
    try Data(try HostileNames.json(HostileNames.dump(Array(HostileNames.all.prefix(8)))).utf8)
      .write(to: URL(fileURLWithPath: dump))
    try Data("kind: [\n".utf8).write(to: URL(fileURLWithPath: folder + "/\(name).csv"))
    for command in ["validate", "run"] {
      for path in [folder, dump] {
        let short = command == "run" ? ["--replications", "1", "--horizon", "1h"] : []
        let answer = try Program.run([command, path] + short)
        #expect(answer.status == 0, "\(answer.errors.suffix(300))")
        check(answer, command)
      }
    }
    try Data("kind: [\n".utf8).write(to: URL(fileURLWithPath: folder + "/\(name).yaml"))
    for arguments in [["validate", folder], ["convert", folder + "/\(name).yaml"], ["convert", folder]] {
      let answer = try Program.run(arguments)
      #expect([2, 74].contains(answer.status) && answer.errors.contains("error"))
      check(answer, arguments[0])
    }
    let report = folder + "/\(name).md"
    let answer = try Program.run(["run", dump, "--replications", "1", "--horizon", "1h", "-o", report, "-q"])
    #expect(answer.status == 0 && FileManager.default.fileExists(atPath: report), "\(answer.errors)")
    check(answer)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions are plain text`(_ shell: String) throws {
    check(try Program.run(["completions", shell]))
  }
}

extension HostileNames {
  /// A word as YAML and JSON both read it.
  static func quoted(_ word: String) throws -> String { String(try json([word]).dropFirst().dropLast()) }
}
