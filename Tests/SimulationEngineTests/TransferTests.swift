import Balancing
import ClusterModel
import EventKernel
import LiveMigration
import TestSupport
import Testing

@testable import SimulationEngine

/// Transfers inside a run: what goes into them, and when they are brought up to date.
struct TransferTests {
  private func machine(_ type: String = "database", gib: Int64 = 16, change: (inout VirtualMachine) -> Void = { _ in })
    -> VirtualMachine
  {
    var machine = VirtualMachine(name: "vm", vCPUs: 8, guestMemoryBytes: gib << 30)
    machine.workloadType = type
    machine.nodeName = "node-1"
    change(&machine)
    return machine
  }

  private func measured(
    _ machine: VirtualMachine, gigabits: Double = 10, change: (inout Scenario) -> Void = { _ in }
  ) -> Measurements {
    var scenario = Build.scenario(hours: 4, nodes: [Build.nodes(2, gigabits: gigabits)], machines: [], change: change)
    scenario.cluster.snapshotMachines = [machine]
    var simulation = Simulation.started(scenario, Script([.init(.migration, 0, to: 1)]))
    return simulation.finished()
  }

  // MARK: What the machine brings

  @Test func `copied disks are sent and lengthen the time-out`() {
    let plain = measured(machine())
    let disks = measured(machine { $0.copiedDiskBytes = 20_000_000_000 })
    #expect(disks.transferredBytes - plain.transferredBytes >= 20e9)
    #expect(disks.durationsSeconds[0] > plain.durationsSeconds[0] + 15)
    // 18 started 10^9 bytes of memory at 1 s each are too few for 20 s of disks, 38 are enough.
    let short = measured(machine { $0.copiedDiskBytes = 20_000_000_000 }) { $0.migration.completionTimeoutPerGiB = 1 }
    #expect(short.succeeded == 1)
  }

  @Test func `dedicated CPUs leave one stream from v1.9`() {
    func duration(_ preset: String) -> Double {
      measured(machine("edge-iot", gib: 48) { $0.hasDedicatedCPUs = true }, gigabits: 100) {
        $0.migration = MigrationPreset.named(preset)?.configuration ?? MigrationConfiguration()
      }.durationsSeconds.first ?? 0
    }
    // Beside the pages, 48 GiB of zeroes are looked through either way.
    #expect(duration("next") > 2 * duration("openshift-4.20"))
  }

  @Test func `SR-IOV interfaces delay the transfer and do not count as part of it`() {
    func start(_ hasSRIOVInterfaces: Bool) -> Double {
      var scenario = Build.scenario(hours: 1, nodes: [Build.nodes(2)], machines: [])
      scenario.cluster.snapshotMachines = [machine { $0.hasSRIOVInterfaces = hasSRIOVInterfaces }]
      var simulation = Simulation.started(scenario, Script([.init(.migration, 0, to: 1)]))
      while !simulation.isTransferringAnything, simulation.step() {}
      return simulation.now.seconds
    }
    #expect((1...30).contains(start(true) - start(false)))
  }

  @Test func `a target pod that is pending for 900 s fails the migration`() {
    let scenario = Build.scenario(hours: 1, nodes: [Build.nodes(2)], machines: [Build.machines("m", 1, on: ["node-1"])])
    var simulation = Simulation.started(scenario, Script([.init(.migration, 0, to: 1)]))
    simulation.transfers.phases.targetPodStart = DurationRange(1000, 1000, 1000)
    simulation.run(untilSeconds: 959.9)
    #expect(simulation.measurements.failed == 0 && simulation.transfers.slotsInUse == 1)
    simulation.run(untilSeconds: 960)
    #expect(simulation.measurements.failures.rows.map(\.reason) == ["target pod pending"])
    #expect(simulation.cluster.reservedNode[0] == .none && simulation.transfers.slotsInUse == 0)
  }

  @Test func `a migration asked for before the old pod is gone is made within a second of its end`() {
    let scenario = Build.scenario(hours: 1, nodes: [Build.nodes(3)], machines: [Build.machines("m", 1, on: ["node-1"])])
    var simulation = Simulation.started(scenario, Script([.init(.migration, 0, to: 1)]))
    while simulation.measurements.succeeded == 0, simulation.step() {}
    simulation.requestMigration(MachineID(0), to: NodeID(2), origin: .byHand)
    #expect(simulation.transfers.waiting.count == 1)
    while simulation.cluster.reservedNode[0] != .none, simulation.step() {}
    let gone = simulation.now.seconds
    while simulation.transfers.waiting.count == 1, simulation.step() {}
    #expect(simulation.now.seconds - gone <= 1.1)
    #expect(simulation.finished().succeeded == 2)
    #expect(simulation.node(of: 0) == 2)
  }

