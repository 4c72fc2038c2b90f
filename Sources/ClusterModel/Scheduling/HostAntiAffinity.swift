/// kube-scheduler's InterPodAffinity for required anti-affinity on `kubernetes.io/hostname`.
///
/// A selector binds pods of the namespace of the machine that carries it, in both directions: the carrier avoids
/// matching pods, and a matching newcomer is kept off the carrier's node.
struct HostAntiAffinity {
  private struct Key: Hashable {
    var namespace: String
    var selector: LabelSelector
  }

  private(set) var selectorCount = 0
  private(set) var carried = IndexLists()
  private(set) var matched = IndexLists()
  private(set) var podMatches: ContiguousArray<Int32> = []

  init(_ inventory: Inventory) {
    var numbers: [Key: Int32] = [:]
    var selectors: [Key] = []
    for machine in inventory.machines {
      var own: [Int32] = []
      for selector in machine.hostAntiAffinity {
        let key = Key(namespace: machine.namespace, selector: selector)
        let number = numbers[key] ?? Int32(selectors.count)
        if numbers[key] == nil {
          numbers[key] = number
          selectors.append(key)
        }
        if !own.contains(number) { own.append(number) }
      }
      carried.append(own)
    }
    selectorCount = selectors.count

    var byNamespace: [String: [Int32]] = [:]
    for (index, key) in selectors.enumerated() { byNamespace[key.namespace, default: []].append(Int32(index)) }
    for machine in inventory.machines {
      let candidates = byNamespace[machine.namespace] ?? []
      matched.append(candidates.filter { selectors[Int($0)].selector.matches(machine.labels) })
    }
    podMatches = ContiguousArray(repeating: 0, count: selectors.count * inventory.nodes.count)
    guard !selectors.isEmpty else { return }
    for pod in inventory.pods {
      guard let node = inventory.node(named: pod.nodeName) else { continue }
      for number in byNamespace[pod.namespace] ?? [] where selectors[Int(number)].selector.matches(pod.labels) {
        podMatches[Int(number) * inventory.nodes.count + node.index] += 1
      }
    }
  }
}
