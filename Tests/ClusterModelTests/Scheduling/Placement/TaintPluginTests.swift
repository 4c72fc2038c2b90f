import Testing

@testable import ClusterModel

struct TaintPluginTests {
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
    ("an empty key with Equal compares values alone", Toleration(value: "yes"), gpu, true),
    ("an empty key with Equal and another value", Toleration(), gpu, false),
  ]

  @Test(arguments: rules.indices)
  func `a toleration covers a taint as in Kubernetes`(index: Int) {
    let (words, toleration, taint, covers) = Self.rules[index]
    #expect(TaintPlugin.tolerates(toleration, taint) == covers, "\(words)")
  }

  @Test func `each hard taint needs a toleration, soft ones only cost score`() {
    let soft = Taint(key: "old", effect: .preferNoSchedule)
    let gone = Taint(key: "drain", effect: .noExecute)
    let gpu = Toleration(key: "gpu", operator: .exists)
    #expect(TaintPlugin.untolerated([soft], []) == nil)
    #expect(TaintPlugin.untolerated([gone], []) == gone)
    #expect(TaintPlugin.untolerated([Self.gpu, gone], [gpu]) == gone)
    #expect(TaintPlugin.untolerated([Self.gpu, gone, soft], [gpu, Toleration(key: "drain")]) == nil)
    #expect(TaintPlugin.disliked([Self.gpu, gone, soft], [gpu]) == 1)
    #expect(TaintPlugin.disliked([soft], [Toleration(operator: .exists)]) == 0)
  }
}
