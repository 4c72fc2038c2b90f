/// What the scheduler needs of an inventory, with every string resolved once, shared by all states of it.
///
/// - Complexity: memory is that of one `PlacementEvaluator`; machines with equal specifications share a class.
package struct SchedulingRules: Sendable {
  package let nodeCount: Int
  package let machineCount: Int
  package let allocatableMillicores: ContiguousArray<Int64>
  package let allocatableBytes: ContiguousArray<Int64>
  package let podLimit: ContiguousArray<Int64>
  package let cpuRequest: ContiguousArray<Int64>
  package let memoryRequest: ContiguousArray<Int64>
  /// By machine, the class of its launcher pod.
  package let podClass: ContiguousArray<PlacementEvaluator.PodClass>
  /// By machine, its rank in falling order of memory request, then cpu request, then id.
  package let rankBySize: ContiguousArray<Int32>
  /// Nodes that may run machines at all: ready, able to virtualize, and open to at least one class of machines.
  package let isWorker: ContiguousArray<Bool>
  /// Which nodes can take over a running machine from which.
  package let compatibility: ProcessorCompatibility
  /// The cluster with its other pods and no machine, every machine's class prepared; where `ClusterState` starts.
  let emptyCluster: ContiguousArray<PlacementEvaluator>

  package init(_ inventory: Inventory) {
    nodeCount = inventory.nodes.count
    machineCount = inventory.machines.count
    allocatableMillicores = ContiguousArray(inventory.nodes.map(\.cpuMillicores))
    allocatableBytes = ContiguousArray(inventory.nodes.map(\.memoryBytes))
    podLimit = ContiguousArray(inventory.nodes.map { Int64($0.podLimit) })
    cpuRequest = ContiguousArray(inventory.machines.map(\.cpuRequestMillicores))
    memoryRequest = ContiguousArray(inventory.machines.map(\.memoryRequestBytes))
    rankBySize = Self.rank(cpuRequest, memoryRequest)
    let labels = SelectedLabels(inventory)
    var cluster = PlacementCluster(inventory)
    cluster.pods = cluster.pods.map(labels.only)
    var evaluator = PlacementEvaluator(cluster)
    for (index, node) in inventory.nodes.enumerated() where !(node.isReady && node.isVirtualizationHost) {
      evaluator.setClosed(index, true)
    }
    var classes: ContiguousArray<PlacementEvaluator.PodClass> = []
    classes.reserveCapacity(inventory.machines.count)
    let bound = Set(
      inventory.objects.claims.filter { !$0.volumeName.isEmpty }.map { "\($0.namespace)/\($0.name)" })
    for machine in inventory.machines {
      var pod = labels.only(PodSpecification(machine))
      // A claim that the dump lacks, or that had no volume yet, says nothing about where the machine may go later.
      pod.claimNames.removeAll { !bound.contains("\(pod.namespace)/\($0)") }
      classes.append(evaluator.preparedClass(of: pod))
    }
    podClass = classes
    isWorker = ContiguousArray(
      inventory.nodes.indices.map { !evaluator.isClosed[$0] && evaluator.isOpenToSomeClass($0) })
    compatibility = ProcessorCompatibility(inventory)
    emptyCluster = [evaluator]
  }

  private static func rank(_ cpu: ContiguousArray<Int64>, _ memory: ContiguousArray<Int64>) -> ContiguousArray<Int32> {
    let order = cpu.indices.sorted { a, b in
      if memory[a] != memory[b] { return memory[a] > memory[b] }
      return cpu[a] != cpu[b] ? cpu[a] > cpu[b] : a < b
    }
    var rank = ContiguousArray<Int32>(repeating: 0, count: cpu.count)
    for (position, machine) in order.enumerated() { rank[machine] = Int32(position) }
    return rank
  }
}
