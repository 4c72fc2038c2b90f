import ClusterModel
import SimulationEngine
import Testing

@testable import InputFormats

/// Which machines run or wait for a node: one rule for `place` and for runs.
struct MachineLifeTests {
  private static let node =
    "{ kind: Node, apiVersion: v1, metadata: { name: w1 }, status: { allocatable: { cpu: 8, memory: 16Gi } } }"

  private static func machine(_ strategy: String, _ status: String = "", deleted: Bool = false) -> String {
    let deletion = deleted ? ", deletionTimestamp: '2026-01-01T00:00:00Z'" : ""
    return """
      { kind: VirtualMachine, apiVersion: kubevirt.io/v1, metadata: { name: m, namespace: n\(deletion) }, spec: {
        runStrategy: \(strategy), template: { spec: { domain: { memory: { guest: 1Gi } } } } }, status: { \(status) } }
      """
  }

  private static func instance(_ phase: String, _ rest: String = "", deleted: Bool = false) -> String {
    let deletion = deleted ? ", deletionTimestamp: '2026-01-01T00:00:00Z'" : ""
    return """
      { kind: VirtualMachineInstance, apiVersion: kubevirt.io/v1, metadata: { name: m, namespace: n\(deletion) },
        spec: { domain: { memory: { guest: 1Gi } } }, status: { phase: \(phase)\(rest) } }
      """
  }

  /// Whether it waits in `place`, after checking that a run sees it the same way.
  private func waits(_ documents: String...) throws -> Bool {
    let text = ([Self.node] + documents).joined(separator: "\n---\n")
    let files = TestFiles(files: ["c.yaml": text])
    let waiting = PlacementInput.read(["c.yaml"], source: files.source, session: DecodingSession()).pods
      .filter { !$0.circumstances.isStopped }
    #expect(waiting.allSatisfy { $0.nodeName.isEmpty })
    let machine = try #require(files.read("c.yaml").scenario?.cluster.snapshotMachines.first)
    #expect(machine.isRunning == !waiting.isEmpty && machine.nodeName == nil)
    return machine.isRunning
  }

  @Test(arguments: [
    ("Always", true), ("RerunOnFailure", true), ("Once", true), ("Manual", false), ("Halted", false),
    ("WaitAsReceiver", false),
  ])
  func `without an instance the strategies that start by themselves wait`(strategy: String, isWaiting: Bool) throws {
    #expect(try waits(Self.machine(strategy)) == isWaiting)
    #expect(try !waits(Self.machine(strategy, deleted: true)))
    #expect(try !waits(Self.machine(strategy, "printableStatus: Stopped")))
    let requested = Self.machine(strategy, "printableStatus: Stopped, stateChangeRequests: [{ action: Start }]")
    #expect(try waits(requested) == (strategy != "WaitAsReceiver"), "on request all but receivers start")
  }

  @Test func `a machine started by hand whose instance is not in the dump runs as its status says`() throws {
    #expect(try waits(Self.machine("Manual", "printableStatus: Running")))
    #expect(try !waits(Self.machine("Manual", "printableStatus: Terminating")))
  }

  @Test(arguments: [
    ("Always", true, true), ("RerunOnFailure", true, false), ("Manual", false, false), ("Once", false, false),
    ("Halted", false, false), ("WaitAsReceiver", false, false),
  ])
  func `an instance that ended is made anew as the strategy has it`(
    strategy: String, afterFailure: Bool, afterSuccess: Bool
  ) throws {
    let onNode = ", nodeName: w1"
    #expect(try waits(Self.machine(strategy), Self.instance("Failed", onNode)) == afterFailure)
    #expect(try waits(Self.machine(strategy), Self.instance("Succeeded", onNode)) == afterSuccess)
    #expect(try !waits(Self.machine(strategy, deleted: true), Self.instance("Failed", onNode)))
    #expect(try !waits(Self.instance("Failed", onNode)), "nothing restarts an instance without a machine")
  }

  @Test func `an instance without a node waits unless it is on its way out`() throws {
    #expect(try waits(Self.machine("Manual"), Self.instance("Scheduling")))
    #expect(try waits(Self.instance("Pending")))
    #expect(try !waits(Self.instance("Pending", deleted: true)))
    #expect(try !waits(Self.machine("Halted"), Self.instance("Pending")))
    #expect(try !waits(Self.machine("Manual"), Self.instance("Pending", deleted: true)))
    #expect(try waits(Self.machine("Always"), Self.instance("Pending", deleted: true)), "it comes again")
  }

  @Test func `an instance on a node holds it until it is gone`() throws {
    let files = TestFiles(files: [
      "c.yaml": [
        Self.node, Self.machine("Halted", deleted: true), Self.instance("Running", ", nodeName: w1", deleted: true),
      ]
      .joined(separator: "\n---\n")
    ])
    let pods = PlacementInput.read(["c.yaml"], source: files.source, session: DecodingSession()).pods
      .filter { !$0.circumstances.isStopped }
    #expect(pods.map(\.nodeName) == ["w1"])
    let machine = try #require(files.read("c.yaml").scenario?.cluster.snapshotMachines.first)
    #expect(machine.isRunning && machine.nodeName == "w1")
  }
}
