/// A node as kube-scheduler sees it.
package struct NodeSpecification: Sendable, Hashable {
  package var name: String
  package var labels: [String: String] = [:]
  package var taints: [Taint] = []
  /// `spec.unschedulable`.
  package var isCordoned = false
  /// `status.allocatable`; a resource that is not listed counts as none, pods too.
  package var allocatable = ResourceAmounts()
  package var images: [NodeImage] = []

  package init(name: String, labels: [String: String] = [:], allocatable: ResourceAmounts = ResourceAmounts()) {
    self.name = name
    self.labels = labels
    self.allocatable = allocatable
  }
}

/// An image that a node has pulled, under all its names.
package struct NodeImage: Sendable, Hashable {
  package var names: [String]
  package var sizeBytes: Int64

  package init(names: [String], sizeBytes: Int64) {
    self.names = names
    self.sizeBytes = sizeBytes
  }
}

/// The objects that selectors of pods look up: namespaces, services, controllers, storage and disruption budgets.
package struct PlacementObjects: Sendable, Equatable {
  package struct Service: Sendable, Hashable {
    package var namespace: String
    /// Nil selects nothing.
    package var selector: [String: String]?

    package init(namespace: String, selector: [String: String]?) {
      self.namespace = namespace
      self.selector = selector
    }
  }

  /// A ReplicaSet, StatefulSet or ReplicationController.
  package struct Controller: Sendable, Hashable {
    package var namespace: String
    package var reference: ControllerReference
    package var selector: LabelSelector?

    package init(namespace: String, reference: ControllerReference, selector: LabelSelector?) {
      self.namespace = namespace
      self.reference = reference
      self.selector = selector
    }
  }

  package struct Namespace: Sendable, Hashable {
    package var name: String
    package var labels: [String: String]

    package init(name: String, labels: [String: String]) {
      self.name = name
      self.labels = labels
    }
  }

  package var namespaces: [Namespace] = []
  package var services: [Service] = []
  package var controllers: [Controller] = []
  package var claims: [Claim] = []
  package var volumes: [VolumeSpecification] = []
  package var storageClasses: [StorageClass] = []
  package var volumeLimits: [VolumeLimit] = []
  package var budgets: [DisruptionBudget] = []

  package init() {}
}

/// What placement depends on, as read: nodes, running pods, and the objects that selectors look up.
package struct PlacementCluster: Sendable {
  package var nodes: [NodeSpecification] = []
  package var pods: [PodSpecification] = []
  package var objects = PlacementObjects()

  package init() {}
}

/// What differs from the scheduler's default profile.
package struct PlacementProfile: Sendable, Equatable {
  package enum Strategy: Sendable { case leastAllocated, mostAllocated }

  package var strategy: Strategy
  /// `addedAffinity` of the NodeAffinity plugin: every pod must match one of the terms; nil adds nothing.
  package var addedNodeTerms: [NodeSelectorTerm]?

  package init(strategy: Strategy = .leastAllocated, addedNodeTerms: [NodeSelectorTerm]? = nil) {
    self.strategy = strategy
    self.addedNodeTerms = addedNodeTerms
  }
}
