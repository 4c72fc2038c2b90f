import ClusterModel

extension Field {
  /// Taints as mappings `{key, value, effect}` or as text `key=value:NoSchedule`.
  func taints() -> [Taint]? {
    items()?.compactMap { item -> Taint? in
      if let text = item.node?.text { return item.taint(text) }
      guard var mapping = item.mapping("taint") else { return nil }
      let key = mapping.required("key")?.string()
      let value = mapping.field("value")?.string() ?? ""
      let effect = mapping.required("effect")?.choice(Taint.Effect.self)
      mapping.finish()
      guard let key, let effect else { return nil }
      return Taint(key: key, value: value, effect: effect)
    }
  }

  private func taint(_ text: String) -> Taint? {
    let halves = text.split(separator: ":", omittingEmptySubsequences: false)
    let pair = halves[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, !pair[0].isEmpty, let effect = Taint.Effect(rawValue: String(halves[1])) else {
      fail(
        .wrongType, "'\(text)' is not a taint",
        help: "write key=value:NoSchedule; effects are NoSchedule, PreferNoSchedule, NoExecute")
      return nil
    }
    return Taint(key: String(pair[0]), value: pair.count > 1 ? String(pair[1]) : "", effect: effect)
  }

  func tolerations() -> [Toleration]? {
    items()?.compactMap { item -> Toleration? in
      guard var mapping = item.mapping("toleration") else { return nil }
      let result = Toleration(
        key: mapping.field("key")?.string() ?? "",
        operator: mapping.field("operator")?.choice(Toleration.Operator.self) ?? .equal,
        value: mapping.field("value")?.string() ?? "",
        effect: mapping.field("effect")?.choice(Taint.Effect.self))
      _ = mapping.field("tolerationSeconds")
      mapping.finish()
      return result
    }
  }

  /// `{bandwidth: 25Gbps, mtu: 9000, dedicated: true}`.
  func networkInterface() -> NetworkInterface? {
    guard var mapping = mapping("migrationNetwork") else { return nil }
    var result = NetworkInterface()
    if let rate = mapping.field("bandwidth")?.bandwidth(allowsZero: false) { result.bytesPerSecond = rate }
    if let mtu = mapping.field("mtu")?.integer(in: 576...65_535) { result.mtuBytes = mtu }
    if let dedicated = mapping.field("dedicated")?.bool() { result.isDedicated = dedicated }
    mapping.finish()
    return result
  }
}
