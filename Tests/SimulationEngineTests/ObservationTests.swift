import Balancing
import ClusterModel
import EventKernel
import TestSupport
import Testing

@testable import SimulationEngine

struct ObservationTests {
  /// One machine of 4 vCPUs that uses 1 core until 1,800 s and 3 cores afterwards; window 300 s, delay 60 s.
  private func stepped(_ balancer: Script = Script()) -> Simulation {
    let row = [Float](repeating: 0.25, count: 6) + [Float](repeating: 0.75, count: 30)
    let scenario = Build.scenario(
      hours: 2, nodes: [Build.nodes(2)], machines: [Build.replayed("m", [row], on: ["node-1"])])
    return .started(scenario, balancer, everyMinutes: 0.5)
  }

  @Test(arguments: [(1800.0, 1.0), (1860, 1), (1890, 1.2), (2010, 2), (2160, 3), (3000, 3)] as [(Double, Double)])
  func `a step in demand shows late and averaged`(seconds: Double, cores: Double) {
    var simulation = stepped()
    simulation.run(untilSeconds: seconds)
    #expect(simulation.now.seconds == seconds)
    let seen = simulation.observation()
    #expect(abs(seen.machineCPUCores[0] - cores) < 1e-9, "machine \(seen.machineCPUCores[0])")
    #expect(abs(seen.nodeCPUCores[0] - cores) < 1e-9, "node \(seen.nodeCPUCores[0])")
    #expect(seen.nodeCPUCores[1] == 0)
  }

  @Test func `the truth is there at once`() {
    var simulation = stepped()
    simulation.run(untilSeconds: 1800)
    #expect(simulation.usage.usedCores[0] == 3)
  }

  @Test func `a machine that has moved is seen at its new place at once and on its old node's metrics for a while`() {
    var simulation = stepped(Script([.init(.migration, 0, to: 1)]))
    while simulation.measurements.succeeded == 0, simulation.step() {}
    let seen = simulation.observation()
    #expect(seen.cluster.nodeOfMachine[0] == NodeID(1))
    #expect(seen.nodeCPUCores[0] > 0.9 && seen.nodeCPUCores[1] < 0.1)
    simulation.run(untilSeconds: simulation.now.seconds + 720)
    #expect(simulation.observation().nodeCPUCores[0] < 0.1)
    #expect(simulation.observation().nodeCPUCores[1] > 0.9)
  }

  @Test func `migrations show from the request to the switch-over, with the target once it is chosen`() {
    let scenario = Build.scenario(
      hours: 1, nodes: [Build.nodes(3)], machines: [Build.machines("m", 3, on: ["node-1"])])
    var simulation = Simulation.started(
      scenario, Script((0..<3).map { .init(.migration, $0, to: $0 == 1 ? nil : 2) }))
    simulation.run(untilSeconds: 60)
    let migrations = simulation.observation().migrations
    #expect(migrations.map(\.machine.index) == [0, 1, 2])
    #expect(migrations.map { $0.target?.index } == [2, 1, 2])
    #expect(migrations.map(\.source.index) == [0, 0, 0])
    while simulation.measurements.succeeded == 0, simulation.step() {}
    #expect(simulation.observation().migrations.count == 2)
    #expect(simulation.observation().limits == .init())
  }

  @Test func `other pods show as they were observed`() {
    var scenario = Build.scenario(hours: 1, nodes: [Build.nodes(1)], machines: [])
    scenario.cluster.snapshotPods = [
      OtherPod(
        namespace: "n", name: "p", nodeName: "node-1", cpuRequestMillicores: 9000, memoryRequestBytes: 5,
        observedUsage: ObservedUsage(cpuCores: 2, memoryBytes: 1e9)),
      OtherPod(namespace: "n", name: "q", nodeName: "node-1", cpuRequestMillicores: 500, memoryRequestBytes: 7),
      OtherPod(namespace: "n", name: "r", nodeName: "unknown", cpuRequestMillicores: 500),
    ]
    var simulation = Simulation.started(scenario, Script())
    simulation.run(untilSeconds: 1800)
    #expect(simulation.observation().otherCPUCores == [2.5])
    #expect(simulation.observation().otherMemoryBytes == [1e9 + 7])
    #expect(abs(simulation.observation().nodeCPUCores[0] - 2.5) < 1e-9)
  }
}
