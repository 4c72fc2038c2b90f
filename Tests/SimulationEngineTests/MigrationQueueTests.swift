import Balancing
import ClusterModel
import EventKernel
import LiveMigration
import TestSupport
import Testing

@testable import SimulationEngine

struct MigrationQueueTests {
  /// Eight machines on node-1 or spread over two nodes, and an empty node-3 at the end.
  private func scenario(_ starts: [String] = ["node-1"], change: (inout Scenario) -> Void = { _ in }) -> Scenario {
    Build.scenario(
      hours: 4, nodes: [Build.nodes(4, gib: 128)],
      machines: [Build.machines("m", 8, on: starts) { $0.memoryUsedShare = 0.5 }], change: change)
  }

  private func moves(_ machines: Range<Int>, to target: Int? = nil) -> [MigrationPlan.Move] {
    machines.map { .init(.migration, $0, to: target) }
  }

  private func stages(_ simulation: Simulation) -> [MigrationRow] { simulation.transfers.rows.filter(\.isInUse) }

  @Test func `two leave a node at once, the others wait in order`() {
    var simulation = Simulation.started(scenario(), Script(moves(0..<5, to: 3)))
    simulation.run(untilSeconds: 60)
    #expect(stages(simulation).map(\.request.machine.index) == [0, 1])
    #expect(simulation.transfers.waiting.map(\.machine.index) == [2, 3, 4])
    #expect(simulation.finished().succeeded == 5)
    #expect((0..<5).allSatisfy { simulation.node(of: $0) == 3 })
  }

  @Test func `five run in the whole cluster`() {
    let plan = moves(0..<8, to: 3)
    var simulation = Simulation.started(
      scenario(["node-1", "node-2", "node-3"]) { $0.migration.parallelOutboundMigrationsPerNode = 5 }, Script(plan))
    simulation.run(untilSeconds: 60)
    #expect(simulation.transfers.slotsInUse == 5)
    #expect(simulation.transfers.waiting.count == 3)
    #expect(simulation.value("migrations.refused") == 0)
    #expect(simulation.finished().succeeded == 8)
  }

  @Test func `a blocked source does not hold up the others`() {
    // Machines 0, 2, 4 on node-1 and 1, 3 on node-2: the third from node-1 waits, both from node-2 start.
    let plan = [0, 2, 4, 1, 3].map { MigrationPlan.Move(.migration, $0, to: 3) }
    var simulation = Simulation.started(scenario(["node-1", "node-2"]), Script(plan))
    simulation.run(untilSeconds: 60)
    #expect(stages(simulation).map(\.request.machine.index) == [0, 2, 1, 3])
    #expect(simulation.transfers.waiting.map(\.machine.index) == [4])
  }

  @Test func `from v1.9 evictions go before migrations made by hand, before that they queue up behind them`() {
    func order(_ rules: MigrationQueueRules) -> [Int] {
      let plan = moves(0..<4, to: 3) + [MigrationPlan.Move(.eviction, 4), MigrationPlan.Move(.eviction, 5)]
      var simulation = Simulation.started(
        scenario {
          $0.migration.parallelMigrationsPerCluster = 1
          $0.migration.queue = rules
        }, Script(plan))
      var order: [Int] = []
      while order.count < 6, simulation.step() {
        for row in stages(simulation) where row.stage == .starting && !order.contains(row.request.machine.index) {
          order.append(row.request.machine.index)
        }
      }
      return order
    }
    let priority = order(.byPriority)
    #expect(priority.first == 0)
    #expect(Set(priority[1...2]) == [4, 5])
    let plain = order(.oneClass)
    #expect(plain.first == 0 && Set(plain) == Set(0..<6))
    #expect(Set(plain[1...2]) != [4, 5])
  }

  @Test func `a target pod that fits nowhere holds its slot for 300 s, then the migration fails`() {
    // Machine 8 fits only on its own node; asked for at 60 s.
    var scenario = scenario { scenario in
      scenario.cluster.machineGroups.append(
        Build.machines("z", 1, on: ["node-1"]) { $0.nodeSelector = ["kubernetes.io/hostname": "node-1"] })
      scenario.migration.parallelMigrationsPerCluster = 1
    }
    scenario.migration.queue = .byPriority
    var simulation = Simulation.started(scenario, Script([.init(.migration, 8), .init(.migration, 0, to: 3)]))
    simulation.run(untilSeconds: 359.9)
    #expect(stages(simulation).map(\.stage) == [.unschedulable])
    #expect(simulation.transfers.waiting.count == 1)
    #expect(simulation.measurements.failed == 0)
    simulation.run(untilSeconds: 360)
    #expect(simulation.measurements.failures.rows.map(\.reason) == ["target pod unschedulable"])
    #expect(stages(simulation).map(\.request.machine.index) == [0])
    // A migration that somebody made is not tried again.
    #expect(simulation.finished().retried == 0)
  }

  @Test func `a failed eviction is tried again after growing pauses`() {
    let scenario = scenario { scenario in
      scenario.cluster.machineGroups.append(
        Build.machines("z", 1, on: ["node-1"]) { $0.nodeSelector = ["kubernetes.io/hostname": "node-1"] })
    }
    var simulation = Simulation.started(scenario, Script([.init(.eviction, 8)]))
    var ends: [Double] = []
    while simulation.step() {
      if simulation.measurements.failed > ends.count { ends.append(simulation.now.seconds) }
    }
    // Each attempt holds a slot for 300 s; pauses of 20, 40, 80, 160, 320 and 320 s between.
    #expect(ends.prefix(7) == [360, 680, 1020, 1400, 1860, 2480, 3100])
    #expect(simulation.measurements.retried == ends.count)
  }

