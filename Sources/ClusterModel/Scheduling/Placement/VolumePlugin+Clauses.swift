/// Volume refusals for people, each with its claim and volume.
extension VolumePlugin {
  /// What stands between the pod's claims and the node, a clause a claim.
  func clauses(
    _ pod: PodSpecification, _ node: NodeSpecification, _ resolved: ResolvedNode, _ table: inout TextTable
  ) -> [String] {
    var result: [String] = []
    for name in pod.claimNames {
      guard let claim = claim(pod.namespace, name) else {
        if hasClaims { result.append("claim \(name) does not exist") }
        continue
      }
      guard let clause = clause(claim, pod, node, resolved, &table) else { continue }
      result.append("claim \(name)\(clause)")
    }
    if result.isEmpty, pod.claimNames.count > 1 {
      let check = check(needs(of: pod), &table)
      if !bindingReasons(check, resolved, table).isEmpty {
        result.append("its claims together find too few free volumes here")
      }
    }
    return result
  }

  private func clause(
    _ claim: PlacementObjects.Claim, _ pod: PodSpecification, _ node: NodeSpecification, _ resolved: ResolvedNode,
    _ table: inout TextTable
  ) -> String? {
    switch claim.ending {
    case .isTerminating: return " is being deleted"
    case .isLost: return ": volume \(claim.volumeName), to which it was bound, is gone"
    case .none: break
    }
    var alone = pod
    alone.claimNames = [claim.name]
    let check = check(needs(of: alone), &table)
    if !claim.volumeName.isEmpty {
      guard let volume = volume(claim.volumeName) else {
        return check.everywhere.isEmpty ? nil : ": volume \(claim.volumeName) does not exist"
      }
      if let terms = volume.requiredNodeTerms, !bindingReasons(check, resolved, table).isEmpty {
        return ": volume \(volume.name) is only reachable from \(Self.text(terms))"
      }
      let isInZone = check.bound.allSatisfy { Self.isInZone($0.zoneLabels, node) }
      return isInZone ? nil : ": volume \(volume.name) lies in \(Self.place(volume.labels))"
    }
    let className = claim.storageClassName
    if !check.everywhere.isEmpty {
      guard !className.isEmpty else { return " has neither a volume nor a storage class" }
      return hasClass(className)
        ? " has no volume yet, though storage class \(className) makes one at once"
        : " needs storage class \(className), which does not exist"
    }
    guard let delayed = check.delayed.first, !bindingReasons(check, resolved, table).isEmpty else { return nil }
    if !delayed.selectedNode.isEmpty, delayed.selectedNode != node.name {
      return ": its volume is being made for node \(delayed.selectedNode)"
    }
    let text = ": no free volume of storage class \(className) is within reach"
    guard delayed.canBeMade else { return text }
    return text + ", and new ones are only made for \(Self.text(needs(of: alone).delayed[0].allowedTerms ?? []))"
  }

  /// `zone=a`, `host=n1`, `disk in (a, b)`.
  private static func text(_ terms: [NodeSelectorTerm]) -> String {
    let texts = terms.filter { !$0.isBroken && !($0.expressions.isEmpty && $0.fields.isEmpty) }.map { term in
      term.expressions.map(text).joined(separator: " and ")
    }
    let limit = 3
    guard !texts.isEmpty else { return "nowhere" }
    return texts.prefix(limit).joined(separator: " or ")
      + (texts.count > limit ? " or \(texts.count - limit) more" : "")
  }

  private static func text(_ expression: NodeSelectorTerm.Expression) -> String {
    let key = shortName(expression.key)
    let values = expression.values.joined(separator: ", ")
    return switch expression.operator {
    case .isIn: expression.values.count == 1 ? "\(key)=\(values)" : "\(key) in (\(values))"
    case .notIn: expression.values.count == 1 ? "\(key)≠\(values)" : "\(key) not in (\(values))"
    case .exists: "nodes with \(key)"
    case .doesNotExist: "nodes without \(key)"
    case .greaterThan: "\(key) > \(values)"
    case .lessThan: "\(key) < \(values)"
    }
  }

  private static func shortName(_ key: String) -> String {
    if key == "kubernetes.io/hostname" { return "host" }
    for prefix in ["topology.kubernetes.io/", "failure-domain.beta.kubernetes.io/"] where key.hasPrefix(prefix) {
      return String(key.dropFirst(prefix.count))
    }
    return key
  }

  private static func place(_ labels: [String: String]) -> String {
    var parts: [String] = []
    for (key, oldKey) in zoneKeys {
      if let value = labels[key] ?? labels[oldKey] { parts.append("\(shortName(key)) \(value)") }
    }
    return parts.joined(separator: ", ")
  }
}
