/// What a pod uses of volumes that others may use too, as numbers of `VolumeUse`.
struct VolumeLoad: Hashable {
  struct Attachment: Hashable {
    var driver: Int32
    var volume: Int32
  }

  /// Each volume once; only of drivers that some node limits.
  var attachments: [Attachment] = []
  /// Claims that a single pod may use.
  var soleClaims: [Int32] = []
  var disks: [InlineDisk] = []

  var isEmpty: Bool { attachments.isEmpty && soleClaims.isEmpty && disks.isEmpty }
}

/// VolumeRestrictions and NodeVolumeLimits: what running pods have in use, kept while pods come and go.
///
/// A volume that several pods of a node share is attached once. Volumes attached to a node for no pod are not known.
struct VolumeUse {
  static let diskConflict = "node(s) had no available disk"
  static let claimConflict =
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"
  static let limitExceeded = "node(s) exceed max volume count"

  private struct Key: Hashable {
    var node: Int
    var volume: Int32
  }

  private var driverNumbers: [String: Int32] = [:]
  private var volumeNumbers: [String: Int32] = [:]
  private var claimNumbers: [String: Int32] = [:]
  /// By driver, then node; −1 without a limit.
  private(set) var limits: [[Int]] = []
  private(set) var attachedCounts: [[Int]] = []
  private var users: [Key: Int32] = [:]
  private var claimUsers: [Int32] = []
  private(set) var disks: [[InlineDisk]]
  private(set) var driverNames: [String] = []

  init(_ nodes: [NodeSpecification], _ objects: PlacementObjects) {
    disks = Array(repeating: [], count: nodes.count)
    guard !objects.volumeLimits.isEmpty else { return }
    let positions = Dictionary(nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    for limit in objects.volumeLimits {
      guard let node = positions[limit.nodeName] else { continue }
      let driver = driverNumbers[limit.driver] ?? Int32(driverNames.count)
      if Int(driver) == driverNames.count {
        driverNumbers[limit.driver] = driver
        driverNames.append(limit.driver)
        limits.append(Array(repeating: -1, count: nodes.count))
        attachedCounts.append(Array(repeating: 0, count: nodes.count))
      }
      limits[Int(driver)][node] = limit.count
    }
  }

  mutating func load(of pod: PodSpecification, _ plugin: VolumePlugin) -> VolumeLoad {
    var load = VolumeLoad(disks: pod.disks)
    for name in pod.claimNames {
      guard let claim = plugin.claim(pod.namespace, name) else { continue }
      if claim.isOncePod {
        let number = Self.number(of: "\(claim.namespace)/\(claim.name)", &claimNumbers)
        if claimUsers.count <= Int(number) { claimUsers.append(0) }
        if !load.soleClaims.contains(number) { load.soleClaims.append(number) }
      }
      guard !driverNumbers.isEmpty, let found = plugin.attachment(claim), let driver = driverNumbers[found.driver]
      else { continue }
      let attachment = VolumeLoad.Attachment(driver: driver, volume: Self.number(of: found.volume, &volumeNumbers))
      if !load.attachments.contains(attachment) { load.attachments.append(attachment) }
    }
    return load
  }

  private static func number(of text: String, _ numbers: inout [String: Int32]) -> Int32 {
    if let known = numbers[text] { return known }
    let number = Int32(numbers.count)
    numbers[text] = number
    return number
  }

  /// - Parameter sign: 1 for a pod that comes, −1 for one that goes.
  mutating func change(_ load: VolumeLoad, _ node: Int, _ sign: Int32) {
    for attachment in load.attachments {
      let key = Key(node: node, volume: attachment.volume)
      let before = users[key] ?? 0
      let after = before + sign
      users[key] = after > 0 ? after : nil
      if (before > 0) != (after > 0) { attachedCounts[Int(attachment.driver)][node] += Int(sign) }
    }
    for claim in load.soleClaims { claimUsers[Int(claim)] += sign }
    for disk in load.disks {
      if sign > 0 {
        disks[node].append(disk)
      } else if let position = disks[node].firstIndex(of: disk) {
        disks[node].remove(at: position)
      }
    }
  }

  func refuse(_ load: VolumeLoad, _ masks: inout ContiguousArray<UInt16>) {
    for node in masks.indices { masks[node] |= rejections(load, node).rawValue }
  }

  func rejections(_ load: VolumeLoad, _ node: Int) -> Rejections {
    var result: Rejections = []
    if hasDiskConflict(load, node) || isClaimTaken(load) { result.insert(Rejections(.volumeRestrictions)) }
    if load.attachments.contains(where: { exceeds(load, $0.driver, node) }) {
      result.insert(Rejections(.nodeVolumeLimits))
    }
    return result
  }

  /// Disks come before claims, as the scheduler looks at them.
  func restriction(_ load: VolumeLoad, _ node: Int) -> String {
    hasDiskConflict(load, node) ? Self.diskConflict : Self.claimConflict
  }

  func isClaimTaken(_ load: VolumeLoad) -> Bool { load.soleClaims.contains { claimUsers[Int($0)] > 0 } }

  func hasDiskConflict(_ load: VolumeLoad, _ node: Int) -> Bool {
    disks[node].contains { taken in load.disks.contains { $0.conflicts(with: taken) } }
  }

  /// The driver whose limit new volumes of the pod would exceed, with what is attached and the most that can be.
  func shortage(_ load: VolumeLoad, _ node: Int) -> (driver: String, attached: Int, limit: Int)? {
    guard let driver = load.attachments.map(\.driver).first(where: { exceeds(load, $0, node) }) else { return nil }
    return (driverNames[Int(driver)], attachedCounts[Int(driver)][node], limits[Int(driver)][node])
  }

  private func exceeds(_ load: VolumeLoad, _ driver: Int32, _ node: Int) -> Bool {
    let limit = limits[Int(driver)][node]
    guard limit >= 0 else { return false }
    let fresh = load.attachments.count {
      $0.driver == driver && users[Key(node: node, volume: $0.volume)] == nil
    }
    return fresh > 0 && attachedCounts[Int(driver)][node] + fresh > limit
  }
}
