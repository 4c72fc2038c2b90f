import Foundation
import TestSupport
import Testing

@testable import ClusterModel

/// Victims and nearest misses against clusters written anew without the pods in question.
struct PreemptionTwinTests {
  @Test func `victims and their node are those of the definition`() {
    var found = 0
    Seeds.each(PlacementTwinTests.count) { seed in
      let made = RandomPlacement(seed: seed)
      for pod in made.pending where pod.nodeName.isEmpty {
        var session = PlacementSession(made.cluster)
        let outcome = session.judge(pod, PlacementSession.Options())
        guard let answer = outcome.preemption else { continue }
        let expected = NaivePreemption(cluster: made.cluster, pod: pod).choice()
        guard case .found(let preemption) = answer else {
          if expected != nil { return "\(pod.name): \(answer), expected \(expected as Any)" }
          continue
        }
        found += 1
        let choice = NaivePreemption.Choice(
          node: session.nodeNames[preemption.node], victims: preemption.victims.map(\.name).sorted(),
          violations: preemption.violations)
        if choice != expected { return "\(pod.name): \(choice), expected \(expected as Any)" }
      }
      return nil
    }
    #expect(found * 50 > PlacementTwinTests.count)
  }

  @Test func `a pod that would open a node does, and where none is named there is none`() {
    var found = 0
    Seeds.each(PlacementTwinTests.count / 2) { seed in
      let made = RandomPlacement(seed: seed)
      for pod in made.pending where pod.nodeName.isEmpty {
        var session = PlacementSession(made.cluster)
        for refusal in session.judge(pod, PlacementSession.Options()).refusals {
          let name = session.nodeNames[refusal.node]
          let doors = NaivePreemption(cluster: made.cluster, pod: pod).doors(to: name)
          if let movable = refusal.movable {
            found += 1
            if !doors.contains(movable.name) { return "\(pod.name) on \(name): \(movable.name) is not in \(doors)" }
          } else if !doors.isEmpty, pod.requiredAffinity.isEmpty {
            return "\(pod.name) on \(name): nothing is named, \(doors) would do"
          }
        }
      }
      return nil
    }
    #expect(found * 20 > PlacementTwinTests.count)
  }

  @Test func `judging leaves the cluster as it was`() {
    Seeds.each(50) { seed in
      let made = RandomPlacement(seed: seed)
      var session = PlacementSession(made.cluster)
      for pod in made.pending + made.pending {
        let report = session.judge(pod, PlacementSession.Options()).report
        var waiting = pod
        waiting.nodeName = ""
        if report != NaivePlacement(made.cluster, waiting).report() { return pod.name }
      }
      return nil
    }
  }
}
