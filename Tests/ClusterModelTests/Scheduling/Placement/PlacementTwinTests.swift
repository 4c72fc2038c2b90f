import EventKernel
import Foundation
import TestSupport
import Testing

@testable import ClusterModel

/// The evaluator against the rules as they are written; `HEADROOM_TWIN_CASES=100000` runs that many clusters.
struct PlacementTwinTests {
  static let count = Int(ProcessInfo.processInfo.environment["HEADROOM_TWIN_CASES"] ?? "") ?? 400

  @Test func `verdicts, reasons and scores are those of the definitions`() {
    Seeds.each(Self.count) { seed in
      let made = RandomPlacement(seed: seed)
      var evaluator = PlacementEvaluator(made.cluster)
      for pod in made.pending {
        let report = evaluator.report(for: evaluator.podClass(of: pod))
        let expected = NaivePlacement(made.cluster, pod).report()
        if report != expected { return Self.difference(report, expected, evaluator.nodeNames) }
        let podClass = evaluator.preparedClass(of: pod)
        for (node, verdict) in report.verdicts.enumerated() {
          let single = evaluator.rejections(of: podClass, on: node)
          if single != verdict.rejections || evaluator.admits(podClass, on: node) != single.isEmpty {
            return "\(evaluator.nodeNames[node]) by itself: \(single.filters)"
          }
        }
      }
      return nil
    }
  }

  @Test func `pods that come and go leave the counts that a fresh start finds`() {
    Seeds.each(Self.count / 2) { seed in
      var made = RandomPlacement(seed: seed)
      var evaluator = PlacementEvaluator(made.cluster)
      for step in 0..<8 {
        let pod = made.pending[step % made.pending.count]
        let podClass = evaluator.podClass(of: pod)
        let report = evaluator.report(for: podClass)
        let expected = NaivePlacement(made.cluster, pod).report()
        if report != expected { return "step \(step): " + Self.difference(report, expected, evaluator.nodeNames) }
        let best = evaluator.bestNode(for: podClass)
        if best != expected.best.first { return "step \(step): best \(best ?? -1), expected \(expected.best)" }
        if made.random.bernoulli(0.3), !made.cluster.pods.isEmpty {
          let position = made.random.uniform(below: made.cluster.pods.count)
          let leaving = made.cluster.pods.remove(at: position)
          if let node = evaluator.node(named: leaving.nodeName), !leaving.isFinished {
            var running = leaving
            running.nodeName = ""
            evaluator.remove(evaluator.podClass(of: running), from: node)
          }
        } else {
          let node = made.random.uniform(below: evaluator.nodeCount)
          var running = pod
          running.nodeName = ""
          evaluator.add(evaluator.podClass(of: running), to: node)
          running.nodeName = evaluator.nodeNames[node]
          made.cluster.pods.append(running)
        }
      }
      return nil
    }
  }

  @Test func `random clusters exercise every filter and every score`() {
    var refused: Rejections = []
    var scored: Set<String> = []
    for seed in 0..<600 {
      let made = RandomPlacement(seed: UInt64(seed))
      var evaluator = PlacementEvaluator(made.cluster)
      for pod in made.pending {
        for verdict in evaluator.report(for: evaluator.podClass(of: pod)).verdicts {
          refused.formUnion(verdict.rejections)
          guard let scores = verdict.scores else { continue }
          if (1...99).contains(scores.taintToleration) || scores.taintToleration == 0 { scored.insert("taints") }
          if let score = scores.nodeAffinity, (1...99).contains(score) { scored.insert("affinity") }
          if let score = scores.topologySpread, (1...99).contains(score) { scored.insert("spread") }
          if let score = scores.podAffinity, (1...99).contains(score) { scored.insert("company") }
        }
      }
    }
    #expect(scored == ["taints", "affinity", "spread", "company"])
    let missing = PlacementFilter.allCases.filter { !refused.contains(Rejections($0)) }
    #expect(missing.isEmpty)
  }

  /// The spread score multiplies by ln(n + 2); its rounding must not depend on whose logarithm it is.
  @Test func `spread scores round alike with the C library's logarithm`() {
    for size in 1...2000 {
      let (own, other) = (DeterministicMath.log(Double(size + 2)), log(Double(size + 2)))
      for count in stride(from: 0, through: 300, by: 7) {
        #expect((Double(count) * own).rounded() == (Double(count) * other).rounded())
      }
    }
  }

  private static func difference(_ a: PlacementReport, _ b: PlacementReport, _ names: [String]) -> String {
    for (index, (x, y)) in zip(a.verdicts, b.verdicts).enumerated() where x != y {
      return "\(names[index]): \(x.rejections.filters) \(x.reasons) \(x.scores.map { "\($0)" } ?? "")\nexpected "
        + "\(y.rejections.filters) \(y.reasons) \(y.scores.map { "\($0)" } ?? "")"
    }
    return "reports differ"
  }
}
