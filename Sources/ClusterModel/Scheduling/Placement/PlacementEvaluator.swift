/// Decides as Kubernetes 1.34's kube-scheduler does which nodes take a pod and how good each is.
///
/// Texts are resolved once. Pods with equal specifications form a class; node-only rules become tables by part (taints,
/// node affinity); selectors are judged once per (selector, namespace and labels); what running pods contribute to
/// affinity and spreading is counted by topology domain and kept while pods come and go. All nodes are looked at, where
/// the real scheduler samples large clusters; among equal nodes the first by name is chosen, where it draws one.
/// Left out: storage capacity, dynamic resource claims, nominated pods.
/// - Complexity: `add` and `remove` cost O(selectors that match the pod). `bestNode` costs O(nodes × rules of the pod)
///   array reads plus resource points for the nodes changed since the class was last asked about; about 2 ns a node and
///   rule. Memory is nodes × (distinct requests + tolerations + affinities) plus domains × counters.
package struct PlacementEvaluator: Sendable {
  static let hostnameKey = "kubernetes.io/hostname"
  static let zoneKey = "topology.kubernetes.io/zone"

  /// A pod's specification, known to this evaluator.
  package struct PodClass: Hashable, Sendable, BitwiseCopyable {
    let index: Int
  }

  struct ClassEntry: Sendable {
    let pod: PodSpecification
    let scalars: [ResourceDemand.Scalar]
    let ports: [HostPort]
    let volumes: VolumeLoad
    let carried: [(tally: Int, weight: Int64)]
    var incoming: IncomingRules?
  }

  struct ResolvedService: Sendable {
    var namespace: Int32
    var selector: ResolvedSelector
  }

  package let profile: PlacementProfile
  package private(set) var nodes: [NodeSpecification]
  let resolvedNodes: [ResolvedNode]
  let volumes: VolumePlugin
  let images: ImagePlugin
  let services: [ResolvedService]
  let controllers: [PlacementObjects.Controller]
  let emptyText: Int32

  var texts = TextTable()
  var topology: TopologyIndex
  var tables = NodeTables()
  var loads: NodeLoads
  var portUse: NodePortUse
  var volumeUse: VolumeUse
  var log: ChangeLog
  var points: [ResourcePoints] = []
  private var pointNumbers: [ResourceDemand: Int] = [:]
  /// Demands whose points are kept; at two bytes a node they may take 64 MiB.
  private var keptPoints = 0
  private static let mostPoints = 32 << 20
  var collisions: [PortCollisions] = []
  private var collisionNumbers: [[HostPort]: Int] = [:]

  var pods = IdentityTable()
  /// Questions of newcomers about running pods.
  var podProbes = ProbeTable()
  /// Questions of running pods about newcomers.
  var termProbes = ProbeTable()
  var counters: [TopologyCounter] = []
  private var counterNumbers: [TopologyCounter.Key: Int] = [:]
  private var countersOfProbe: [[Int]] = []
  var tallies: [TermTally] = []
  private var tallyNumbers: [TermTally.Key: Int] = [:]
  var talliesOfProbe: [[Int]] = []

  var classes: [ClassEntry] = []
  /// By class, what is needed most.
  var quick: ContiguousArray<QuickRules> = []
  /// Nodes that take nothing whatever they tolerate, such as failed ones.
  private(set) var isClosed: ContiguousArray<Bool>
  private var classNumbers: [PodSpecification: Int] = [:]
  var podsOnNode: [[Int32]]

  // Scratch of one question.
  var masks: ContiguousArray<UInt16> = []
  var feasible: ContiguousArray<Int32> = []
  var totals: ContiguousArray<Int32> = []
  var buffer: ContiguousArray<Int32> = []
  var raw: ContiguousArray<Int64> = []

  /// Nodes are sorted by name; finished pods and pods on unknown nodes are left out.
  package init(_ cluster: PlacementCluster, profile: PlacementProfile = PlacementProfile()) {
    var table = TextTable()
    nodes = cluster.nodes.sorted { $0.name < $1.name }
    resolvedNodes = nodes.map { ResolvedNode(name: $0.name, labels: table.pairs($0.labels)) }
    for space in cluster.objects.namespaces {
      pods.describe(namespace: table.number(space.name), labels: table.pairs(space.labels))
    }
    services = cluster.objects.services.compactMap { service in
      service.selector.map {
        ResolvedService(namespace: table.number(service.namespace), selector: table.resolve($0))
      }
    }
    controllers = cluster.objects.controllers
    volumes = VolumePlugin(cluster, &table)
    images = ImagePlugin(nodes)
    emptyText = table.number("")
    texts = table
    topology = TopologyIndex(nodeCount: nodes.count)
    loads = NodeLoads(nodes)
    portUse = NodePortUse(nodeCount: nodes.count)
    volumeUse = VolumeUse(nodes, cluster.objects)
    log = ChangeLog(nodeCount: nodes.count)
    podsOnNode = Array(repeating: [], count: nodes.count)
    isClosed = ContiguousArray(repeating: false, count: nodes.count)
    self.profile = profile
    for pod in cluster.pods where !pod.isFinished && !pod.nodeName.isEmpty {
      guard let node = node(named: pod.nodeName) else { continue }
      var running = pod
      running.nodeName = ""
      add(podClass(of: running), to: node)
    }
  }

  package var nodeNames: [String] { nodes.map(\.name) }
  package var nodeCount: Int { nodes.count }

  /// - Complexity: O(log nodes) text comparisons.
  package func node(named name: String) -> Int? {
    var (low, high) = (0, nodes.count)
    while low < high {
      let middle = (low + high) / 2
      if nodes[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low < nodes.count && nodes[low].name == name ? low : nil
  }

  /// The class of a pod; pods that differ only in their name share one.
  package mutating func podClass(of pod: PodSpecification) -> PodClass {
    var key = pod
    key.name = ""
    key.circumstances = PodCircumstances()
    if let known = classNumbers[key] { return PodClass(index: known) }
    let identity = PodIdentity(
      namespace: texts.number(pod.namespace), labels: texts.pairs(pod.labels), isTerminating: pod.isTerminating)
    let (number, isNew) = pods.number(identity)
    if isNew {
      podProbes.noteNewIdentity(pods, texts)
      termProbes.noteNewIdentity(pods, texts)
    }
    let taken = PodRequest.taken(by: pod)
    let scored = PodRequest.scoredTaken(by: pod)
    let entry = ClassEntry(
      pod: key, scalars: scalars(taken), ports: NodePortUse.ports(of: pod), volumes: volumeUse.load(of: pod, volumes),
      carried: carriedTerms(of: pod, identity.namespace))
    classes.append(entry)
    quick.append(
      QuickRules(
        identity: number,
        load: ResourceLoad(
          cpu: Self.amount(taken, "cpu"), memory: Self.amount(taken, "memory"),
          disk: Self.amount(taken, "ephemeral-storage"), scoredCPU: Self.amount(scored, "cpu"),
          scoredMemory: Self.amount(scored, "memory")),
        leavesMore: !entry.scalars.isEmpty || !entry.ports.isEmpty || !entry.carried.isEmpty
          || !entry.volumes.isEmpty))
    classNumbers[key] = classes.count - 1
    return PodClass(index: classes.count - 1)
  }

  /// Puts a pod on a node.
  package mutating func add(_ podClass: PodClass, to node: Int) {
    podsOnNode[node].append(Int32(podClass.index))
    change(podClass.index, node, 1)
  }

  /// Sets `spec.unschedulable`.
  package mutating func setCordoned(_ node: Int, _ isCordoned: Bool) {
    nodes[node].isCordoned = isCordoned
    tables.setCordoned(node, isCordoned)
  }

  /// Takes a node out of service, or back into it.
  package mutating func setClosed(_ node: Int, _ closed: Bool) { isClosed[node] = closed }

  /// Takes a pod of this class off a node; nothing happens where there is none.
  package mutating func remove(_ podClass: PodClass, from node: Int) {
    guard let position = podsOnNode[node].firstIndex(of: Int32(podClass.index)) else { return }
    podsOnNode[node].swapAt(position, podsOnNode[node].count - 1)
    podsOnNode[node].removeLast()
    change(podClass.index, node, -1)
  }

  private mutating func change(_ number: Int, _ node: Int, _ sign: Int32) {
    let quick = quick[number]
    loads.add(quick.load, node, sign: Int64(sign))
    log.append(node)
    if podProbes.isMatched[Int(quick.identity)] {
      for probe in podProbes.matches[Int(quick.identity)] {
        for counter in countersOfProbe[Int(probe)] { count(counter, node, sign) }
      }
    }
    if quick.leavesMore { changeMore(number, node, sign) }
  }

  /// Further resources, ports, volumes and terms.
  private mutating func changeMore(_ number: Int, _ node: Int, _ sign: Int32) {
    loads.add(classes[number].scalars, node, sign: Int64(sign))
    let ports = classes[number].ports
    if sign > 0 { portUse.add(ports, node) } else { portUse.remove(ports, node) }
    if !classes[number].volumes.isEmpty { volumeUse.change(classes[number].volumes, node, sign) }
    for (tally, weight) in classes[number].carried {
      let domain = topology.columns[tallies[tally].key.column].domains[node]
      guard domain >= 0 else { continue }
      tallies[tally].weights[Int(domain)] &+= Int64(sign) &* weight
      tallies[tally].entries += Int(sign)
    }
  }

  private mutating func count(_ counter: Int, _ node: Int, _ change: Int32) {
    let key = counters[counter].key
    if key.nodeSet >= 0, !tables.nodeSets[key.nodeSet][node] { return }
    var domain = topology.columns[key.column].domains[node]
    if domain < 0 {
      guard key.takesMissing else { return }
      domain = TopologyIndex.emptyDomain
    }
    counters[counter].add(change, domain: domain)
  }

  mutating func column(_ key: String) -> Int {
    topology.column(texts.number(key), resolvedNodes, emptyText: emptyText)
  }

  /// The counter of a probe by domain, counted over all running pods where it is new.
  /// - Complexity: O(running pods) for a new one.
  mutating func counter(_ probe: PodProbe, _ column: Int, _ nodeSet: Int, takesMissing: Bool = false) -> Int {
    let probeNumber = podProbes.number(probe, pods, texts)
    while countersOfProbe.count < podProbes.probes.count { countersOfProbe.append([]) }
    let key = TopologyCounter.Key(probe: probeNumber, column: column, nodeSet: nodeSet, takesMissing: takesMissing)
    if let known = counterNumbers[key] { return known }
    let domains = topology.columns[column].domains
    var isPresent = ContiguousArray(repeating: false, count: topology.columns[column].domainCount)
    for node in domains.indices where domains[node] >= 0 && (nodeSet < 0 || tables.nodeSets[nodeSet][node]) {
      isPresent[Int(domains[node])] = true
    }
    let number = counters.count
    counters.append(TopologyCounter(key: key, isPresent: isPresent))
    counterNumbers[key] = number
    countersOfProbe[Int(probeNumber)].append(number)
    guard !probe.terms.isEmpty else { return number }
    var isMatch = ContiguousArray(repeating: false, count: pods.identities.count)
    for identity in isMatch.indices { isMatch[identity] = podProbes.matches[identity].contains(probeNumber) }
    for node in podsOnNode.indices {
      for pod in podsOnNode[node] where isMatch[Int(quick[Int(pod)].identity)] { count(number, node, 1) }
    }
    return number
  }

  /// Required anti-affinity binds newcomers; preferred terms and required affinity (weight 1) score them.
  private mutating func carriedTerms(of pod: PodSpecification, _ namespace: Int32) -> [(tally: Int, weight: Int64)] {
    var result: [(tally: Int, weight: Int64)] = []
    for term in pod.requiredAntiAffinity { result.append((tally(term, namespace, .antiAffinity), 1)) }
    for term in pod.requiredAffinity { result.append((tally(term, namespace, .score), 1)) }
    for preference in pod.preferredAffinity {
      result.append((tally(preference.term, namespace, .score), Int64(preference.weight)))
    }
    for preference in pod.preferredAntiAffinity {
      result.append((tally(preference.term, namespace, .score), -Int64(preference.weight)))
    }
    return result
  }

  private mutating func tally(_ term: PodAffinityTerm, _ namespace: Int32, _ kind: TermTally.Kind) -> Int {
    let probe = PodProbe(terms: [probeTerm(term, namespace)], direction: .runningPodLooks)
    let probeNumber = termProbes.number(probe, pods, texts)
    while talliesOfProbe.count < termProbes.probes.count { talliesOfProbe.append([]) }
    let column = column(term.topologyKey)
    let key = TermTally.Key(probe: probeNumber, column: column, kind: kind)
    if let known = tallyNumbers[key] { return known }
    tallies.append(
      TermTally(key: key, weights: ContiguousArray(repeating: 0, count: topology.columns[column].domainCount)))
    tallyNumbers[key] = tallies.count - 1
    talliesOfProbe[Int(probeNumber)].append(tallies.count - 1)
    return tallies.count - 1
  }

  mutating func scalars(_ amounts: ResourceAmounts) -> [ResourceDemand.Scalar] {
    var result: [ResourceDemand.Scalar] = []
    for entry in amounts.entries where PodRequest.isScalar(entry.name) {
      let amount = entry.amount.schedulingAmount(of: entry.name)
      if amount > 0 { result.append(.init(resource: loads.scalar(entry.name, nodes), amount: amount)) }
    }
    return result
  }

  static func amount(_ amounts: ResourceAmounts, _ name: String) -> Int64 {
    amounts[name]?.schedulingAmount(of: name) ?? 0
  }

  mutating func pointsNumber(_ demand: ResourceDemand) -> Int {
    if let known = pointNumbers[demand] { return known }
    points.append(ResourcePoints(demand))
    pointNumbers[demand] = points.count - 1
    return points.count - 1
  }

  /// Brings the points of a demand up to date, and forgets those of others when all together take too much memory.
  mutating func refreshPoints(_ number: Int) {
    if points[number].isEmpty {
      if (keptPoints + 1) * nodes.count > Self.mostPoints {
        for index in points.indices { points[index].forget() }
        keptPoints = 0
      }
      keptPoints += 1
    }
    points[number].refresh(loads, log, profile.strategy)
  }

  mutating func collisionsNumber(_ ports: [HostPort]) -> Int {
    if let known = collisionNumbers[ports] { return known }
    collisions.append(PortCollisions(ports))
    collisionNumbers[ports] = collisions.count - 1
    return collisions.count - 1
  }
}
