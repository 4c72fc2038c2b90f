/// `scheduling.k8s.io PriorityClass`: the priority that pods of a class get, and whether they evict others for it.
struct PriorityClass: Equatable {
  var value: Int
  /// `preemptionPolicy: Never`.
  var neverPreempts = false
  /// Pods that name no class get this one.
  var isGlobalDefault = false
}

/// What a pod or a machine says of its priority.
struct PriorityClaim: Equatable {
  /// `spec.priority`, which the API server writes once the pod exists.
  var priority: Int?
  var className: String?
  /// Nil where only the class says it.
  var neverPreempts: Bool?

  init() {}

  /// Nil where nothing is said at all, so that someone else may speak.
  var unlessSilent: PriorityClaim? { priority == nil && className == nil ? nil : self }

  /// - Parameter spec: of a pod, a machine's template or an instance.
  init(_ spec: SyntaxNode?) {
    priority = spec?["priority"]?.integer.map { Int(clamping: $0) }
    className = spec?["priorityClassName"]?.present.flatMap { $0.isEmpty ? nil : $0 }
    neverPreempts = spec?["preemptionPolicy"]?.present.map { $0 == "Never" }
  }
}

/// All classes of a cluster: the one place where priorities of pods, launcher pods and machines are decided.
struct PriorityClasses {
  /// Classes that every cluster has (kubernetes/kubernetes `pkg/apis/scheduling/types.go`).
  private var known = [
    "system-cluster-critical": PriorityClass(value: 2_000_000_000),
    "system-node-critical": PriorityClass(value: 2_000_001_000),
  ]
  /// Of several global defaults the lowest counts, as the API server's admission has it.
  private var globalDefault: PriorityClass?

  mutating func add(_ name: String, _ added: PriorityClass) {
    known[name] = added
    if added.isGlobalDefault, added.value < globalDefault?.value ?? .max { globalDefault = added }
  }

  /// The stated priority, else the class's, else, where none is named, the global default's, else 0.
  func priority(of claim: PriorityClaim) -> Int { claim.priority ?? appointed(claim)?.value ?? 0 }

  /// What is stated counts, else the policy of the class that gives the priority.
  func neverPreempts(_ claim: PriorityClaim) -> Bool {
    if let stated = claim.neverPreempts { return stated }
    // A pod with a priority and no class got it when there was no global default.
    if claim.priority != nil, claim.className == nil { return false }
    return appointed(claim)?.neverPreempts ?? false
  }

  private func appointed(_ claim: PriorityClaim) -> PriorityClass? {
    guard let name = claim.className else { return globalDefault }
    return known[name]
  }
}

/// Reads a class; one without a value has 0, as the API server has it.
struct PriorityClassReader {
  static func read(_ object: SyntaxNode, _ session: DecodingSession) -> PriorityClass? {
    var result = PriorityClass(value: 0)
    if let value = object["value"], value.kind != .null {
      guard
        let number = session.integer(value, "value", in: -2_147_483_648...2_147_483_647, isLenient: true)
      else { return nil }
      result.value = Int(number)
    }
    result.neverPreempts = object["preemptionPolicy"]?.present == "Never"
    result.isGlobalDefault = object["globalDefault"]?.bool == true
    return result
  }
}
