import ClusterModel

/// Claims that machines and pods name and nothing describes.
///
/// In a run they bind nobody to a node. Written as names alone, or without a volume, they would keep their pods from
/// every node, so they are left out; a machine then has the disk that its storage class stands for.
struct AbsentClaims {
  private struct Name: Hashable {
    var namespace: String
    var claim: String
  }

  private var names: Set<Name> = []

  init(_ inventory: Inventory) {
    for machine in inventory.machines { insert(machine.terms.claimNames, machine.namespace) }
    for pod in inventory.pods { insert(pod.terms.claimNames, pod.namespace) }
    for claim in inventory.objects.claims { names.remove(Name(namespace: claim.namespace, claim: claim.name)) }
  }

  var count: Int { names.count }

  func removed(from inventory: Inventory) -> Inventory {
    if names.isEmpty { return inventory }
    var result = inventory
    for index in result.machines.indices { remove(&result.machines[index].terms, inventory.machines[index].namespace) }
    for index in result.pods.indices { remove(&result.pods[index].terms, inventory.pods[index].namespace) }
    return result
  }

  private mutating func insert(_ claims: [String], _ namespace: String) {
    for claim in claims { names.insert(Name(namespace: namespace, claim: claim)) }
  }

  private func remove(_ terms: inout PlacementTerms, _ namespace: String) {
    terms.claimNames.removeAll { names.contains(Name(namespace: namespace, claim: $0)) }
  }
}
