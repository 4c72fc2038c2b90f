import Balancing
import SimulationEngine
import Testing

struct CatalogTests {
  @Test func `every balancer has tests named after it and its line in the catalogue`() {
    let files = Repository.files("Sources/Balancing/Algorithms").map(\.name).filter { !$0.contains("+") }
    #expect(files.count == BalancerCatalog.all.count)
    for file in files {
      let stem = file.dropLast(".swift".count)
      #expect(Repository.exists("Tests/BalancingTests/\(stem)Tests.swift"), "\(stem)")
      let catalog = Repository.text("Sources/Balancing/BalancerCatalog.swift") ?? ""
      #expect(catalog.contains("\(stem).definition"), "\(stem)")
    }
  }

  @Test func `every parameter of a balancer stands in its tests, as the scenario spells it`() {
    let tests = Repository.files("Tests/BalancingTests").map(\.text).joined()
    for definition in BalancerCatalog.all {
      for parameter in definition.parameters { #expect(tests.contains("\"\(parameter.name)\""), "\(parameter.name)") }
    }
  }

  @Test(.enabled(if: Repository.exists("README.md"), "README.md is not there yet"))
  func `README names every balancer, workload and metric`() {
    let readme = Repository.text("README.md") ?? ""
    let names =
      BalancerCatalog.all.map(\.name) + WorkloadCatalog.all.map(\.name) + MetricCatalog.all.map(\.name)
    #expect(names.filter { !readme.contains($0) } == [])
  }

  static func asksAQuestion(_ text: String) -> Bool {
    let head = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("#") }
    return head.contains { $0.contains("?") }
  }

  @Test func `every scenario begins with the question it answers`() {
    #expect(Self.asksAQuestion("# Is it?\napiVersion: 1"))
    #expect(!Self.asksAQuestion("# It is.\nname: why?") && !Self.asksAQuestion("name: why?"))
    for file in Repository.files("scenarios", ".yaml") { #expect(Self.asksAQuestion(file.text), "\(file.path)") }
  }
}
