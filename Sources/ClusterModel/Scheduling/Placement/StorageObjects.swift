/// A persistent volume as far as it ties pods to nodes.
package struct VolumeSpecification: Sendable, Hashable {
  package var name: String
  package var labels: [String: String] = [:]
  /// `spec.nodeAffinity.required`; nil where every node reaches the volume.
  package var requiredNodeTerms: [NodeSelectorTerm]?
  /// CSI driver and its name for the volume; empty for another kind of volume.
  package var driver = ""
  package var handle = ""
  package var storageClassName = ""
  package var accessModes: [String] = []
  package var capacity: Quantity?
  /// Belongs to no claim and may be bound to one.
  package var isFree = false

  package init(name: String, labels: [String: String] = [:], requiredNodeTerms: [NodeSelectorTerm]? = nil) {
    self.name = name
    self.labels = labels
    self.requiredNodeTerms = requiredNodeTerms
  }
}

extension PlacementObjects {
  package struct Claim: Sendable, Hashable {
    package enum Ending: Sendable { case none, isTerminating, isLost }

    package var namespace: String
    package var name: String
    /// Empty while the claim is not bound.
    package var volumeName: String
    /// Empty for none.
    package var storageClassName = ""
    package var accessModes: [String] = []
    package var request: Quantity?
    /// Where a volume is being made for the claim; empty for nowhere.
    package var selectedNode = ""
    package var ending = Ending.none

    package init(namespace: String, name: String, volumeName: String) {
      self.namespace = namespace
      self.name = name
      self.volumeName = volumeName
    }

    var isOncePod: Bool { accessModes.contains("ReadWriteOncePod") }
  }

  package struct StorageClass: Sendable, Hashable {
    package var name: String
    package var provisioner: String
    /// `WaitForFirstConsumer`; otherwise `Immediate`.
    package var waitsForConsumer: Bool
    /// `allowedTopologies`, as terms on node labels; nil allows every node.
    package var allowedTerms: [NodeSelectorTerm]?

    package init(
      name: String, provisioner: String, waitsForConsumer: Bool, allowedTerms: [NodeSelectorTerm]? = nil
    ) {
      self.name = name
      self.provisioner = provisioner
      self.waitsForConsumer = waitsForConsumer
      self.allowedTerms = allowedTerms
    }
  }

  /// From a CSINode: how many volumes of a driver a node can have attached.
  package struct VolumeLimit: Sendable, Hashable {
    package var nodeName: String
    package var driver: String
    package var count: Int

    package init(nodeName: String, driver: String, count: Int) {
      self.nodeName = nodeName
      self.driver = driver
      self.count = count
    }
  }

  /// A PodDisruptionBudget with what it still allows.
  package struct DisruptionBudget: Sendable, Hashable {
    package var namespace: String
    package var name: String
    /// Nil and empty match nothing, as preemption reads it.
    package var selector: LabelSelector?
    package var disruptionsAllowed: Int
    /// Pods whose eviction is allowed for already.
    package var disruptedPods: [String] = []

    package init(namespace: String, name: String, selector: LabelSelector?, disruptionsAllowed: Int) {
      self.namespace = namespace
      self.name = name
      self.selector = selector
      self.disruptionsAllowed = disruptionsAllowed
    }
  }
}

/// A disk that a pod names itself, without a claim.
package struct InlineDisk: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case googleDisk(name: String)
    case amazonDisk(id: String)
    case iscsi(target: String)
    case rados(monitors: [String], pool: String, image: String)
  }

  package var kind: Kind
  package var isReadOnly: Bool

  package init(_ kind: Kind, isReadOnly: Bool = false) {
    self.kind = kind
    self.isReadOnly = isReadOnly
  }

  /// Whether two pods of one node cannot both have them: the same disk, unless both only read; Amazon's never twice.
  package func conflicts(with other: InlineDisk) -> Bool {
    switch (kind, other.kind) {
    case (.amazonDisk(let a), .amazonDisk(let b)): a == b
    case (.googleDisk(let a), .googleDisk(let b)): a == b && !(isReadOnly && other.isReadOnly)
    case (.iscsi(let a), .iscsi(let b)): a == b && !(isReadOnly && other.isReadOnly)
    case (.rados(let monitors, let pool, let image), .rados(let others, let otherPool, let otherImage)):
      pool == otherPool && image == otherImage && monitors.contains { others.contains($0) }
        && !(isReadOnly && other.isReadOnly)
    default: false
    }
  }
}