  // MARK: Rates

  @Test func `a run alone on its line ends as predicted, also where a cap leaves the bursts of windows to the line`() {
    var changed = 0
    for type in ["database", "realtime-analytics", "media-processing"] {
      for (cap, gigabits) in [(0, 1), (0, 10), (67e6, 1), (67e6, 10), (200e6, 10), (500e6, 25)] as [(Double, Double)] {
        let scenario = Build.scenario(
          hours: 8, nodes: [Build.nodes(2, gigabits: gigabits)],
          machines: [
            Build.replayed("m", [[0.3]], vCPUs: 8, gib: 8, on: ["node-1"]) { $0.workloadType = type }
          ]
        ) {
          $0.migration.bandwidthPerMigration = cap
          $0.migration.completionTimeoutPerGiB = 60
        }
        var simulation = Simulation.started(scenario, Script([.init(.migration, 0, to: 1)]))
        let profile = simulation.profiles[0]
        let line = simulation.transfers.network.egressBytesPerSecond(of: NodeID(0))
        var alone = MigrationCase(
          memoryBytes: 8 * 0x1p30, usedBytes: profile.memoryUsedBytes, dirty: profile.dirty, linkBytesPerSecond: line,
          configuration: scenario.migration)
        let predicted = predict(alone)
        let measured = simulation.finished()
        let what = "\(type), cap \(cap), \(gigabits) Gbit/s"
        #expect(measured.succeeded == (predicted.status == .completed ? 1 : 0), "\(what)")
        let bytes = abs(measured.transferredBytes / predicted.transferredBytes - 1)
        #expect(bytes < 1e-3, "\(what): \(measured.transferredBytes) of \(predicted.transferredBytes) bytes")
        if let duration = measured.durationsSeconds.first {
          #expect(abs(duration - predicted.totalSeconds) < 0.01 + 1e-3 * duration, "\(what)")
          #expect(abs(measured.pausesSeconds[0] - predicted.downtimeSeconds) < 0.01, "\(what)")
        }
        alone.linkBytesPerSecond = alone.bytesPerSecond
        let paced = predict(alone)
        if paced.status != predicted.status || abs(paced.totalSeconds / predicted.totalSeconds - 1) > 0.05 {
          changed += 1
        }
      }
    }
    #expect(changed >= 1)
  }

  @Test func `what the others leave is what the network would give without the cap`() {
    Seeds.each(300) { seed in
      var random = RandomStream(seed: seed, replication: 0, purpose: .balancer)
      let nodes = 2 + random.uniform(below: 4)
      let count = 1 + random.uniform(below: 12)
      let scenario = Build.scenario(
        nodes: (0..<nodes).map { Build.nodes(1, "n\($0)", gigabits: random.pick([1, 10, 25])) },
        machines: [Build.machines("m", count, gib: 1)])
      var simulation = Simulation.started(scenario)
      for machine in 0..<count {
        let source = random.uniform(below: nodes)
        let target = (source + 1 + random.uniform(below: nodes - 1)) % nodes
        var row = MigrationRow(
          request: MigrationRequest(
            machine: MachineID(machine), source: NodeID(source), requestedAt: .zero, origin: .byHand),
          source: NodeID(source), podCreatedAt: .zero)
        row.target = NodeID(target)
        row.streamBytesPerSecond = 12e9
        row.capBytesPerSecond = random.pick([20e6, 100e6, 400e6, 12e9])
        let slot = simulation.transfers.take(row)
        simulation.transfers.network.addFlow(
          id: slot, from: row.source, to: row.target, capBytesPerSecond: row.capBytesPerSecond)
      }
      let (slots, rates) = (simulation.transfers.network.flowIDs, simulation.transfers.network.rates())
      let loads = NodeLoads(simulation.transfers, slots: slots, rates: rates)
      for (position, slot) in slots.enumerated() {
        let fast = loads.rateWithoutCap(of: slot, &simulation.transfers, bytesPerSecond: rates[position])
        let exact = simulation.transfers.network.rateWithoutCap(of: slot)
        if abs(fast - exact) > 1e-6 * exact { return "\(fast) bytes/s for \(exact)" }
      }
      return nil
    }
  }

  // MARK: Bringing up to date

