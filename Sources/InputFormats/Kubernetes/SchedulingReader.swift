import ClusterModel

/// Taints, tolerations and selectors as Kubernetes objects have them.
struct SchedulingReader {
  static func taint(_ object: SyntaxNode, _ session: DecodingSession) -> Taint? {
    guard object.kind == .mapping else {
      session.wrongType(object, "taint", "a mapping")
      return nil
    }
    guard let key = object["key"]?.present, let effectNode = object["effect"] else { return nil }
    let effects = Taint.Effect.allCases
    guard let effect = session.choice(effectNode, "effect", of: effects.map(\.rawValue), severity: .warning) else {
      return nil
    }
    return Taint(key: key, value: object["value"]?.present ?? "", effect: effects[effect])
  }

  static func tolerations(_ spec: SyntaxNode?, _ session: DecodingSession) -> [Toleration] {
    session.elements(spec, "tolerations").compactMap(toleration)
  }

  /// Nil for an operator or effect that the scheduler does not know: such a toleration tolerates nothing.
  private static func toleration(_ object: SyntaxNode) -> Toleration? {
    var result = Toleration(key: object["key"]?.present ?? "", value: object["value"]?.present ?? "")
    if let text = object["operator"]?.present, !text.isEmpty {
      guard let known = Toleration.Operator(rawValue: text) else { return nil }
      result.operator = known
    }
    if let text = object["effect"]?.present, !text.isEmpty {
      guard let known = Taint.Effect(rawValue: text) else { return nil }
      result.effect = known
    }
    return result
  }

  static func selector(_ object: SyntaxNode, _ session: DecodingSession) -> LabelSelector {
    let expressions = session.elements(object, "matchExpressions").compactMap { item -> LabelSelector.Expression? in
      guard let key = item["key"]?.present,
        let sign = item["operator"]?.present.flatMap(LabelSelector.Expression.Operator.init)
      else { return nil }
      return LabelSelector.Expression(
        key: key, operator: sign, values: session.elements(item, "values").compactMap(\.present))
    }
    return LabelSelector(matchLabels: session.texts(object, "matchLabels"), matchExpressions: expressions)
  }
}
