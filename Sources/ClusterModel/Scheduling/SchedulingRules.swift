/// What the scheduler needs of an inventory, with every string resolved once.
///
/// Machines with equal node selector and tolerations form a class; a class × node table holds the static verdict.
/// Host anti-affinity selectors are numbered; each machine lists the ones it carries and the ones its labels match.
/// - Complexity: memory is classes × nodes bytes + selector incidences; a check costs O(selectors of the machine).
package struct SchedulingRules: Sendable {
  package let nodeCount: Int
  package let machineCount: Int
  package let allocatableMillicores: ContiguousArray<Int64>
  package let allocatableBytes: ContiguousArray<Int64>
  package let podLimit: ContiguousArray<Int32>
  package let cpuRequest: ContiguousArray<Int64>
  package let memoryRequest: ContiguousArray<Int64>
  package let classOfMachine: ContiguousArray<Int32>
  /// Row per class: 0 allowed, 1 taint, 2 selector.
  let staticVerdict: ContiguousArray<UInt8>
  /// Row per class: PreferNoSchedule taints that the class does not tolerate.
  package let dislikedTaints: ContiguousArray<UInt8>
  package let hasDislikedTaints: Bool
  /// Nodes that may run machines at all: ready, able to virtualize, and open to at least one class of machines.
  package let isWorker: ContiguousArray<Bool>
  package let selectorCount: Int
  /// Anti-affinity selectors that a machine carries.
  package let carried: IndexLists
  /// Anti-affinity selectors that a machine's labels match.
  package let matched: IndexLists
  /// Other pods that match a selector, per selector × node.
  let podMatches: ContiguousArray<Int32>

  package init(_ inventory: Inventory) {
    nodeCount = inventory.nodes.count
    machineCount = inventory.machines.count
    allocatableMillicores = ContiguousArray(inventory.nodes.map(\.cpuMillicores))
    allocatableBytes = ContiguousArray(inventory.nodes.map(\.memoryBytes))
    podLimit = ContiguousArray(inventory.nodes.map { Int32(clamping: $0.podLimit) })
    cpuRequest = ContiguousArray(inventory.machines.map(\.cpuRequestMillicores))
    memoryRequest = ContiguousArray(inventory.machines.map(\.memoryRequestBytes))

    let classes = MachineClasses(inventory)
    classOfMachine = classes.classOfMachine
    staticVerdict = classes.verdicts
    dislikedTaints = classes.dislikedTaints
    hasDislikedTaints = classes.dislikedTaints.contains { $0 > 0 }
    let verdicts = classes.verdicts
    isWorker = ContiguousArray(
      inventory.nodes.enumerated().map { index, node in
        let isOpen =
          verdicts.isEmpty
          || stride(from: index, to: verdicts.count, by: inventory.nodes.count).contains { verdicts[$0] == 0 }
        return node.isReady && node.isVirtualizationHost && isOpen
      })

    let affinity = HostAntiAffinity(inventory)
    selectorCount = affinity.selectorCount
    carried = affinity.carried
    matched = affinity.matched
    podMatches = affinity.podMatches
  }

  /// The refusal that labels and taints alone give; nil where they allow the node.
  @inline(__always)
  package func staticRefusal(_ machine: MachineID, _ node: NodeID) -> Refusal? {
    switch staticVerdict[Int(classOfMachine[machine.index]) * nodeCount + node.index] {
    case 0: nil
    case 1: .untoleratedTaint
    default: .nodeSelectorMismatch
    }
  }
}

/// Lists of small indices, one for each of many owners, in two flat arrays.
package struct IndexLists: Sendable, Equatable {
  package private(set) var offsets: ContiguousArray<Int32> = [0]
  package private(set) var values: ContiguousArray<Int32> = []

  package init() {}

  package mutating func append(_ list: [Int32]) {
    values.append(contentsOf: list)
    offsets.append(Int32(values.count))
  }

  @inline(__always)
  package func range(_ owner: Int) -> Range<Int> { Int(offsets[owner])..<Int(offsets[owner + 1]) }
}

/// Machines grouped by what the static filters look at.
private struct MachineClasses {
  struct Key: Hashable {
    var selector: [String: String]
    var tolerations: [Toleration]
  }

  var classOfMachine: ContiguousArray<Int32> = []
  var verdicts: ContiguousArray<UInt8> = []
  var dislikedTaints: ContiguousArray<UInt8> = []

  init(_ inventory: Inventory) {
    var known: [Key: Int32] = [:]
    for machine in inventory.machines {
      let key = Key(selector: machine.nodeSelector, tolerations: machine.tolerations)
      if let found = known[key] {
        classOfMachine.append(found)
        continue
      }
      let number = Int32(known.count)
      known[key] = number
      classOfMachine.append(number)
      for node in inventory.nodes {
        let selected = key.selector.allSatisfy { node.labels[$0.key] == $0.value }
        let tolerated = TaintToleration.accepts(key.tolerations, taints: node.taints)
        verdicts.append(!tolerated ? 1 : !selected ? 2 : 0)
        let disliked = TaintToleration.dislikedTaintCount(key.tolerations, taints: node.taints)
        dislikedTaints.append(UInt8(clamping: disliked))
      }
    }
  }
}
