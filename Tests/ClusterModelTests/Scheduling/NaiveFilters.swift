import ClusterModel

/// kube-scheduler's filters from their definition, with strings and no tables: slow, and the twin of the fast ones.
struct NaiveFilters {
  let inventory: Inventory
  /// Node name by machine, and the target's of a migration in flight.
  var place: [String?]
  var reserved: [String?]

  init(_ state: ClusterState) {
    inventory = state.inventory
    let names = inventory.nodes.map(\.name)
    place = state.nodeOfMachine.map { $0 == .none ? nil : names[$0.index] }
    reserved = state.reservedNode.map { $0 == .none ? nil : names[$0.index] }
  }

  private struct Pod {
    var namespace: String
    var labels: [String: String]
    var antiAffinity: [LabelSelector]
    var millicores: Int64
    var bytes: Int64
  }

  private func pods(on node: String) -> [Pod] {
    var result = inventory.pods.filter { $0.nodeName == node }.map {
      Pod(
        namespace: $0.namespace, labels: $0.labels, antiAffinity: [], millicores: $0.cpuRequestMillicores,
        bytes: $0.memoryRequestBytes)
    }
    for (index, machine) in inventory.machines.enumerated() {
      if place[index] == node { result.append(Self.pod(machine)) }
      if reserved[index] == node { result.append(Self.pod(machine)) }
    }
    return result
  }

  private static func pod(_ machine: VirtualMachine) -> Pod {
    Pod(
      namespace: machine.namespace, labels: machine.labels, antiAffinity: machine.hostAntiAffinity,
      millicores: machine.cpuRequestMillicores, bytes: machine.memoryRequestBytes)
  }

  func refusal(_ machine: VirtualMachine, on node: Node) -> Refusal? {
    if node.isCordoned || !node.isReady || node.labels["kubevirt.io/schedulable"] == "false" { return .unschedulable }
    for taint in node.taints where taint.effect.rawValue != "PreferNoSchedule" {
      if !machine.tolerations.contains(where: { Self.covers($0, taint) }) { return .untoleratedTaint }
    }
    for (key, value) in machine.nodeSelector where node.labels[key] != .some(value) { return .nodeSelectorMismatch }
    let others = pods(on: node.name)
    if others.count + 1 > node.podLimit { return .tooManyPods }
    let cpu = others.reduce(machine.cpuRequestMillicores) { $0 + $1.millicores } - node.cpuMillicores
    if cpu > 0 && machine.cpuRequestMillicores > 0 { return .insufficientCPU(missingMillicores: cpu) }
    let memory = others.reduce(machine.memoryRequestBytes) { $0 + $1.bytes } - node.memoryBytes
    if memory > 0 && machine.memoryRequestBytes > 0 { return .insufficientMemory(missingBytes: memory) }
    for other in others where other.namespace == machine.namespace {
      if machine.hostAntiAffinity.contains(where: { Self.selects($0, other.labels) }) { return .hostAntiAffinity }
      if other.antiAffinity.contains(where: { Self.selects($0, machine.labels) }) { return .hostAntiAffinity }
    }
    return nil
  }

  private static func covers(_ toleration: Toleration, _ taint: Taint) -> Bool {
    let effectFits = toleration.effect == nil || toleration.effect?.rawValue == taint.effect.rawValue
    let isExists = toleration.operator.rawValue == "Exists"
    if toleration.key == "" { return isExists && effectFits }
    return effectFits && toleration.key == taint.key && (isExists || toleration.value == taint.value)
  }

  private static func selects(_ selector: LabelSelector, _ labels: [String: String]) -> Bool {
    for (key, value) in selector.matchLabels where labels[key] != .some(value) { return false }
    for expression in selector.matchExpressions {
      let isListed = expression.values.contains { labels[expression.key] == .some($0) }
      let isPresent = labels.keys.contains(expression.key)
      switch expression.operator.rawValue {
      case "In" where !isListed: return false
      case "NotIn" where isListed: return false
      case "Exists" where !isPresent: return false
      case "DoesNotExist" where isPresent: return false
      default: continue
      }
    }
    return true
  }
}
