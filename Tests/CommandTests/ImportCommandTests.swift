import Foundation
import Testing

@Suite struct ImportCommandTests {
  private static let dump = """
    apiVersion: v1
    kind: List
    items:
    - { kind: Node, apiVersion: v1, metadata: { name: w1 }, status: { allocatable: { cpu: 16, memory: 64Gi } } }
    - { kind: Node, apiVersion: v1, metadata: { name: w2 }, status: { allocatable: { cpu: 16, memory: 64Gi } } }
    """
    + (1...9).map { number in
      """

      - kind: VirtualMachineInstance
        apiVersion: kubevirt.io/v1
        metadata: { name: vm\(number), namespace: shop, labels: { app: acme-\(number % 2) } }
        spec: { domain: { cpu: { cores: 4 }, memory: { guest: 8Gi } } }
        status: { phase: Running, nodeName: w1, conditions: [{ type: LiveMigratable, status: "True" }] }
      """
    }.joined()
  private static let usage = "time,vm1,vm2\n0,10,90\n300,20,80\n"

  /// The answer of a comparison without the scenario's name and hash, which an import may change.
  private func results(_ paths: [String]) throws -> NSDictionary {
    let answer = try Program.run(
      ["compare"] + paths + ["--horizon", "1h", "--replications", "2", "--format", "json", "-q"])
    #expect(answer.status < 2, "\(answer.errors)")
    var document = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    var run = try #require(document["run"] as? [String: Any])
    run["scenario"] = nil
    run["scenarioHash"] = nil
    document["run"] = run
    return document as NSDictionary
  }

  @Test func `what was imported runs like the files it comes from, in both forms, and is written again the same`()
    throws
  {
    let folder = try TemporaryFolder()
    let files = [try folder.file("dump.yaml", Self.dump), try folder.file("usage.csv", Self.usage)]
    let expected = try results(files)
    for name in ["i.yaml", "i.json"] {
      let path = folder.path + "/" + name
      let answer = try Program.run(["import"] + files + ["-o", path])
      #expect(answer.status == 0 && answer.output.isEmpty, "\(answer.errors)")
      #expect(
        answer.errors.contains("imported 2 nodes, 9 machines, 0 pods, 2 of the machines with a trace: "),
        "\(answer.errors)")
      #expect(try results([path]) == expected)
      let again = try Program.run(["import", path, "--format", name.hasSuffix("json") ? "json" : "yaml", "-q"])
      #expect(try again.output == String(contentsOfFile: path, encoding: .utf8) && again.errors.isEmpty)
    }
    let converted = try Program.run(["convert", folder.path + "/i.yaml", "--to", "json"])
    #expect(try converted.output == String(contentsOfFile: folder.path + "/i.json", encoding: .utf8))
  }

  @Test(arguments: ["first-look", "night-batch", "ten-gigabit-or-one"])
  func `a shipped scenario answers the same after an import`(name: String) throws {
    let scenarios = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("scenarios").path
    let folder = try TemporaryFolder()
    let (source, target) = ("\(scenarios)/\(name).yaml", folder.path + "/i.yaml")
    #expect(try Program.run(["import", source, "-o", target, "-q"]).status == 0)
    #expect(try results([target]) == results([source]))
  }

  @Test func `names are replaced in the file and counted, and the answer keeps what does not depend on them`() throws {
    let folder = try TemporaryFolder()
    let files = [try folder.file("acme.yaml", Self.dump), try folder.file("usage.csv", Self.usage)]
    let target = folder.path + "/anonymous.yaml"
    let answer = try Program.run(["import", "--anonymize"] + files + ["-o", target])
    #expect(answer.status == 0 && answer.errors.contains("replaced the names of 2 nodes, 1 namespace, 9 machines"))
    let text = try String(contentsOfFile: target, encoding: .utf8)
    for name in ["acme", "vm1", "w1", "shop", "usage.csv"] { #expect(!text.contains(name), "\(name)") }
    func requests(_ paths: [String]) throws -> [String: Double?] {
      let all = try #require(try results(paths)["results"] as? [[String: Any]])
      let none = try #require(all.first { $0["balancer"] as? String == "none" }?["metrics"] as? [String: [String: Any]])
      let names = none.keys.filter { $0.hasPrefix("headroom.request.") || $0.hasPrefix("headroom.allocation.") }
      #expect(names.count > 4)
      return Dictionary(uniqueKeysWithValues: names.map { ($0, none[$0]?["mean"] as? Double) })
    }
    #expect(try requests([target]) == requests(files))
  }

  @Test func `errors end with 2 and write nothing`() throws {
    let folder = try TemporaryFolder()
    let broken = try folder.file("broken.yaml", "kind: Node\nmetadata: [\n")
    let answer = try Program.run(["import", broken, "-o", folder.path + "/out.yaml"])
    #expect(answer.status == 2 && answer.errors.contains("broken.yaml:2:"), "\(answer.errors)")
    let stranger = try Program.run(
      ["import", try folder.file("d.yaml", Self.dump), try folder.file("u.csv", "time,x,y\n0,1,2\n300,1,2\n")])
    #expect(stranger.status == 2 && stranger.output.isEmpty)
    #expect(
      stranger.errors.contains("rows are named x, y") && stranger.errors.contains("shop/vm1"), "\(stranger.errors)")
    #expect(try Program.run(["import", "/nowhere/a.yaml"]).status == 74)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["broken.yaml", "d.yaml", "u.csv"])
  }

  @Test(arguments: [
    ["--name", ""], ["--name", "  "], ["--name", "a\u{1B}[2Jb"], ["--name", "a\nb"], ["-o", "x.yaml.gz"],
    ["-o", "X.CSV"],
    ["-o", "x.xlsx"],
  ])
  func `a name that cannot be shown and a file that is no scenario are refused`(flags: [String]) throws {
    let folder = try TemporaryFolder()
    let dump = try folder.file("d.yaml", Self.dump)
    let flags = flags[0] == "-o" ? ["-o", folder.path + "/" + flags[1]] : flags
    let answer = try Program.run(["import", dump] + flags)
    #expect(answer.status == 64 && answer.output.isEmpty, "\(answer.errors)")
    #expect(!answer.errors.contains("\u{1B}"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["d.yaml"])
  }

  @Test func `a dump that a variant adds to answers the same after an import`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("dump.yaml", Self.dump)
    let scenario = try folder.file(
      "s.yaml",
      """
      apiVersion: headroom/v1
      kind: Scenario
      cluster: { snapshot: [dump.yaml] }
      variants:
      - { name: 2026, set: { cluster.inventory: { nodes: [{ name: w3, cpu: 64, memory: 256Gi }] } } }
      - { name: machine, set: { cluster.inventory.machines: [{ name: q, cpu: 2, memory: 2Gi }] } }
      """)
    let target = folder.path + "/i.yaml"
    #expect(try Program.run(["import", scenario, "-o", target, "-q"]).status == 0)
    #expect(try results([target]) == results([scenario]))
  }

  @Test func `standard input is imported to standard output`() throws {
    let answer = try Program.run(["import", "-", "-q"], input: Self.dump)
    #expect(answer.status == 0 && answer.errors.isEmpty)
    #expect(answer.output.hasPrefix("# Headroom scenario that needs no other file, imported from standard input\n"))
    #expect(try Program.run(["validate", "-"], input: answer.output).output == "-: scenario, no problems\n")
  }
}