  @Test(arguments: [0, 60e6])
  func `a run that brings every transfer up to date all the time gives the same`(cap: Double) {
    func measured(everything: Bool) -> Measurements {
      let scenario = Build.scenario(
        hours: 3, seed: 5, nodes: [Build.nodes(6, gib: 256, gigabits: 2)],
        machines: [
          Build.machines("web", 20, on: ["node-1", "node-2"]),
          Build.machines("db", 10, vCPUs: 8, gib: 16, type: "database", on: ["node-1", "node-3"]),
        ]
      ) {
        $0.migration.parallelMigrationsPerCluster = 20
        $0.migration.parallelOutboundMigrationsPerNode = 10
        $0.migration.bandwidthPerMigration = cap
        $0.migration.queue = .byPriority
        $0.demand.sampleEvery = .seconds(30)
      }
      var simulation = Simulation.started(scenario, Script((0..<30).map { .init(.migration, $0, to: 3 + $0 % 3) }))
      var next = 0.0
      while simulation.step() {
        guard everything, simulation.now.seconds >= next else { continue }
        simulation.refreshEverything()
        next = simulation.now.seconds + 5
      }
      simulation.finish()
      return simulation.measurements
    }
    let (some, all) = (measured(everything: false), measured(everything: true))
    #expect(some.succeeded == all.succeeded && some.succeeded >= 20)
    #expect(some.failures == all.failures)
    func close(_ a: [Double], _ b: [Double]) -> Bool {
      a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-3 + 1e-4 * abs($1) }
    }
    #expect(close(some.durationsSeconds, all.durationsSeconds))
    #expect(close(some.pausesSeconds, all.pausesSeconds))
    #expect(close(some.queueWaitsSeconds, all.queueWaitsSeconds))
    #expect(close([some.transferredBytes, some.brownOutSeconds], [all.transferredBytes, all.brownOutSeconds]))
    #expect(some.eventCount < all.eventCount)
  }

  // MARK: Activity

  /// A database that runs 0.35 of its CPUs on average, by replayed use, on a line of its own.
  private func database(_ use: [Float], gigabits: Double, hours: Double = 3) -> Measurements {
    let scenario = Build.scenario(
      hours: hours, nodes: [Build.nodes(2, gigabits: gigabits)],
      machines: [
        Build.replayed("db", [use], vCPUs: 8, gib: 16, on: ["node-1"]) {
          $0.workloadType = "database"
          $0.memoryUsedShare = 0.85
        }
      ]
    ) { $0.migration.completionTimeoutPerGiB = 60 }
    var simulation = Simulation.started(scenario, Script([.init(.migration, 0, to: 1)]))
    return simulation.finished()
  }

  /// Twelve hours of night at a tenth, twelve of day, from the given hour.
  private func day(from hour: Int) -> [Float] {
    (0..<288).map { sample in
      let ofDay = (sample / 12 + hour) % 24
      return ofDay >= 8 && ofDay < 20 ? 0.6 : 0.1
    }
  }

  @Test func `the same database moves at night and not at noon where the edge lies between`() {
    var edges = 0
    for gigabits in [0.5, 1, 1.5, 2, 3, 4, 6] {
      let night = database(day(from: 1), gigabits: gigabits)
      let noon = database(day(from: 12), gigabits: gigabits)
      #expect(night.succeeded >= noon.succeeded, "at \(gigabits) Gbit/s")
      if night.succeeded == 1 && noon.succeeded == 0 {
        edges += 1
        #expect(noon.failures.rows.map(\.reason) == ["completion timeout"])
      } else if night.succeeded == 1 && noon.succeeded == 1 {
        #expect(night.durationsSeconds[0] <= noon.durationsSeconds[0] + 1e-6)
      }
    }
    #expect(edges >= 1)
  }

  @Test func `a change of activity during a transfer counts from when it happens`() {
    // Use changes every five minutes; all rows have a mean of 0.35.
    func row(_ first: [Float]) -> [Float] {
      let used = (0..<24).map { first[$0 % first.count] }
      return used + Array(repeating: (0.35 * 96 - used.reduce(0, +)) / 72, count: 72)
    }
    let rows = [row([0.05]), row([0.05, 0.3]), row([0.3])]
    var inOrder = 0
    for gigabits in [0.3, 0.35, 0.4, 0.5, 0.7, 1] {
      let sent = rows.map { database($0, gigabits: gigabits, hours: 1) }.map(\.transferredBytes)
      #expect(sent[0] <= sent[1] * 1.001 && sent[1] <= sent[2] * 1.001, "\(sent) at \(gigabits) Gbit/s")
      if sent[0] < 0.99 * sent[1] && sent[1] < 0.99 * sent[2] { inOrder += 1 }
    }
    #expect(inOrder >= 1)
  }
}

extension Simulation {
  fileprivate var isTransferringAnything: Bool { transfers.rows.contains { $0.isInUse && $0.stage == .transferring } }

  /// Brings every transfer to now and schedules its event anew, changed or not.
  fileprivate mutating func refreshEverything() {
    refreshTransfers()
    for slot in transfers.rows.indices where isTransferring(slot) {
      advanceTransfer(slot)
      scheduleTransfer(slot)
    }
  }
}
