import ClusterModel
import EventKernel
import LiveMigration
import TestSupport
import Testing

@testable import SimulationEngine

struct MachineProfileTests {
  private let database = WorkloadCatalog.all[WorkloadCatalog.index(of: "database") ?? 0]

  private func profile(
    vCPUs: Int = 8, gib: Int64 = 32, cpu: Double? = nil, memory: Double? = nil, observed: ObservedUsage? = nil,
    seed: UInt64 = 1
  ) -> MachineProfile {
    var machine = VirtualMachine(name: "vm", vCPUs: vCPUs, guestMemoryBytes: gib << 30)
    machine.observedUsage = observed
    var random = RandomStream(seed: seed, replication: 0, purpose: .profile)
    return MachineProfile(
      machine, profile: database, statedCPUShare: cpu, statedMemoryShare: memory, random: &random)
  }

  @Test func `stated figures win over observed ones and those over the draw`() {
    let gib = Double(1 << 30)
    let observed = ObservedUsage(cpuCores: 2, memoryBytes: 8 * gib)
    #expect(profile(cpu: 0.5, memory: 0.25, observed: observed).meanCPUShare == 0.5)
    #expect(profile(cpu: 0.5, memory: 0.25, observed: observed).memoryUsedBytes == 8 * gib)
    #expect(profile(observed: observed).meanCPUShare == 0.25)
    #expect(profile(observed: ObservedUsage(cpuCores: 99, memoryBytes: 99 * gib)).memoryUsedBytes == 32 * gib)
    #expect(profile(cpu: 7).meanCPUShare == 1)
  }

  @Test func `a stated figure does not shift the other draws`() {
    let drawn = profile()
    let stated = profile(cpu: 0.9)
    #expect(drawn.memoryUsedBytes == stated.memoryUsedBytes && drawn.dirty == stated.dirty)
  }

  @Test func `draws have the typical value as median and their range at p5 and p95`() {
    var random = RandomStream(seed: 5, replication: 0, purpose: .profile)
    let spread = Spread(2, 6, 18)
    let draws = (0..<4000).map { _ in spread.sample(&random) }.sorted()
    #expect(abs(draws[2000] / 6 - 1) < 0.06)
    #expect(abs(draws[200] / 2 - 1) < 0.1)
    #expect(abs(draws[3800] / 18 - 1) < 0.1)
  }

  @Test func `a range without width gives its typical value`() {
    var random = RandomStream(seed: 5, replication: 0, purpose: .profile)
    #expect(Spread(1, 1, 1).sample(&random) == 1)
  }

  @Test func `dirty sets scale with used memory up to twice the reference, then more slowly`() {
    #expect(MachineProfile.scaledSetBase(5, reference: 10) == 5)
    #expect(MachineProfile.scaledSetBase(20, reference: 10) == 20)
    let far = MachineProfile.scaledSetBase(200, reference: 10)
    #expect(abs(far - 20 * DeterministicMath.pow(10, 0.7)) < 1e-9)
    #expect(MachineProfile.scaledSetBase(20.001, reference: 10) < 20.001)
    #expect(MachineProfile.scaledSetBase(5, reference: 0) == 5)
  }

  @Test func `the cold rate scales with the vCPUs and memory sets stay inside used memory`() {
    let small = profile(vCPUs: 4)
    let large = profile(vCPUs: 16)
    #expect(abs(large.dirty[1].writesBytesPerSecond / small.dirty[1].writesBytesPerSecond - 4) < 1e-9)
    Seeds.each(200) { seed in
      let profile = profile(gib: Int64(1 + seed % 64), seed: seed)
      let cap = profile.dirty.workingSetCapBytes ?? .infinity
      if cap > profile.memoryUsedBytes { return "the working set exceeds used memory" }
      if profile.dirty[0].setBytes > cap { return "the hot set exceeds the working set" }
      return profile.memoryUsedBytes <= Double(1 + seed % 64) * 0x1p30 ? nil : "uses more than the guest has"
    }
  }

  @Test func `every workload type has ordered ranges and a name of its own`() {
    #expect(Set(WorkloadCatalog.all.map(\.name)).count == WorkloadCatalog.all.count)
    #expect(WorkloadCatalog.index(of: WorkloadCatalog.defaultName) != nil)
    for type in WorkloadCatalog.all {
      let spreads = [
        type.meanCPUPercent, type.cpuCoefficientOfVariation, type.dayPeakToTrough, type.memoryUsedPercent,
        type.hotSetPercentOfUsed, type.hotSetTimeConstantSeconds, type.coldDirtyMiBPerSecond,
        type.workingSetPercentOfUsed,
      ]
      #expect(spreads.allSatisfy { 0 < $0.low && $0.low <= $0.typical && $0.typical <= $0.high }, "\(type.name)")
      #expect(type.availabilityPercent > 90 && type.availabilityPercent <= 100 && !type.migrationAdvice.isEmpty)
    }
  }

  @Test func `a type is the stated one, else the label's, else inferred from use`() {
    func infer(_ change: (inout VirtualMachine) -> Void) -> String {
      var machine = VirtualMachine(name: "vm", vCPUs: 4, guestMemoryBytes: 100)
      change(&machine)
      let found = WorkloadInference.infer(machine)
      return "\(WorkloadCatalog.all[found.index].name), \(found.basis.rawValue)"
    }
    #expect(infer { _ in } == "general-purpose, no evidence")
    #expect(
      infer {
        $0.workloadType = "hpc"; $0.labels = [WorkloadInference.label: "batch"]
      } == "hpc, stated")
    #expect(infer { $0.labels = [WorkloadInference.label: "batch"] } == "batch, label headroom/workload-type")
    #expect(infer { $0.observedUsage = .init(cpuCores: 4, memoryBytes: 81) } == "database, observed usage")
    #expect(infer { $0.observedUsage = .init(cpuCores: 2.9, memoryBytes: 80) } == "batch, observed usage")
    #expect(infer { $0.observedUsage = .init(cpuCores: 2.8, memoryBytes: 80) } == "general-purpose, observed usage")
  }
}
