import ClusterModel

/// What is told beyond the scheduler's verdict: what is missing, which pod is in the way, who would be evicted.
extension PlacementDocument {
  static func explanation(_ answer: PlacementAnswer, nodeNames: [String]) -> [(String, JSONValue?)] {
    func byNode(_ value: (NodeRefusal) -> JSONValue?) -> JSONValue {
      .object(answer.refusals.map { (nodeNames[$0.node], value($0)) })
    }
    func texts(_ list: [String]) -> JSONValue? { list.isEmpty ? nil : .array(list.map { .string($0) }) }
    return [
      ("nearestMisses", .array(answer.refusals.map { .string(nodeNames[$0.node]) })),
      ("shortages", byNode { $0.shortages.isEmpty ? nil : .object($0.shortages.map { ($0.resource, amount($0)) }) }),
      ("explanations", byNode { $0.details.isEmpty ? nil : texts($0.details) }),
      ("wouldFitIfMoved", byNode { refusal in refusal.movable.map { pod($0, canMove: refusal.canMove) } }),
      ("liveMigrationTargets", answer.liveTargets.map { .array($0.map { .string($0) }) }),
      ("preemption", answer.preemption.map { preemption($0, nodeNames) }),
      ("schedulingGates", texts(answer.schedulingGates)),
      ("notes", texts(answer.notes)),
    ]
  }

  /// Cores, bytes or pieces.
  private static func amount(_ shortage: Shortage) -> JSONValue {
    shortage.resource == "cpu" ? .number(Double(shortage.missing) / 1000) : .integer(shortage.missing)
  }

  static func pod(_ found: RunningPod) -> JSONValue { pod(found, canMove: nil) }

  private static func pod(_ pod: RunningPod, canMove: Bool?) -> JSONValue {
    .object([
      ("namespace", .string(pod.namespace)), ("name", .string(pod.name)),
      ("machine", pod.machineName.map { .string($0) }), ("priority", .integer(Int64(pod.priority))),
      ("canMove", canMove.map { .bool($0) }),
    ])
  }

  private static func preemption(_ answer: PreemptionAnswer, _ nodeNames: [String]) -> JSONValue {
    let reason =
      switch answer {
      case .forbidden: "preemptionPolicy is Never"
      case .noPodOfLowerPriority: "no pod has a lower priority"
      case .noNodeHelps: "no node would take it without the pods of lower priority"
      case .found: ""
      }
    guard case .found(let found) = answer else {
      return .object([("helps", .bool(false)), ("reason", .string(reason))])
    }
    return .object([
      ("helps", .bool(true)), ("node", .string(nodeNames[found.node])),
      ("victims", .array(found.victims.map(pod))), ("budgetViolations", .integer(Int64(found.violations))),
    ])
  }
}
