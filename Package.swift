// swift-tools-version: 6.2
import PackageDescription

/// Settings shared by every target: Swift 6 mode, the stricter upcoming checks, no warnings.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// Library modules, lowest first, each with everything it may import.
let modules: [(name: String, imports: [String])] = [
  ("EventKernel", []),
  ("ClusterModel", ["EventKernel"]),
  ("LiveMigration", ["ClusterModel", "EventKernel"]),
  ("Balancing", ["ClusterModel", "EventKernel"]),
  ("SimulationEngine", ["Balancing", "LiveMigration", "ClusterModel", "EventKernel"]),
  ("CapacityPlanning", ["SimulationEngine", "Balancing", "LiveMigration", "ClusterModel", "EventKernel"]),
  ("InputFormats", ["SimulationEngine", "Balancing", "LiveMigration", "ClusterModel", "EventKernel"]),
  ("Reports", ["CapacityPlanning", "SimulationEngine", "Balancing", "LiveMigration", "ClusterModel", "EventKernel"]),
]

/// Test targets with the library modules each one tests; all of them may use TestSupport.
let tests: [(name: String, imports: [String])] =
  modules.map { ("\($0.name)Tests", [$0.name] + $0.imports) } + [
    ("CommandTests", ["headroom", "Benchmarks"]),
    ("SourceTests", ["SimulationEngine", "Balancing"]),
    ("ValidationTests", modules.map(\.name)),
  ]

/// Set to build the readers with libFuzzer, whose `main` the program then has; see `Tests/Fuzzing/FuzzerEntry.swift`.
let isFuzzed = Context.environment["HEADROOM_FUZZ"] != nil

let package = Package(
  name: "headroom",
  platforms: [.macOS(.v26)],
  products: [.executable(name: "headroom", targets: ["headroom"])],
  targets: modules.map {
    .target(name: $0.name, dependencies: $0.imports.map { .byName(name: $0) }, swiftSettings: settings)
  } + [
    .executableTarget(
      name: "headroom", dependencies: modules.map { .byName(name: $0.name) }, swiftSettings: settings),
    .executableTarget(
      name: "Benchmarks", dependencies: modules.map { .byName(name: $0.name) }, path: "Benchmarks",
      swiftSettings: settings),
    isFuzzed
      ? .executableTarget(
        name: "Fuzzing", dependencies: ["InputFormats"], path: "Tests/Fuzzing", exclude: ["Corpus"],
        swiftSettings: settings)
      : .target(
        name: "Fuzzing", dependencies: ["InputFormats"], path: "Tests/Fuzzing", exclude: ["Corpus"],
        swiftSettings: settings),
    .target(
      name: "TestSupport",
      dependencies: ["SimulationEngine", "Balancing", "LiveMigration", "ClusterModel", "EventKernel"],
      path: "Tests/TestSupport", swiftSettings: settings),
  ]
    + tests.map {
      .testTarget(
        name: $0.name,
        dependencies: ($0.imports + ["TestSupport"] + ($0.name == "InputFormatsTests" ? ["Fuzzing"] : [])).map {
          .byName(name: $0)
        },
        exclude: $0.name == "ValidationTests" ? ["VALIDATION.md"] : [], swiftSettings: settings)
    }
)
