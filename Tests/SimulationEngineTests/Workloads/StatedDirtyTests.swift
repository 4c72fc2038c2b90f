import ClusterModel
import EventKernel
import LiveMigration
import TestSupport
import Testing

@testable import SimulationEngine

/// What was measured of a machine counts before its type and before a rate.
struct StatedDirtyTests {
  private static let gibibyte = 0x1p30

  private func profile(_ stated: DirtyStatement?, rate: Double? = nil, seed: UInt64 = 3) throws -> MachineProfile {
    var machine = VirtualMachine(name: "a", vCPUs: 8, guestMemoryBytes: 32 << 30)
    machine.statedDirty = stated
    machine.observedDirtyBytesPerSecond = rate
    let index = try #require(WorkloadCatalog.index(of: "database"))
    var random = RandomStream(seed: seed, replication: 0, purpose: .profile)
    return MachineProfile(
      machine, profile: WorkloadCatalog.all[index], statedCPUShare: nil, statedMemoryShare: 0.9, random: &random)
  }

  @Test func `exact figures are taken as they are, and leave the other draws alone`() throws {
    let stated = DirtyStatement(
      hotSetBytes: .init(1e9), tauSeconds: .init(4), coldBytesPerSecond: .init(8e6), workingSetBytes: .init(6e9))
    let (plain, measured) = (try profile(nil), try profile(stated, rate: 5e8))
    #expect(measured.dirty == DirtyPageProfile(hotSetBytes: 1e9, tauSeconds: 4, coldBytesPerSecond: 8e6, capBytes: 6e9))
    #expect(plain.meanCPUShare == measured.meanCPUShare && plain.memoryUsedBytes == measured.memoryUsedBytes)
  }

  @Test func `what is not stated is the type's`() throws {
    let plain = try profile(nil).dirty
    let measured = try profile(DirtyStatement(tauSeconds: .init(2))).dirty
    #expect(measured[0].setBytes == plain[0].setBytes && measured[1] == plain[1])
    #expect(abs(measured[0].writesBytesPerSecond / (plain[0].setBytes / 2) - 1) < 1e-12)
    // Beside measured bytes the type's working set would be a guess: all memory in use is the cap.
    let open = try profile(DirtyStatement(hotSetBytes: .init(1e9))).dirty
    #expect(open.workingSetBytes == 0.9 * 32 * Self.gibibyte)
  }

  @Test func `an interval is drawn inside its ends, with the three figures moving together`() throws {
    let stated = DirtyStatement(
      hotSetBytes: .init(low: 2e8, typical: 3e8, high: 5e8), tauSeconds: .init(low: 0.05, typical: 0.3, high: 2),
      coldBytesPerSecond: .init(low: 0, typical: 2e7, high: 3e7))
    var taus: [Double] = []
    for seed in 0..<300 as Range<UInt64> {
      let dirty = try profile(stated, seed: seed).dirty
      let tau = dirty[0].setBytes / dirty[0].writesBytesPerSecond
      #expect(dirty[0].setBytes >= 2e8 && dirty[0].setBytes <= 5e8 && tau >= 0.0499 && tau <= 2.001)
      #expect(dirty[1].writesBytesPerSecond >= 0 && dirty[1].writesBytesPerSecond <= 3e7)
      #expect((tau >= 0.3) == (dirty[0].setBytes >= 3e8) || abs(tau - 0.3) < 1e-9)
      #expect((tau >= 0.3) == (dirty[1].writesBytesPerSecond <= 2e7) || abs(tau - 0.3) < 1e-9)
      taus.append(tau)
    }
    taus.sort()
    #expect(abs(taus[150] / 0.3 - 1) < 0.25 && taus[10] < 0.06 && taus[290] > 1.7)
  }

  @Test func `a group's figures reach its machines`() throws {
    var group = MachineGroup(name: "db", count: 2, vCPUs: 4, guestMemoryBytes: 8 << 30)
    group.dirty = DirtyStatement(hotSetBytes: .init(1e9))
    group.dirtyBytesPerSecond = 3e7
    var cluster = ClusterSpecification()
    cluster.machineGroups = [group]
    let machines = ClusterBuilder(cluster).inventory.machines
    #expect(machines.count == 2 && machines.allSatisfy { $0.statedDirty == group.dirty })
    #expect(machines.allSatisfy { $0.observedDirtyBytesPerSecond == 3e7 })
  }

  @Test func `the evidence counts machines with dirty pages of their own in a row of its own`() {
    var measured = MachineGroup(name: "db", count: 2, vCPUs: 4, guestMemoryBytes: 8 << 30)
    let plain = MachineGroup(name: "web", count: 3, vCPUs: 4, guestMemoryBytes: 8 << 30)
    func evidence(_ groups: [MachineGroup]) -> [Evidence] {
      var cluster = ClusterSpecification()
      cluster.machineGroups = groups
      var scenario = Scenario()
      scenario.cluster = cluster
      return Remarks.evidence([SimulationSetup(scenario)])
    }
    let without = evidence([measured, plain])
    #expect(without.allSatisfy { $0.grade != nil } && without.reduce(0) { $0 + $1.machineCount } == 5)
    measured.dirty = DirtyStatement(hotSetBytes: .init(1e9))
    #expect(evidence([measured, plain]) == without + [.measured(machineCount: 2)])
    #expect(Evidence.measured(machineCount: 2).text == "measured dirty pages (2)")
  }

  @Test func `a mark reads back as it was, and nothing else is a mark`() {
    let stated = DirtyStatement(
      hotSetBytes: .init(low: 1e8 / 3, typical: 1e8, high: 2e8), tauSeconds: .init(1 / 3), workingSetBytes: .init(6e9))
    #expect(DirtyStatement(mark: stated.mark) == stated)
    for text in ["hotSet", "hotSet=", "hotSet=a", "hotSet=1/2", "hotSet=3/2/1", "cold=1", "tau=-1", "tau=nan"] {
      #expect(DirtyStatement(mark: text) == nil, "\(text)")
    }
  }
}
