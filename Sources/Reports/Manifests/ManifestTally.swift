import ClusterModel

/// What of a cluster could not be written as it is, counted, one sentence each.
package struct ManifestTally: Sendable {
  var escapedNames = 0
  var escapedExample: (original: String, written: String)?
  var escapedValues = 0
  var droppedKeys = 0
  var droppedTolerations = 0
  var cappedPriorities = 0
  /// Stopped machines whose pod would request something else.
  var inexactRequests = 0
  /// Stopped machines of which no object says why they cannot migrate.
  var lostReasons = 0
  var lostUsage = 0
  var replayingMachines = 0
  var pendingMachines = 0
  var absentPods = 0
  var droppedResources = 0
  var absentControllers = 0
  /// Claims that machines and pods name and nothing describes.
  var absentClaims = 0
  var ownedMachines = 0
  /// Stopped machines that would take ports of their node.
  var lostPorts = 0

  package var sentences: [String] {
    var result: [String] = []
    func add(_ count: Int, _ one: String, _ many: String, _ rest: String) {
      if count > 0 { result.append("\(count) \(count == 1 ? one : many) \(rest)") }
    }
    if let example = escapedExample {
      let shown = VisibleText.escaped(String(example.original.prefix(60)))
      add(
        escapedNames, "name is", "names are",
        "not allowed or taken in Kubernetes and written otherwise, such as '\(shown)' as '\(example.written)'")
    }
    add(
      escapedValues, "value of a label, selector or taint is", "values of labels, selectors or taints are",
      "not allowed in Kubernetes and written otherwise; annotations keep those of labels")
    add(
      droppedKeys, "key of a label, selector or taint is", "keys of labels, selectors or taints are",
      "left out: not allowed in Kubernetes")
    add(droppedTolerations, "toleration is", "tolerations are", "left out: without a key only 'Exists' is allowed")
    add(
      cappedPriorities, "machine has", "machines have",
      "a priority above 1,000,000,000, which Kubernetes keeps for itself: written as that")
    add(
      inexactRequests, "stopped machine requests", "stopped machines request",
      "what no request in its spec leads to: the nearest is written")
    add(lostReasons, "stopped machine has", "stopped machines have", "a reason not to migrate that no object shows")
    add(lostUsage, "stopped machine has", "stopped machines have", "observed usage: left out, there is no pod")
    add(
      replayingMachines, "machine replays", "machines replay",
      "a trace: left out, no object of Kubernetes holds use over time")
    add(absentPods, "pod is", "pods are", "left out: on nodes that the cluster does not have")
    add(droppedResources, "amount of a resource is", "amounts of resources are", "left out: not allowed in Kubernetes")
    add(absentControllers, "controller is", "controllers are", "left out: without a selector")
    add(
      absentClaims, "claim is", "claims are",
      "left out of machines and pods: nothing says what \(absentClaims == 1 ? "it is" : "they are")")
    add(
      ownedMachines, "machine has", "machines have",
      "a controller: left out, a launcher pod belongs to its instance")
    add(lostPorts, "stopped machine takes", "stopped machines take", "ports of its node: left out, there is no pod")
    add(
      pendingMachines, "machine finds", "machines find", "no node and \(pendingMachines == 1 ? "is" : "are") pending")
    return result
  }
}
