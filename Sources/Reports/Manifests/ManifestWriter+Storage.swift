import ClusterModel
import SimulationEngine

/// Storage classes, what their disks allow, and the machines' disks.
extension ManifestWriter {
  private static let profileNamespace = "cdi.kubevirt.io/v1beta1"

  /// A StorageClass for every class mentioned, and a StorageProfile for those whose access mode is known.
  mutating func storageObjects() -> [JSONValue] {
    var known: [String: Bool] = [:]
    var all: Set<String> = []
    for storage in cluster.storageClasses where !storage.name.isEmpty {
      known[storage.name] = storage.isShared
      all.insert(storage.name)
    }
    for machine in inventory.machines where !machine.storageClassName.isEmpty { all.insert(machine.storageClassName) }
    var result: [JSONValue] = []
    for original in all.sorted() {
      let name = ManifestNames.subdomain(original)
      if name != original {
        tally.escapedNames += 1
        tally.escapedExample = tally.escapedExample ?? (original, name)
      }
      // Nobody provides the disks: the scheduler of another tool must not wait for volumes to be bound.
      result.append(
        .manifest(
          "storage.k8s.io/v1", "StorageClass",
          [
            ("metadata", metadata(name, original: original)), ("provisioner", .string("headroom/simulated")),
            ("volumeBindingMode", .string("WaitForFirstConsumer")),
          ]))
      guard let isShared = known[original] else { continue }
      let claim = JSONValue.object([
        ("accessModes", Self.accessModes(isShared: isShared)), ("volumeMode", .string("Block")),
      ])
      result.append(
        .manifest(
          Self.profileNamespace, "StorageProfile",
          [
            ("metadata", metadata(name)), ("spec", .object([("claimPropertySets", .array([claim]))])),
            (
              "status",
              .object([("claimPropertySets", .array([claim])), ("storageClass", .string(name))])
            ),
          ]))
    }
    return result
  }

  static func accessModes(isShared: Bool) -> JSONValue {
    .array([.string(isShared ? "ReadWriteMany" : "ReadWriteOnce")])
  }

  /// `v1 PersistentVolumeClaim` of a machine's disk; nil for one that names its claims.
  mutating func claim(_ index: Int, _ disk: MachineDisk) -> JSONValue? {
    let machine = inventory.machines[index]
    guard case .claim(let isShared) = disk, machine.terms.claimNames.isEmpty else { return nil }
    return .manifest(
      "v1", "PersistentVolumeClaim",
      [
        (
          "metadata", metadata(names.claims[index], namespace: ManifestNames.namespace(machine.namespace))
        ),
        ("spec", Self.claimSpec(isShared: isShared, storageClassName: machine.storageClassName)),
      ])
  }
}

/// Where a machine's first disk is.
enum MachineDisk: Equatable {
  /// Without a storage class nothing is said of disks: an image that is copied when the machine moves.
  case image
  case claim(isShared: Bool)

  /// KubeVirt's reason for disks that cannot be moved live.
  static let refusal = "DisksNotLiveMigratable"

  init(_ machine: VirtualMachine, isSharedClass: Bool?) {
    switch machine.migratability {
    case .cold(Self.refusal): self = .claim(isShared: false)
    case .live: self = machine.storageClassName.isEmpty ? .image : .claim(isShared: true)
    case .cold, .immovable: self = machine.storageClassName.isEmpty ? .image : .claim(isShared: isSharedClass ?? true)
    }
  }
}
