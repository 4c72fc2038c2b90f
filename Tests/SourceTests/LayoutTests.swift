import Testing

struct LayoutTests {
  /// Tables of data, which may be longer than 400 lines.
  static let dataTables: Set<String> = ["Sources/SimulationEngine/Workloads/WorkloadCatalog.swift"]
  static let lineLimit = 400

  private static let everything =
    ["Sources", "Tests", "Benchmarks"].flatMap { Repository.files($0) } + Repository.files("scenarios", ".yaml")

  @Test func `the top level holds what the architecture lists and nothing else`() {
    let allowed: Set = ["Package.swift", "Sources", "Tests", "scenarios", "Benchmarks", "README.md", "LICENSE"]
    let entries = Repository.topLevel.filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
    #expect(entries.filter { !allowed.contains($0) } == [])
    #expect(Set(entries).isSuperset(of: ["Package.swift", "Sources", "Tests", "Benchmarks", "LICENSE"]))
  }

  @Test func `every file stays under 400 lines`() {
    for file in Self.everything where !Self.dataTables.contains(file.path) {
      #expect(file.lines.count <= Self.lineLimit + 1, "\(file.path)")
    }
  }

  /// Lines of each function body's extent, by brace depth; literals and comments are gone already.
  static func longFunctions(_ file: Repository.File, limit: Int) -> [String] {
    var found: [String] = []
    var open: [(start: Int, depth: Int)] = []
    var depth = 0
    for (number, line) in file.code.enumerated() {
      if SourceText.contains(line, word: "func") || line.contains(" init(") || line.contains("  init(") {
        open.append((number, depth))
      }
      for character in line {
        if character == "{" { depth += 1 }
        if character != "}" { continue }
        depth -= 1
        while let last = open.last, last.depth >= depth {
          if last.depth == depth && number - last.start + 1 > limit { found.append("\(file.path):\(last.start + 1)") }
          open.removeLast()
        }
      }
    }
    return found
  }

  @Test func `functions stay under 70 lines`() {
    let body = String(repeating: "  x()\n", count: 5)
    let sample = Repository.File(
      path: "S.swift",
      text: "func short() {\n}\nfunc long() {\n\(body)}\nstruct S {\n  func a() { b() }\n\(body)\(body)}")
    #expect(Self.longFunctions(sample, limit: 6) == ["S.swift:3"])
    for file in Repository.files("Sources") + Repository.files("Benchmarks") {
      #expect(Self.longFunctions(file, limit: 70) == [])
    }
  }

  @Test func `nothing is left to do in a comment`() {
    // Split, so that this file does not find itself.
    let words = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X"]
    for file in Self.everything {
      for (number, line) in file.lines.enumerated() {
        #expect(!words.contains { SourceText.contains(String(line), word: $0) }, "\(file.path):\(number + 1)")
      }
    }
  }

  @Test func `paths outside the package stand in one file of the tests`() {
    let outside = "../" + "shared"
    let files = (Self.everything + Repository.files("Tests", ".md")).filter { $0.text.contains(outside) }
    #expect(files.map(\.path) == ["Tests/TestSupport/ReferenceData.swift"])
    #expect(!(Repository.text("Package.swift") ?? "").contains(outside))
    let absolute = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"]
    for file in Self.everything { #expect(!absolute.contains { file.text.contains($0) }, "\(file.path)") }
  }

  @Test func `every module has tests of its own`() {
    for module in Repository.folders("Sources") where module != "headroom" {
      #expect(Repository.exists("Tests/\(module)Tests"), "\(module)")
    }
  }
}
