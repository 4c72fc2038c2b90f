/// `scheduling.k8s.io PriorityClass`: the priority that pods of a class get.
struct PriorityClassReader {
  /// Classes that every cluster has (kubernetes/kubernetes `pkg/apis/scheduling/types.go`).
  static let given = ["system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000]

  static func value(_ object: SyntaxNode, _ session: DecodingSession) -> Int? {
    guard let value = object["value"], value.kind != .null else { return nil }
    return session.integer(value, "value", in: -2_147_483_648...2_147_483_647, isLenient: true).map { Int($0) }
  }
}
