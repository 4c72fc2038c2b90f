import ClusterModel
import SimulationEngine

/// What labels or annotations under `headroom/` say of a machine that Kubernetes has no field for.
///
/// An annotation counts before a label of the same key, because it may hold what is no label's value.
/// `headroom generate` writes them, and anyone may set them.
struct MachineMarks {
  private(set) var workloadType: String?
  private(set) var tier: Tier?
  private(set) var application: String?
  private(set) var dirtyBytesPerSecond: Double?
  private(set) var dirty: DirtyStatement?
  private(set) var copiedDiskBytes: Int64?
  private(set) var hasDedicatedCPUs: Bool?
  private(set) var hasSRIOVInterfaces: Bool?

  init() {}

  /// - Parameter metadata: of a machine, its template or its instance.
  init(_ metadata: SyntaxNode?, _ session: DecodingSession) {
    guard let metadata else { return }
    let (labels, annotations) = (metadata["labels"], metadata["annotations"])
    func mark(_ key: String) -> SyntaxNode? { annotations?[key] ?? labels?[key] }
    if let node = mark(WorkloadInference.label), node.present?.isEmpty == false {
      let names = WorkloadCatalog.all.map(\.name)
      workloadType = session.choice(node, WorkloadInference.label, of: names, severity: .warning).map { names[$0] }
    }
    if let node = mark("headroom/tier") {
      tier = session.choice(node, "headroom/tier", of: Tier.allCases.map(\.rawValue), severity: .warning)
        .map { Tier.allCases[$0] }
    }
    application = mark("headroom/application")?.present
    let key = "headroom/dirty-bytes-per-second"
    if let node = mark(key), let text = node.present {
      if let rate = Double(text), rate >= 0, rate <= 1e12 {
        dirtyBytesPerSecond = rate
      } else {
        session.report(
          .warning, .badUnit, "unreadable \(key) '\(node.shortText)': it is left out", at: node,
          label: "expected a number from 0 to 1e12", help: "write bytes a second, such as \"20000000\"")
      }
    }
    let curveKey = "headroom/dirty"
    if let node = mark(curveKey), let text = node.present {
      dirty = DirtyStatement(mark: text)
      if dirty == nil {
        session.report(
          .warning, .badUnit, "unreadable \(curveKey) '\(node.shortText)': it is left out", at: node,
          label: "expected hotSet, tau, coldRate, workingSet",
          help: "write bytes and seconds, such as \"hotSet=1e9 tau=2/4/8 coldRate=8e6\"")
      }
    }
    if let node = mark(Self.copiedDisk), let text = node.present {
      copiedDiskBytes = Int64(text).flatMap { $0 >= 0 ? $0 : nil }
      if copiedDiskBytes == nil {
        session.report(
          .warning, .badUnit, "unreadable \(Self.copiedDisk) '\(node.shortText)': it is left out", at: node,
          label: "expected a whole number of bytes", help: "write bytes, such as \"2147483648\"")
      }
    }
    hasDedicatedCPUs = mark("headroom/dedicated-cpus")?.text.map { $0 == "true" }
    hasSRIOVInterfaces = mark("headroom/sriov")?.text.map { $0 == "true" }
  }

  private static let copiedDisk = "headroom/copied-disk-bytes"

  /// These where they speak, else the others.
  func filled(from other: MachineMarks) -> MachineMarks {
    var result = self
    result.workloadType = workloadType ?? other.workloadType
    result.tier = tier ?? other.tier
    result.application = application ?? other.application
    result.dirtyBytesPerSecond = dirtyBytesPerSecond ?? other.dirtyBytesPerSecond
    result.dirty = dirty ?? other.dirty
    result.copiedDiskBytes = copiedDiskBytes ?? other.copiedDiskBytes
    result.hasDedicatedCPUs = hasDedicatedCPUs ?? other.hasDedicatedCPUs
    result.hasSRIOVInterfaces = hasSRIOVInterfaces ?? other.hasSRIOVInterfaces
    return result
  }

  func apply(to machine: inout VirtualMachine) {
    if let workloadType { machine.workloadType = workloadType }
    if let tier { machine.tier = tier }
    if let application { machine.applicationGroup = application }
    if let dirty { machine.statedDirty = dirty }
    if let copiedDiskBytes { machine.copiedDiskBytes = copiedDiskBytes }
    if let hasDedicatedCPUs { machine.hasDedicatedCPUs = hasDedicatedCPUs }
    if let hasSRIOVInterfaces { machine.hasSRIOVInterfaces = hasSRIOVInterfaces }
    if machine.observedDirtyBytesPerSecond == nil { machine.observedDirtyBytesPerSecond = dirtyBytesPerSecond }
  }
}
