import ClusterModel
import EventKernel
import LiveMigration
import Testing

@testable import SimulationEngine

@Suite struct ObservedDirtyRateTests {
  private func profile(_ rate: Double?) throws -> MachineProfile {
    var machine = VirtualMachine(name: "a", vCPUs: 4, guestMemoryBytes: 16 << 30)
    machine.observedDirtyBytesPerSecond = rate
    var random = RandomStream(seed: 7, replication: 0, purpose: .profile, entity: 1)
    let general = try #require(WorkloadCatalog.all.first { $0.name == "general-purpose" })
    return MachineProfile(
      machine, profile: general, statedCPUShare: nil, statedMemoryShare: nil, random: &random)
  }

  @Test func `an observed rate doubled is what the first second dirties`() throws {
    for rate in [1e5, 1e6, 2e7] {
      let dirty = try profile(rate).dirty
      #expect(abs(dirty.uniqueDirtyBytes(activitySeconds: 1) / (2 * rate) - 1) < 1e-9)
    }
  }

  @Test func `no observed rate dirties more than the working set`() throws {
    let drawn = try profile(nil).dirty
    let fast = try profile(1e12).dirty
    let cap = try #require(drawn.workingSetCapBytes)
    #expect(fast.workingSetBytes <= cap * (1 + 1e-12))
    #expect(fast.uniqueDirtyBytes(activitySeconds: 1) > 0.5 * cap)
  }

  @Test func `an idle guest and the other draws stay as they are`() throws {
    let idle = try profile(0)
    let drawn = try profile(nil)
    #expect(idle.dirty.uniqueDirtyBytes(activitySeconds: 100) == 0)
    #expect(idle.meanCPUShare == drawn.meanCPUShare && idle.memoryUsedBytes == drawn.memoryUsedBytes)
  }
}
