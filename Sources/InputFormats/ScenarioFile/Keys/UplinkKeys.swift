/// An element of `cluster.uplinks`.
enum UplinkKeys {
  static let label = Key.text(
    "label", example: "topology.kubernetes.io/zone",
    "label of nodes whose values have an uplink each; migrations between nodes of different values cross both"
  ).required()
  static let value = Key.text("value", example: "zone-a", "the one value that this element is about")
  static let bandwidth = Key.bandwidth("bandwidth", "what migrations may use of the uplink, in each direction")
    .required()

  static let section = KeySection(label, value, bandwidth)
}
