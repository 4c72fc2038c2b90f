/// What selectors can tell pods apart by: namespace, labels, and whether the pod is being deleted.
struct PodIdentity: Hashable {
  var namespace: Int32
  var labels: [LabelPair]
  var isTerminating: Bool
}

/// The namespaces in which an affinity term looks for pods.
struct NamespaceRule: Hashable {
  /// Sorted.
  var names: [Int32]
  var selector: ResolvedSelector = .nothing

  /// Whose term it is, which decides how its namespace selector is read.
  ///
  /// The selector of a running pod is held against the labels of the newcomer's namespace. For a newcomer the scheduler
  /// lists the namespaces that match its selector; release 1.34 then also holds the selector against a namespace
  /// without labels, so one that asks only for absent labels (`DoesNotExist`, `NotIn`) admits every namespace.
  enum Direction: Hashable { case newcomerLooks, runningPodLooks }

  /// - Parameter labels: nil where no object describes the namespace.
  func allows(_ namespace: Int32, labels: [LabelPair]?, _ direction: Direction, _ table: TextTable) -> Bool {
    if names.contains(namespace) || selector.isEmpty { return true }
    if direction == .newcomerLooks, selector.matches([], table) { return true }
    if labels == nil, direction == .newcomerLooks { return false }
    return selector.matches(labels ?? [], table)
  }
}

/// A question about a pod's identity that is asked of many pods: whether it matches every one of some terms.
struct PodProbe: Hashable {
  struct Term: Hashable {
    var namespaces: NamespaceRule
    var selector: ResolvedSelector
  }

  var terms: [Term]
  var direction: NamespaceRule.Direction
  var skipsTerminating = false

  /// No terms match nothing.
  func matches(_ pod: PodIdentity, namespaceLabels: [LabelPair]?, _ table: TextTable) -> Bool {
    if terms.isEmpty || (skipsTerminating && pod.isTerminating) { return false }
    return terms.allSatisfy { term in
      term.namespaces.allows(pod.namespace, labels: namespaceLabels, direction, table)
        && term.selector.matches(pod.labels, table)
    }
  }

  var requiredPair: LabelPair? { terms.lazy.compactMap(\.selector.requiredPair).first }
}

/// Identities and probes, each pair judged once: for every identity the probes it matches.
///
/// Probes that demand a certain label are found by that label, so a new identity or probe meets few candidates.
/// - Complexity: a new probe costs O(identities with its label), a new identity O(probes with its labels).
struct ProbeTable {
  private(set) var probes: [PodProbe] = []
  private(set) var matches: [[Int32]] = []
  /// By identity, whether it matches any probe.
  private(set) var isMatched: ContiguousArray<Bool> = []
  private var numbers: [PodProbe: Int32] = [:]
  private var probesByPair: [LabelPair: [Int32]] = [:]
  private var otherProbes: [Int32] = []

  /// The number of a probe, judged against all identities where it is new.
  mutating func number(_ probe: PodProbe, _ pods: IdentityTable, _ table: TextTable) -> Int32 {
    if let known = numbers[probe] { return known }
    let number = Int32(probes.count)
    numbers[probe] = number
    probes.append(probe)
    if let pair = probe.requiredPair {
      probesByPair[pair, default: []].append(number)
      for pod in pods.withPair(pair) { judge(number, pod, pods, table) }
    } else {
      otherProbes.append(number)
      for pod in pods.identities.indices { judge(number, Int32(pod), pods, table) }
    }
    return number
  }

  /// Judges the newest identity against all probes.
  mutating func noteNewIdentity(_ pods: IdentityTable, _ table: TextTable) {
    let pod = Int32(matches.count)
    matches.append([])
    isMatched.append(false)
    for pair in pods.identities[Int(pod)].labels {
      for probe in probesByPair[pair] ?? [] { judge(probe, pod, pods, table) }
    }
    for probe in otherProbes { judge(probe, pod, pods, table) }
  }

  private mutating func judge(_ probe: Int32, _ pod: Int32, _ pods: IdentityTable, _ table: TextTable) {
    let identity = pods.identities[Int(pod)]
    if probes[Int(probe)].matches(identity, namespaceLabels: pods.labels(ofNamespace: identity.namespace), table) {
      matches[Int(pod)].append(probe)
      isMatched[Int(pod)] = true
    }
  }
}

/// Numbers for identities.
struct IdentityTable {
  private(set) var identities: [PodIdentity] = []
  private var numbers: [PodIdentity: Int32] = [:]
  private var byPair: [LabelPair: [Int32]] = [:]
  private var namespaceLabels: [Int32: [LabelPair]] = [:]

  mutating func describe(namespace: Int32, labels: [LabelPair]) {
    if namespaceLabels[namespace] == nil { namespaceLabels[namespace] = labels }
  }

  func labels(ofNamespace namespace: Int32) -> [LabelPair]? { namespaceLabels[namespace] }
  func withPair(_ pair: LabelPair) -> [Int32] { byPair[pair] ?? [] }

  mutating func number(_ identity: PodIdentity) -> (number: Int32, isNew: Bool) {
    if let known = numbers[identity] { return (known, false) }
    let number = Int32(identities.count)
    numbers[identity] = number
    identities.append(identity)
    for pair in identity.labels { byPair[pair, default: []].append(number) }
    return (number, true)
  }
}
