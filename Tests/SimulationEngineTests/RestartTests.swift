import Balancing
import ClusterModel
import EventKernel
import LiveMigration
import TestSupport
import Testing

@testable import SimulationEngine

struct RestartTests {
  // MARK: Cold moves

  @Test func `a cold move takes the machine down, then up on its target, and counts the time between`() {
    let scenario = Build.scenario(hours: 1, nodes: [Build.nodes(2)], machines: [Build.machines("m", 1, on: ["node-1"])])
    var simulation = Simulation.started(scenario, Script([.init(.restart, 0, to: 1)]))
    simulation.run(untilSeconds: 60)
    #expect(!simulation.usage.isUp[0])
    let planned = simulation.restarts.rows[0].timeline.downtimeSeconds
    let measured = simulation.finished()
    #expect(simulation.usage.isUp[0] && simulation.node(of: 0) == 1)
    #expect(measured.coldMoves == 1 && measured.succeeded == 0)
    #expect(abs(measured.coldByMachine[0] - planned) < 1e-3)
    #expect(planned > 20 && planned < 180)
    #expect(measured.crashByMachine == [0])
  }

  @Test func `a machine that stops still holds its room until it has stopped`() {
    let scenario = Build.scenario(hours: 1, nodes: [Build.nodes(2)], machines: [Build.machines("m", 1, on: ["node-1"])])
    var simulation = Simulation.started(scenario, Script([.init(.restart, 0, to: 1)]))
    simulation.run(untilSeconds: 60)
    #expect(simulation.cluster.podCount[0] == 1 && simulation.cluster.podCount[1] == 0)
    let timeline = simulation.restarts.rows[0].timeline
    simulation.run(untilSeconds: 60 + timeline.stopSeconds + timeline.detachSeconds + 0.01)
    #expect(simulation.cluster.podCount[0] == 0 && simulation.cluster.podCount[1] == 1)
    #expect(!simulation.usage.isUp[0])
  }

  @Test func `downtime that is open at the horizon counts, downtime before the end of the warm-up does not`() {
    let scenario = Build.scenario(nodes: [Build.nodes(2)], machines: [Build.machines("m", 1, on: ["node-1"])]) {
      $0.horizon = .seconds(80)
    }
    var open = Simulation.started(scenario, Script([.init(.restart, 0)]))
    #expect(abs(open.finished().coldByMachine[0] - 20) < 1e-6)
    var warm = scenario
    warm.warmUp = .seconds(70)
    var late = Simulation.started(warm, Script([.init(.restart, 0)]))
    #expect(abs(late.finished().coldByMachine[0] - 10) < 1e-6)
  }

  // MARK: Killed for memory

  /// A node of 64 GiB whose machines use 72, with requests of 16, 8 and 32 GiB for 30, 20 and 22 in use.
  private func pressed(_ strategy: RunStrategy = .always, spare: Bool = true) -> Scenario {
    let used = [(30.0, 16), (20, 8), (22, 32)]
    let groups = used.enumerated().map { index, pair in
      Build.machines("m\(index)", 1, gib: 32, on: ["a-1"]) {
        $0.memoryUsedShare = pair.0 / 32
        $0.statedMemoryRequestBytes = Int64(pair.1) << 30
        $0.runStrategy = strategy
      }
    }
    return Build.scenario(
      hours: 1, nodes: [Build.nodes(1, "a")] + (spare ? [Build.nodes(1, "b")] : []), machines: groups)
  }

  @Test func `the machine with the largest excess over its request is killed, and no other`() {
    var simulation = Simulation.started(pressed())
    simulation.run(untilSeconds: 0)
    #expect(Array(simulation.usage.isUp) == [false, true, true])
    #expect(simulation.measurements.crashes == 1)
    #expect(simulation.usage.nodeMemoryBytes[0] == 42 * 0x1p30)
  }

  @Test func `a machine that comes back elsewhere has been down as long as its start takes`() {
    var simulation = Simulation.started(pressed())
    let measured = simulation.finished()
    #expect(simulation.node(of: 0) == 1 && simulation.usage.isUp[0])
    #expect(measured.crashes == 1 && measured.coldMoves == 0)
    #expect(measured.crashByMachine[0] > 15 && measured.crashByMachine[0] < 130)
    #expect(measured.coldByMachine == [0, 0, 0])
  }

