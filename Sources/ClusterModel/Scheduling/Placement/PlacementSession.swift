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
    /// Nodes to which a running machine could be live-migrated; nil for anything else.
    package var liveTargets: [Int]?
    /// Where such a machine runs.
    package var source: Int?
    /// What the dump does not say, hence was not checked, and how the pod was looked at.
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
    var liveTargets: [Int]?
    if let present { liveTargets = migrationTargets(of: waiting, from: present) }
    let own = present.flatMap { roster.remove(pod.namespace, pod.name, from: $0) }
    if let present, own != nil {
      evaluator.remove(podClass, from: present)
      known = [:]
    }
    let question = Question(
      podClass: podClass, circumstances: pod.circumstances, explainedLimit: options.explainedLimit)
    var outcome = known[question] ?? answer(pod, podClass, options)
    known[question] = outcome
    if let present, let liveTargets, own != nil {
      let feasible = Set(outcome.report.feasible)
      let targets = liveTargets.filter(feasible.contains)
      outcome.liveTargets = targets
      outcome.source = present
      outcome.notes.append(migrationNote(pod, present, targets.count))
    }
    if present == nil, !pod.nodeName.isEmpty {
      outcome.notes.append("node \(pod.nodeName) is not in what was given: its pods are judged as if they waited")
    }
    let isQueued = outcome.schedulingGates.isEmpty
    if options.isPlaced, isQueued {
      var target = outcome.report.best.first
      if target == nil, options.preempts, case .found(let chosen)? = outcome.preemption {
        for victim in chosen.victims { take(victim, from: chosen.node) }
        outcome.evicted = chosen.victims
        target = chosen.node
      }
      outcome.node = target
      if let target {
        put(waiting, on: target)
      } else if let present, own != nil {
        put(waiting, on: present)
        outcome.notes.append("\(Self.name(pod)) stays on \(nodeNames[present]): no node would take it anew")
      }
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

  private static func name(_ pod: PodSpecification) -> String {
    pod.machineName.map { "machine \(pod.namespace)/\($0)" } ?? "pod \(pod.namespace)/\(pod.name)"
  }

  /// Nodes that a live migration of a running machine could go to, its pod being where it is; nil for other pods.
  ///
  /// The target's CPU must be like that of the node where it runs, which stands for the one where it booted.
  private mutating func migrationTargets(of pod: PodSpecification, from source: Int) -> [Int]? {
    guard pod.machineName != nil else { return nil }
    guard pod.circumstances.migrationObstacle == nil else { return [] }
    let podClass = evaluator.preparedClass(of: pod)
    let families = LauncherPod.LabelFamily.families(of: evaluator.nodes.lazy.flatMap(\.labels.keys))
    let wanted = LauncherPod.migrationSelector(
      pod.circumstances.cpuModel, from: evaluator.nodes[source].labels, families: families)
    return evaluator.nodes.indices.filter { node in
      node != source && wanted.allSatisfy { evaluator.nodes[node].labels[$0.key] == $0.value }
        && evaluator.admits(podClass, on: node)
    }
  }

  private func migrationNote(_ pod: PodSpecification, _ node: Int, _ count: Int) -> String {
    let start = "\(Self.name(pod)) runs on \(nodeNames[node]) and is judged as if it started anew; "
    if let obstacle = pod.circumstances.migrationObstacle { return start + "it cannot be live-migrated (\(obstacle))" }
    let nodes = count == 0 ? "no node" : count == 1 ? "one node" : "\(count) nodes"
    return start + "it could be live-migrated to \(nodes)"
  }

  private func notes(_ pod: PodSpecification) -> [String] {
    var notes: [String] = []
    let own = pod.circumstances
    if own.isStopped { notes.append("\(Self.name(pod)) is stopped: the answer is whether it would start") }
    if !own.schedulerName.isEmpty {
      notes.append("pods of scheduler \(own.schedulerName) are judged as kube-scheduler's default profile would")
    }
    if own.hasResourceClaims {
      notes.append("a pod has resourceClaims: which nodes have such devices was not checked")
    }
    guard !pod.claimNames.isEmpty else { return notes }
    if objects.claims.isEmpty {
      return notes + ["no PersistentVolumeClaim is given: where volumes can be reached was not checked"]
    }
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
