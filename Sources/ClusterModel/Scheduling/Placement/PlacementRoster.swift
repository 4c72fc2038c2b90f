/// A pod on a node, with its name, which its class does not have.
package struct RunningPod: Sendable, Equatable {
  package var namespace: String
  package var name: String
  /// Of the machine whose launcher this is.
  package var machineName: String?
  package var priority: Int
  /// Seconds since 1970; infinite for a pod that has just come.
  package var startSeconds: Double
  let podClass: PlacementEvaluator.PodClass

  init(_ pod: PodSpecification, _ podClass: PlacementEvaluator.PodClass) {
    namespace = pod.namespace
    name = pod.name
    machineName = pod.machineName
    priority = pod.priority
    startSeconds = pod.circumstances.startSeconds ?? .infinity
    self.podClass = podClass
  }

  /// Preemption spares the more important pod first: higher priority, then longer running, then by name.
  func isMoreImportant(than other: RunningPod) -> Bool {
    if priority != other.priority { return priority > other.priority }
    if startSeconds != other.startSeconds { return startSeconds < other.startSeconds }
    return (namespace, name) < (other.namespace, other.name)
  }
}

/// Which pods run on each node of an evaluator, by name.
struct PlacementRoster {
  private(set) var pods: [[RunningPod]]

  init(nodeCount: Int) { pods = Array(repeating: [], count: nodeCount) }

  mutating func add(_ pod: RunningPod, to node: Int) { pods[node].append(pod) }

  @discardableResult
  mutating func remove(_ namespace: String, _ name: String, from node: Int) -> RunningPod? {
    guard let position = pods[node].firstIndex(where: { $0.name == name && $0.namespace == namespace }) else {
      return nil
    }
    return pods[node].remove(at: position)
  }
}
