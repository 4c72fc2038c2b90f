import Testing

struct ImportGraphTests {
  /// What each module may import of the package, directly.
  static let allowed: [String: [String]] = {
    let core = ["EventKernel", "ClusterModel", "LiveMigration", "Balancing", "SimulationEngine"]
    return [
      "EventKernel": [],
      "ClusterModel": ["EventKernel"],
      "LiveMigration": ["EventKernel", "ClusterModel"],
      "Balancing": ["EventKernel", "ClusterModel"],
      "SimulationEngine": Array(core.prefix(4)),
      "CapacityPlanning": core,
      "InputFormats": core,
      "Reports": core + ["CapacityPlanning"],
      "headroom": core + ["CapacityPlanning", "InputFormats", "Reports"],
    ]
  }()

  /// What each module may import of the platform.
  static func allowedOutside(_ module: String) -> Set<String> {
    switch module {
    case "EventKernel": ["Darwin", "Glibc", "Musl"]
    case "ClusterModel", "LiveMigration", "Balancing", "SimulationEngine", "CapacityPlanning": []
    default: ["FoundationEssentials", "Synchronization", "Darwin", "Glibc", "Musl"]
    }
  }

  static func violations(module: String, imports: [String]) -> [String] {
    imports.filter { imported in
      let inside = Self.allowed[module] ?? []
      return !inside.contains(imported) && !Self.allowedOutside(module).contains(imported)
    }
  }

  @Test func `the check finds an arrow that points up and a Foundation below the program`() {
    #expect(
      Self.violations(module: "Balancing", imports: ["ClusterModel", "SimulationEngine"]) == ["SimulationEngine"])
    #expect(Self.violations(module: "Reports", imports: ["InputFormats"]) == ["InputFormats"])
    #expect(Self.violations(module: "CapacityPlanning", imports: ["Foundation"]) == ["Foundation"])
    #expect(Self.violations(module: "headroom", imports: ["Foundation"]) == ["Foundation"])
    #expect(Self.violations(module: "LiveMigration", imports: ["Glibc"]) == ["Glibc"])
  }

  @Test func `import lines follow the layers`() {
    #expect(Repository.folders("Sources") == Self.allowed.keys.sorted())
    for module in Repository.folders("Sources") {
      for file in Repository.files("Sources/\(module)") {
        let imports = file.code.compactMap(SourceText.importedModule)
        #expect(Self.violations(module: module, imports: imports) == [], "\(file.path)")
      }
    }
  }

  @Test func `the C library enters the lower modules through one file`() {
    let files = Repository.files("Sources/EventKernel").filter { file in
      file.code.compactMap(SourceText.importedModule).contains("Glibc")
    }
    #expect(files.map(\.path) == ["Sources/EventKernel/MathLibrary.swift"])
  }

  @Test func `the manifest allows exactly these arrows`() throws {
    let manifest = try #require(Repository.text("Package.swift"))
    for (module, imports) in Self.allowed where module != "headroom" {
      let line = try #require(
        manifest.split(separator: "\n").first { $0.hasPrefix("  (\"\(module)\", [") }, "\(module) is not in the table")
      let named = line.split(separator: "\"").map(String.init).filter { Self.allowed[$0] != nil }
      #expect(Set(named.dropFirst()) == Set(imports), "\(module)")
    }
    #expect(!manifest.contains(".package("), "there are no dependencies")
  }
}