  @Test(arguments: RunStrategy.allCases.filter { $0 != .halted })
  func `only Always and RerunOnFailure bring a killed machine back`(strategy: RunStrategy) {
    var simulation = Simulation.started(pressed(strategy))
    let measured = simulation.finished()
    let comesBack = strategy == .always || strategy == .rerunOnFailure
    #expect(simulation.usage.isUp[0] == comesBack)
    #expect((simulation.node(of: 0) != nil) == comesBack)
    if !comesBack { #expect(abs(measured.crashByMachine[0] - 3600) < 1e-6) }
  }

  @Test func `without another node it starts again on the same one and is killed again`() {
    var simulation = Simulation.started(pressed(spare: false))
    #expect(simulation.finished().crashes > 3)
    #expect(simulation.cluster.checkInvariants() == nil)
  }

  // MARK: Killed while it migrates

  /// A machine of 30 GiB in use migrates to a node of 16 GiB; memory is checked every `sampleSeconds`.
  private func tooLargeForTarget(sampleSeconds: Double) -> Scenario {
    let big = Build.machines("m", 1, gib: 32, on: ["a-1"]) {
      $0.memoryUsedShare = 30 / 32
      $0.statedMemoryRequestBytes = 2 << 30
    }
    return Build.scenario(hours: 1, nodes: [Build.nodes(1, "a"), Build.nodes(1, "b", gib: 16)], machines: [big]) {
      $0.demand.sampleEvery = .seconds(sampleSeconds)
    }
  }

  @Test func `killed right after its switch-over, it has succeeded once and gives its slot back once`() {
    var simulation = Simulation.started(tooLargeForTarget(sampleSeconds: 0.5), Script([.init(.migration, 0, to: 1)]))
    while simulation.measurements.crashes == 0, simulation.step() {}
    #expect(simulation.measurements.succeeded == 1)
    #expect(simulation.measurements.failed == 0)
    #expect(simulation.transfers.slotsInUse == 0)
    #expect(!simulation.transfers.isMigrating(MachineID(0)))
    #expect(simulation.cluster.reservedNode[0] == .none)
    let bytes = simulation.measurements.transferredBytes
    let measured = simulation.finished()
    #expect(measured.transferredBytes == bytes)
    #expect(measured.pausesSeconds.count == 1)
    #expect(simulation.cluster.checkInvariants() == nil)
  }

  @Test func `killed in mid-transfer, its migration fails and is not tried again, even as an eviction`() {
    // A second machine, started by hand on the source, presses the first one out while it migrates.
    var scenario = pressed(.manual)
    scenario.cluster.machineGroups[0].memoryUsedShare = 21 / 32
    var simulation = Simulation.started(scenario, Script([.init(.eviction, 0)]))
    simulation.run(untilSeconds: 60)
    #expect(simulation.transfers.slotsInUse == 1)
    simulation.kill(MachineID(0))
    simulation.afterKills()
    #expect(simulation.transfers.slotsInUse == 0)
    #expect(simulation.transfers.waiting.isEmpty)
    let measured = simulation.finished()
    #expect(measured.failures.rows.map(\.reason) == ["machine killed for memory"])
    #expect(measured.retried == 0 && measured.succeeded == 0)
  }

  @Test func `killed while it waits for a slot, its request goes with it`() {
    let scenario = Build.scenario(
      hours: 1, nodes: [Build.nodes(2)], machines: [Build.machines("m", 3, on: ["node-1"])]
    ) {
      $0.migration.parallelMigrationsPerCluster = 1
    }
    var simulation = Simulation.started(scenario, Script((0..<3).map { .init(.eviction, $0) }))
    simulation.run(untilSeconds: 60)
    #expect(simulation.transfers.waiting.count == 2)
    simulation.kill(MachineID(1))
    simulation.afterKills()
    #expect(simulation.transfers.waiting.map(\.machine.index) == [2])
    let measured = simulation.finished()
    #expect(measured.succeeded == 2 && measured.failed == 1)
  }
}
