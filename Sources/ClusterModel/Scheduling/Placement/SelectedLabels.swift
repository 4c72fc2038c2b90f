/// The label keys that some selector of an inventory asks about; what other labels say changes no decision.
///
/// Launcher pods carry labels of their own name and node. Without them machines of one kind share a class.
struct SelectedLabels {
  private var keys: Set<String> = []

  init(_ inventory: Inventory) {
    for pod in inventory.pods { add(pod.terms) }
    for machine in inventory.machines { add(machine.terms) }
    for service in inventory.objects.services { keys.formUnion((service.selector ?? [:]).keys) }
    for controller in inventory.objects.controllers { add(controller.selector) }
  }

  private mutating func add(_ terms: PlacementTerms) {
    for term in terms.requiredAffinity + terms.requiredAntiAffinity { add(term.selector) }
    for preference in terms.preferredAffinity + terms.preferredAntiAffinity { add(preference.term.selector) }
    for constraint in terms.spreadConstraints {
      add(constraint.selector)
      keys.formUnion(constraint.matchLabelKeys)
    }
  }

  private mutating func add(_ selector: LabelSelector?) {
    guard let selector else { return }
    keys.formUnion(selector.matchLabels.keys)
    keys.formUnion(selector.matchExpressions.map(\.key))
  }

  /// The pod without labels that nobody asks about.
  func only(_ pod: PodSpecification) -> PodSpecification {
    var pod = pod
    if !pod.labels.isEmpty { pod.labels = pod.labels.filter { keys.contains($0.key) } }
    return pod
  }
}
