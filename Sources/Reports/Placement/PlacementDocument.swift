package import ClusterModel

/// A pod's placement as JSON: who takes it, who refuses it and why, and how good each node is.
package enum PlacementDocument {
  /// The members that every answer shares; `nodeNames` are those of the evaluator.
  package static func members(_ report: PlacementReport, nodeNames: [String]) -> [(String, JSONValue?)] {
    func names(_ nodes: [Int]) -> JSONValue { .array(nodes.map { .string(nodeNames[$0]) }) }
    func byNode(_ value: (PlacementReport.Verdict) -> JSONValue?) -> JSONValue {
      .object(zip(nodeNames, report.verdicts).map { ($0, value($1)) })
    }
    return [
      ("feasible", names(report.feasible)),
      ("rejected", byNode { $0.rejections.isEmpty ? nil : .array($0.rejections.filters.map { .string($0.name) }) }),
      ("firstRejecter", byNode { $0.firstRejecter.map { .string($0.name) } }),
      (
        "reasons",
        byNode { verdict in
          verdict.rejections.isEmpty
            ? nil
            : .object(
              zip(verdict.rejections.filters, verdict.reasons).map { ($0.name, .string($1.joined(separator: ", "))) })
        }
      ),
      ("scores", byNode { $0.scores.map(scores) }),
      ("best", names(report.best)),
      ("bestMostAllocated", names(report.bestMostAllocated)),
    ]
  }

  private static func scores(_ scores: PlacementScores) -> JSONValue {
    func number(_ value: Int?) -> JSONValue? { value.map { .integer(Int64($0)) } }
    return .object([
      ("NodeResourcesFit/LeastAllocated", number(scores.leastAllocated)),
      ("NodeResourcesFit/MostAllocated", number(scores.mostAllocated)),
      ("NodeResourcesBalancedAllocation", number(scores.balancedAllocation)),
      ("TaintToleration", number(scores.taintToleration)),
      ("NodeAffinity", number(scores.nodeAffinity)),
      ("PodTopologySpread", number(scores.topologySpread)),
      ("InterPodAffinity", number(scores.podAffinity)),
      ("ImageLocality", number(scores.imageLocality)),
      ("total", number(scores.total)),
      ("totalMostAllocated", number(scores.totalMostAllocated)),
    ])
  }
}
