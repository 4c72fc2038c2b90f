import ClusterModel

extension Field {
  /// Taints as mappings `{key, value, effect}` or as text `key=value:NoSchedule`.
  func taints() -> [Taint]? {
    items()?.compactMap { item -> Taint? in
      if let text = item.node?.text { return item.taint(text) }
      guard var mapping = item.mapping(TaintKeys.section, "taint") else { return nil }
      let key = mapping.value(TaintKeys.key)
      let value = mapping.value(TaintKeys.value) ?? ""
      let effect = mapping.value(TaintKeys.effect)
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
      typealias Keys = TolerationKeys
      guard var mapping = item.mapping(Keys.section, "toleration") else { return nil }
      let result = Toleration(
        key: mapping.value(Keys.key) ?? "", operator: mapping.value(Keys.operator) ?? .equal,
        value: mapping.value(Keys.value) ?? "", effect: mapping.value(Keys.effect))
      _ = mapping.field(Keys.tolerationSeconds)
      mapping.finish()
      return result
    }
  }

  /// `{bandwidth: 25Gbps, links: 2, mtu: 9000, dedicated: true}`.
  func networkInterface() -> NetworkInterface? {
    guard var mapping = mapping(NetworkKeys.section, "migrationNetwork") else { return nil }
    var result = NetworkInterface()
    if let rate = mapping.value(NetworkKeys.bandwidth) { result.bytesPerSecond = rate }
    if let links = mapping.value(NetworkKeys.links) { result.linkCount = links }
    if let mtu = mapping.value(NetworkKeys.mtu) { result.mtuBytes = mtu }
    if let dedicated = mapping.value(NetworkKeys.dedicated) { result.isDedicated = dedicated }
    mapping.finish()
    return result
  }
}
