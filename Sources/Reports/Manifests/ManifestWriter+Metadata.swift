import ClusterModel

/// Keys of labels and annotations that hold what Kubernetes has no field for; the reader of dumps knows them.
///
/// The application and, where it is no label's value, every other text stand in an annotation of the same key.
enum ManifestKey {
  static let workloadType = "headroom/workload-type"
  static let tier = "headroom/tier"
  static let application = "headroom/application"
  static let dirty = "headroom/dirty"
  static let dirtyBytesPerSecond = "headroom/dirty-bytes-per-second"
  static let copiedDiskBytes = "headroom/copied-disk-bytes"
  static let dedicatedCPUs = "headroom/dedicated-cpus"
  static let sriov = "headroom/sriov"
  static let platform = "headroom/platform"
  static let migrationCompression = "headroom/migration-compression"
  static let migrationBandwidth = "headroom/migration-bandwidth"
  static let migrationLinks = "headroom/migration-links"
  static let uplinks = "headroom/uplinks"
  static let migrationMTU = "headroom/migration-mtu"
  static let migrationDedicated = "headroom/migration-dedicated"
  /// The model's name of an object that is written with another.
  static let name = "headroom/name"
}

/// Who brought an object into being.
struct ManifestOwner {
  var apiVersion: String
  var kind: String
  var name: String
  var uid: String
}

extension ManifestWriter {
  /// The longest text kept in an annotation; all of an object's may have 256 KiB.
  private static let annotationLimit = 1024

  /// `metadata` of an object.
  /// - Parameter original: the model's name, kept where the written one differs.
  mutating func metadata(
    _ name: String, original: String? = nil, namespace: String? = nil, labels: [String: String] = [:],
    annotations: [String: String] = [:], uid: String? = nil, owner: ManifestOwner? = nil
  ) -> JSONValue {
    var annotations = annotations
    if let original, original != name { annotations[ManifestKey.name] = original }
    let written = self.labels(labels, annotations: &annotations)
    return .object([
      ("annotations", annotations.isEmpty ? nil : .texts(annotations.mapValues(Self.cut))),
      ("labels", written.isEmpty ? nil : .texts(written)),
      ("name", .string(name)), ("namespace", namespace.map { .string($0) }),
      (
        "ownerReferences",
        owner.map { owner in
          .array([
            .object([
              ("apiVersion", .string(owner.apiVersion)), ("blockOwnerDeletion", .bool(true)),
              ("controller", .bool(true)), ("kind", .string(owner.kind)), ("name", .string(owner.name)),
              ("uid", .string(owner.uid)),
            ])
          ])
        }
      ),
      ("uid", uid.map { .string($0) }),
    ])
  }

  /// Labels as Kubernetes takes them; an annotation keeps a value that was changed.
  private mutating func labels(_ labels: [String: String], annotations: inout [String: String]) -> [String: String] {
    var result: [String: String] = [:]
    for (key, value) in labels {
      guard KubernetesName.isKey(key) else {
        tally.droppedKeys += 1
        continue
      }
      result[key] = labelValue(value)
      if result[key] != value, annotations[key] == nil { annotations[key] = value }
    }
    return result
  }

  /// A label's value, or a valid one that stands for it wherever it is mentioned.
  mutating func labelValue(_ value: String) -> String {
    if KubernetesName.isLabelValue(value) { return value }
    tally.escapedValues += 1
    return KubernetesName.escaped(value, limit: 63)
  }

  private static func cut(_ text: String) -> String {
    text.utf8.count <= annotationLimit ? text : String(text.prefix(annotationLimit / 4))
  }
}

extension JSONValue {
  /// An object of texts.
  static func texts(_ texts: [String: String]) -> JSONValue { .object(texts.map { ($0.key, .string($0.value)) }) }

  /// An object of the API.
  static func manifest(_ apiVersion: String, _ kind: String, _ members: [(String, JSONValue?)]) -> JSONValue {
    .object([("apiVersion", .string(apiVersion)), ("kind", .string(kind))] + members)
  }
}

/// Quantities as Kubernetes writes them, without loss.
enum ManifestQuantity {
  static func cpu(millicores: Int64) -> JSONValue {
    .string(millicores % 1000 == 0 ? String(millicores / 1000) : "\(millicores)m")
  }

  static func bytes(_ bytes: Int64) -> JSONValue {
    guard bytes != 0 else { return .string("0") }
    for (unit, size) in [("Gi", Int64(1 << 30)), ("Mi", 1 << 20), ("Ki", 1 << 10)] where bytes % size == 0 {
      return .string("\(bytes / size)\(unit)")
    }
    return .string(String(bytes))
  }

  /// Any amount that is not negative.
  static func exact(_ quantity: Quantity) -> JSONValue {
    let nano = max(0, quantity.nanoUnits)
    let (whole, part) = nano.quotientAndRemainder(dividingBy: 1_000_000_000)
    if part == 0 || whole >= 1_000_000_000_000_000_000_000 {
      return Int64(exactly: whole).map { bytes($0) } ?? .string("\(whole)")
    }
    return .string(nano % 1_000_000 == 0 ? "\(nano / 1_000_000)m" : "\(nano)n")
  }

  /// Billionths where the value is not whole; what is no amount is zero.
  static func measured(_ value: Double) -> JSONValue {
    guard value > 0, value < 9e18 else { return .string("0") }
    if value == value.rounded() { return .string(String(Int64(value))) }
    return .string(value < 9e9 ? "\(Int64((value * 1e9).rounded()))n" : String(Int64(value.rounded())))
  }
}
