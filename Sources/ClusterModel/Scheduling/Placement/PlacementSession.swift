/// A cluster in which pods are judged one after another, with explanations that name the pods in the way.
package struct PlacementSession: Sendable {
  package struct Options: Sendable {
    /// Leaves each pod on the best node, so that those after it see it there.
    package var isPlaced = false
    /// Evicts pods of lower priority for a placed pod that fits nowhere.
    package var preempts = false
    /// Refused nodes that are explained, nearest miss first; of the others only the shortages are told.
    package var explainedLimit = Int.max

    package init() {}
  }

  /// What becomes of one pod.
  package struct Outcome: Sendable {
    package var report: PlacementReport
    /// Where it was placed.
    package var node: Int?
    /// All refused nodes, nearest miss first.
    package var refusals: [NodeRefusal] = []
    /// Nil for a pod that some node takes or that waits behind gates.
    package var preemption: PreemptionAnswer?
    package var evicted: [RunningPod] = []
    package var schedulingGates: [String] = []
    /// What the dump does not say, hence was not checked.
    package var notes: [String] = []
  }

  package private(set) var evaluator: PlacementEvaluator
  private var roster: PlacementRoster
  private let objects: PlacementObjects
  /// Answers since the cluster last changed; pods of one workload ask the same.
  private var known: [Question: Outcome] = [:]

  private struct Question: Hashable {
    var podClass: PlacementEvaluator.PodClass
    var circumstances: PodCircumstances
    var explainedLimit: Int
  }

  package init(_ cluster: PlacementCluster) {
    var empty = cluster
    empty.pods = []
    evaluator = PlacementEvaluator(empty)
    roster = PlacementRoster(nodeCount: evaluator.nodeCount)
    objects = cluster.objects
    for pod in cluster.pods where !pod.isFinished && !pod.nodeName.isEmpty {
      guard let node = evaluator.node(named: pod.nodeName) else { continue }
      put(pod, on: node)
    }
  }

  package var nodeNames: [String] { evaluator.nodeNames }

  private mutating func put(_ pod: PodSpecification, on node: Int) {
    var running = pod
    running.nodeName = ""
    let podClass = evaluator.podClass(of: running)
    evaluator.add(podClass, to: node)
    roster.add(RunningPod(running, podClass), to: node)
    known = [:]
  }

  private mutating func take(_ pod: RunningPod, from node: Int) {
    evaluator.remove(pod.podClass, from: node)
    roster.remove(pod.namespace, pod.name, from: node)
    known = [:]
  }

  /// What the scheduler says of a pod; one that runs is judged as if it waited, without itself in the cluster.
  package mutating func judge(_ pod: PodSpecification, _ options: Options) -> Outcome {
    var waiting = pod
    waiting.nodeName = ""
    let podClass = evaluator.podClass(of: waiting)
    let present = evaluator.node(named: pod.nodeName)
    let own = present.flatMap { roster.remove(pod.namespace, pod.name, from: $0) }
    if let present, own != nil {
      evaluator.remove(podClass, from: present)
      known = [:]
    }
    let question = Question(
      podClass: podClass, circumstances: pod.circumstances, explainedLimit: options.explainedLimit)
    var outcome = known[question] ?? answer(pod, podClass, options)
    known[question] = outcome
    let isQueued = outcome.schedulingGates.isEmpty
    if options.isPlaced, isQueued {
      var target = outcome.report.best.first
      if target == nil, options.preempts, case .found(let chosen)? = outcome.preemption {
        for victim in chosen.victims { take(victim, from: chosen.node) }
        outcome.evicted = chosen.victims
        target = chosen.node
      }
      if let target { put(waiting, on: target) }
      outcome.node = target
    } else if let present, own != nil {
      put(waiting, on: present)
    }
    return outcome
  }

  private mutating func answer(
    _ pod: PodSpecification, _ podClass: PlacementEvaluator.PodClass, _ options: Options
  ) -> Outcome {
    var outcome = Outcome(report: evaluator.report(for: podClass))
    outcome.refusals = evaluator.refusals(outcome.report, podClass, roster, limit: options.explainedLimit)
    outcome.schedulingGates = pod.circumstances.schedulingGates
    outcome.notes = notes(pod)
    guard outcome.schedulingGates.isEmpty, outcome.report.feasible.isEmpty, !nodeNames.isEmpty else { return outcome }
    let answer = evaluator.preemption(
      for: podClass, outcome.report, roster, objects.budgets, isAllowed: !pod.circumstances.neverPreempts)
    outcome.preemption = answer
    if case .found = answer, objects.budgets.isEmpty {
      outcome.notes.append("no PodDisruptionBudget is given: victims were chosen without any")
    }
    return outcome
  }

  private func notes(_ pod: PodSpecification) -> [String] {
    guard !pod.claimNames.isEmpty else { return [] }
    if objects.claims.isEmpty {
      return ["no PersistentVolumeClaim is given: where volumes can be reached was not checked"]
    }
    var notes: [String] = []
    if objects.volumes.isEmpty {
      notes.append("no PersistentVolume is given: where volumes can be reached was not checked")
    }
    if objects.storageClasses.isEmpty {
      notes.append("no StorageClass is given: claims that are not bound yet were not checked")
    }
    if objects.volumeLimits.isEmpty {
      notes.append("no CSINode with a limit is given: how many volumes a node can attach was not checked")
    }
    return notes
  }
}
