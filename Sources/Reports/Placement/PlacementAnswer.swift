package import ClusterModel

/// One workload with what the scheduler would say of it.
package struct PlacementAnswer: Sendable {
  package var namespace: String
  package var name: String
  /// `Pod` or `VirtualMachine`.
  package var kind: String
  package var report: PlacementReport
  /// Where `--schedule` put it; nil where nothing took it.
  package var assignedNode: String?
  package var refusals: [NodeRefusal] = []
  package var preemption: PreemptionAnswer?
  package var evicted: [RunningPod] = []
  package var schedulingGates: [String] = []
  /// Names of nodes to which a running machine could be live-migrated; nil for anything else.
  package var liveTargets: [String]?
  /// Where such a machine runs.
  package var source: String?
  package var notes: [String] = []

  package init(namespace: String, name: String, kind: String, report: PlacementReport) {
    self.namespace = namespace
    self.name = name
    self.kind = kind
    self.report = report
  }

  package init(
    _ outcome: PlacementSession.Outcome, of pod: PodSpecification, kind: String, nodeNames: [String]
  ) {
    let name = kind == "VirtualMachine" ? pod.machineName ?? pod.name : pod.name
    self.init(namespace: pod.namespace, name: name, kind: kind, report: outcome.report)
    assignedNode = outcome.node.map { nodeNames[$0] }
    refusals = outcome.refusals
    preemption = outcome.preemption
    evicted = outcome.evicted
    schedulingGates = outcome.schedulingGates
    liveTargets = outcome.liveTargets?.map { nodeNames[$0] }
    source = outcome.source.map { nodeNames[$0] }
    notes = outcome.notes
  }
}

extension PlacementDocument {
  package static func document(
    _ answers: [PlacementAnswer], nodeNames: [String], isScheduled: Bool, tool: ToolVersion
  ) -> JSONValue {
    let workloads = answers.map { answer in
      JSONValue.object(
        [
          ("namespace", .string(answer.namespace)), ("name", .string(answer.name)), ("kind", .string(answer.kind)),
        ] + members(answer.report, nodeNames: nodeNames) + explanation(answer, nodeNames: nodeNames))
    }
    let assignments = answers.map { answer in
      JSONValue.object([
        ("namespace", .string(answer.namespace)), ("name", .string(answer.name)),
        ("node", answer.assignedNode.map { .string($0) } ?? .null),
        ("evicted", answer.evicted.isEmpty ? nil : .array(answer.evicted.map(pod))),
      ])
    }
    return .document(
      tool: tool,
      [("workloads", .array(workloads)), ("assignments", isScheduled ? .array(assignments) : nil)])
  }
}
