import ClusterModel
import Testing

struct TaintTolerationTests {
  typealias Rule = (String, Toleration, Taint, Bool)

  static let gpu = Taint(key: "gpu", value: "yes", effect: .noSchedule)
  static let bare = Taint(key: "gpu", effect: .noSchedule)

  static let rules: [Rule] = [
    ("equal key, value and effect", Toleration(key: "gpu", value: "yes", effect: .noSchedule), gpu, true),
    ("another value", Toleration(key: "gpu", value: "no", effect: .noSchedule), gpu, false),
    ("another key", Toleration(key: "cpu", value: "yes", effect: .noSchedule), gpu, false),
    ("another effect", Toleration(key: "gpu", value: "yes", effect: .noExecute), gpu, false),
    ("no effect covers every effect", Toleration(key: "gpu", value: "yes"), gpu, true),
    ("Equal without a value against a value", Toleration(key: "gpu"), gpu, false),
    ("Equal without a value against none", Toleration(key: "gpu"), bare, true),
    ("Exists covers every value", Toleration(key: "gpu", operator: .exists), gpu, true),
    ("Exists with another effect", Toleration(key: "gpu", operator: .exists, effect: .noExecute), gpu, false),
    ("an empty key with Exists covers everything", Toleration(operator: .exists), gpu, true),
    ("an empty key with Exists and another effect", Toleration(operator: .exists, effect: .noExecute), gpu, false),
    ("an empty key with Equal covers nothing", Toleration(value: "yes"), gpu, false),
    ("an empty key with Equal and no value", Toleration(), bare, false),
  ]

  @Test(arguments: rules.indices)
  func `a toleration covers a taint as in Kubernetes`(index: Int) {
    let (words, toleration, taint, covers) = Self.rules[index]
    #expect(TaintToleration.tolerates(toleration, taint) == covers, "\(words)")
  }

  @Test func `each hard taint needs a toleration, soft ones only cost score`() {
    let soft = Taint(key: "old", effect: .preferNoSchedule)
    let gone = Taint(key: "drain", effect: .noExecute)
    let gpu = Toleration(key: "gpu", operator: .exists)
    #expect(TaintToleration.accepts([], taints: [soft]))
    #expect(!TaintToleration.accepts([], taints: [gone]))
    #expect(!TaintToleration.accepts([gpu], taints: [Self.gpu, gone]))
    #expect(TaintToleration.accepts([gpu, Toleration(key: "drain")], taints: [Self.gpu, gone, soft]))
    #expect(TaintToleration.dislikedTaintCount([gpu], taints: [Self.gpu, gone, soft]) == 1)
    #expect(TaintToleration.dislikedTaintCount([Toleration(operator: .exists)], taints: [soft]) == 0)
  }
}
