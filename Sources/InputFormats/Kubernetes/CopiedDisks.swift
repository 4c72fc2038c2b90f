import ClusterModel

/// Disks that a live migration copies over the network: what is in files of the launcher pod, and volumes that move.
///
/// Copied are overlays of container disks and ephemeral volumes, empty disks, and images that KubeVirt makes of
/// cloud-init data, config maps, secrets and the like; CD-ROMs are not. Source: kubevirt/kubevirt
/// `pkg/virt-launcher/virtwrap/live-migration-source.go`.
struct CopiedDisks: Sendable {
  /// Images of known kind: an ISO file of a few entries takes less than 1 MiB (reasoned).
  var generatedCount = 0
  /// Disks of which only what the guest wrote is copied, which no dump tells.
  var overlayCount = 0

  static let generatedBytes: Int64 = 1 << 20

  private static let overlayKinds = ["containerDisk", "ephemeral", "emptyDisk"]
  /// Volumes that are neither copied nor made by KubeVirt; all others are images, whose text no reader keeps.
  private static let otherKinds = ["persistentVolumeClaim", "dataVolume", "hostDisk", "memoryDump", "downwardMetrics"]

  init() {}

  /// - Parameter spec: of a machine's template or instance.
  init(_ spec: SyntaxNode, _ devices: SyntaxNode?, _ session: DecodingSession) {
    var disks: Set<String> = []
    for disk in session.elements(devices, "disks") where disk["cdrom"] == nil {
      if let name = disk["name"]?.text { disks.insert(name) }
    }
    guard !disks.isEmpty else { return }
    for volume in session.elements(spec, "volumes") where disks.contains(volume["name"]?.text ?? "") {
      if Self.overlayKinds.contains(where: { volume[$0] != nil }) {
        overlayCount += 1
      } else if !Self.otherKinds.contains(where: { volume[$0] != nil }) {
        generatedCount += 1
      }
    }
  }

  /// `status.migratedVolumes` of an instance: the size of the claims that it leaves; nil where none moves.
  ///
  /// One without a size counts as nothing.
  static func movingBytes(_ status: SyntaxNode?, _ session: DecodingSession) -> Int64? {
    let volumes = session.elements(status, "migratedVolumes")
    guard !volumes.isEmpty else { return nil }
    var sum: Int64 = 0
    for volume in volumes {
      let source = session.mapping(volume, "sourcePVCInfo")
      sum = sum.addingClamped(
        ClaimSize.bytes(session.mapping(source, "capacity"), session)
          ?? ClaimSize.bytes(session.mapping(source, "requests"), session) ?? 0)
    }
    return sum
  }
}

/// `storage` among requests or capacities of a claim.
enum ClaimSize {
  static func bytes(_ amounts: SyntaxNode?, _ session: DecodingSession) -> Int64? {
    // Sizes are extras: one that cannot be read is no reason to leave out the machine.
    guard let text = amounts?["storage"]?.present, let quantity = try? Quantity(text) else { return nil }
    let bytes = quantity.nanoUnits / 1_000_000_000
    return bytes > 0 ? Int64(clamping: bytes) : nil
  }
}

/// What a dump leaves open about copied disks, told once.
struct CopiedDiskReport {
  private var overlays: [String] = []
  private var movable: [(name: String, bytes: Int64)] = []

  mutating func addOverlay(_ name: String) { overlays.append(name) }
  mutating func addMovable(_ name: String, _ bytes: Int64) { movable.append((name, bytes)) }

  func report(to session: DecodingSession) {
    if let first = overlays.first {
      session.report(
        .note, .remark,
        (overlays.count == 1 ? "machine \(first) has" : "\(overlays.count) machines have")
          + " container disks or the like: migrations copy what was written there, and nothing is assumed to be",
        help: "annotate the machine: headroom/copied-disk-bytes: \"2147483648\"")
    }
    if let first = movable.first {
      let bytes = movable.reduce(Int64(0)) { $0.addingClamped($1.bytes) }
      session.report(
        .note, .remark,
        (movable.count == 1 ? "machine \(first.name) is" : "\(movable.count) machines are")
          + " on disks of one node at a time and may move live by volume migration: that would copy "
          + "\(MemorySize.formatted(bytes: bytes)); until then they move cold")
    }
  }
}

extension Int64 {
  fileprivate func addingClamped(_ other: Int64) -> Int64 {
    let (sum, isTooLarge) = addingReportingOverflow(other)
    return isTooLarge ? .max : sum
  }
}
