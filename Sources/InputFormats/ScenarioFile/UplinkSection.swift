import ClusterModel

extension DecodingSession {
  /// `[{label: rack, bandwidth: 100Gbps}, {label: rack, value: r7, bandwidth: 40Gbps}]`.
  func uplinks(_ items: [Field]) -> [Uplink] {
    typealias Keys = UplinkKeys
    var result: [Uplink] = []
    for item in items {
      guard var mapping = item.mapping(Keys.section, item.name) else { continue }
      let (label, value) = (mapping.value(Keys.label), mapping.value(Keys.value))
      let bandwidth = mapping.value(Keys.bandwidth)
      mapping.finish()
      guard let label, let bandwidth else { continue }
      if label.isEmpty || label.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ",") }) {
        item.fail(.wrongType, "'\(label)' is not the key of a label")
        continue
      }
      let position = result.firstIndex { $0.label == label } ?? result.count
      if position == result.count { result.append(Uplink(label: label)) }
      let isTwice =
        value.map { result[position].bytesPerSecondByValue[$0] != nil } ?? (result[position].bytesPerSecond < .infinity)
      if isTwice { item.fail(.duplicateName, "two uplinks are for '\(value.map { "\(label): \($0)" } ?? label)'") }
      if let value {
        result[position].bytesPerSecondByValue[value] = bandwidth
      } else {
        result[position].bytesPerSecond = bandwidth
      }
    }
    if result.count > Uplink.most, let field = items.last {
      field.fail(
        .outOfRange, "uplinks go by \(result.count) labels",
        help: "at most \(Uplink.most) labels, such as rack and zone")
    }
    return result
  }
}

extension Uplink {
  /// As elements of `cluster.uplinks`, values in their order.
  var documents: [DocumentValue] {
    func element(_ value: String?, _ rate: Double) -> DocumentValue {
      .mapping([
        (UplinkKeys.label.name, .text(label)), (UplinkKeys.value.name, value.map { .text($0) }),
        (UplinkKeys.bandwidth.name, .quantity(ExactAmount.bandwidth(bytesPerSecond: rate))),
      ])
    }
    let values = bytesPerSecondByValue.sorted { $0.key < $1.key }
    return (bytesPerSecond < .infinity ? [element(nil, bytesPerSecond)] : []) + values.map { element($0.key, $0.value) }
  }
}