  @Test func `room that a machine gives back by stopping lets a waiting target pod in`() {
    // node-2 is full; its machine restarts on node-3 at 120 s, so machine 0 gets in before its 300 s are over.
    let scenario = Build.scenario(
      hours: 1, nodes: [Build.nodes(1, "a", gib: 16), Build.nodes(1, "b", gib: 16), Build.nodes(1, "c", gib: 16)],
      machines: [
        Build.machines("m", 1, gib: 10, on: ["a-1"]), Build.machines("n", 1, gib: 10, on: ["b-1"]),
      ])
    // To b-1 by node selector of the test: an explicit target that is full is refused, so the scheduler chooses.
    var simulation = Simulation.started(
      scenario, Script([], [.init(.restart, 1, to: 2)]))
    simulation.requestMigration(MachineID(0), to: NodeID(1), origin: .byHand)
    simulation.run(untilSeconds: 119)
    #expect(stages(simulation).map(\.stage) == [.unschedulable])
    #expect(simulation.finished().succeeded == 1)
    #expect(simulation.node(of: 0) == 1)
    #expect(simulation.node(of: 1) == 2)
    #expect(simulation.measurements.failed == 0)
  }

  @Test func `a migration gives its slot back at the switch-over, before its old pod is gone`() {
    var simulation = Simulation.started(
      scenario {
        $0.migration.parallelOutboundMigrationsPerNode = 1
        $0.migration.queue = .byPriority
      }, Script(moves(0..<2, to: 3)))
    while simulation.measurements.succeeded == 0, simulation.step() {}
    simulation.run(untilSeconds: simulation.now.seconds)
    #expect(stages(simulation).map(\.stage) == [.teardown, .starting])
    #expect(simulation.transfers.slotsInUse == 1)
  }

  @Test func `without a wake-up a slot stays empty until a timer fires, at most 5 s later`() {
    for seed in 1...10 as ClosedRange<UInt64> {
      var simulation = Simulation.started(
        scenario {
          $0.migration.parallelMigrationsPerCluster = 1
          $0.seed = seed
        }, Script(moves(0..<2, to: 3)))
      simulation.run(untilSeconds: 60)
      while simulation.measurements.succeeded == 0, simulation.step() {}
      let freed = simulation.now.seconds
      while simulation.transfers.waiting.count == 1, simulation.step() {}
      let gap = simulation.now.seconds - freed
      #expect(gap > 0 && gap <= 5.1)
      let waits = simulation.measurements.queueWaitsSeconds
      #expect(waits.count == 2 && abs(waits[1] - (simulation.now.seconds - 60)) < 1e-6)
      // Looks at 60 s and then every 5 s, each at most 0.1 s late.
      let looks = (waits[1] / 5.1).rounded(.up)
      #expect(waits[1] >= 5 * looks - 1e-6 && waits[1] <= 5.1 * looks + 1e-6)
    }
  }

  @Test func `bandwidthPerMigration slows the rounds but not the last copy`() {
    var simulation = Simulation.started(
      scenario { $0.migration.bandwidthPerMigration = 100e6 }, Script([.init(.migration, 0, to: 3)]))
    let measured = simulation.finished()
    #expect(measured.durationsSeconds[0] > 40)
    // At most 30 MB remain: 26 ms at 10 Gbit/s, and 50 ms of device state; at the cap it would be 300 ms more.
    #expect(measured.pausesSeconds[0] < 0.08)
  }

  @Test func `refused moves are counted by reason and cost nothing`() {
    let scenario = scenario { scenario in
      scenario.cluster.machineGroups.append(Build.machines("z", 1, gib: 500))
    }
    let plan: [MigrationPlan.Move] = [
      .init(.migration, 99), .init(.migration, 8), .init(.migration, 0, to: 77), .init(.migration, 0, to: 0),
      .init(.migration, 1, to: 2), .init(.migration, 1, to: 3), .init(.restart, 1, to: 3),
    ]
    var simulation = Simulation.started(scenario, Script(plan))
    simulation.run(untilSeconds: 60)
    #expect(simulation.measurements.requested == 7)
    #expect(
      simulation.measurements.refusals.rows.map { "\($0.reason): \($0.count)" } == [
        "already on that node: 1", "machine not running: 1", "migration in progress: 2", "unknown machine: 1",
        "unknown node: 1",
      ])
  }

  @Test func `a target that may not run the machine is refused with its plugin`() {
    let scenario = scenario { $0.cluster.nodePools.append(Build.nodes(1, "tiny", gib: 1)) }
    var simulation = Simulation.started(scenario, Script([.init(.migration, 0, to: 4), .init(.restart, 1, to: 4)]))
    simulation.run(untilSeconds: 60)
    #expect(simulation.measurements.refusals.rows.map(\.reason) == ["target refused by NodeResourcesFit"])
    #expect(simulation.measurements.refusals.total == 2)
  }

  @Test func `a migration ends on its target with one pause, its bytes and its duration`() {
    var simulation = Simulation.started(scenario(), Script([.init(.migration, 0, to: 3)]))
    let measured = simulation.finished()
    #expect(measured.succeeded == 1 && measured.pausesSeconds.count == 1)
    // Half of 8 GiB in use, at 10 Gbit/s less headers: 4 s at least, and little more for a quiet machine.
    #expect(measured.transferredBytes >= 4 * 0x1p30)
    #expect(measured.durationsSeconds[0] > 3.5 && measured.durationsSeconds[0] < 10)
    #expect(measured.pauseByMachine[0] == measured.pausesSeconds[0])
    #expect(measured.pausesSeconds[0] > 0.04 && measured.pausesSeconds[0] < 0.5)
    #expect(simulation.cluster.reservedNode[0] == .none)
  }
}
