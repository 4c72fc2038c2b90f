import ClusterModel

/// What a scenario says of placement in Kubernetes' form, read by the code that reads dumps.
extension MappingReader {
  /// What a machine, group or pod asks for; keys that its section does not list are not looked for.
  /// - Parameter antiAffinity: selectors that stand before the terms of `affinity`.
  mutating func placementTerms(_ antiAffinity: Key<[LabelSelector]>? = nil) -> PlacementTerms {
    typealias Keys = PlacementTermKeys
    let selectors = antiAffinity.flatMap { value($0) } ?? []
    let affinity = value(Keys.affinity)
    var terms = PlacementTerms()
    Field.reading { session in
      if let affinity { AffinityReader(session: session).read(affinity: affinity, into: &terms) }
    }
    terms.requiredAntiAffinity =
      selectors.map { PodAffinityTerm(hostSelector: $0) } + terms.requiredAntiAffinity
    let (spread, ports) = (value(Keys.spread), value(Keys.hostPorts))
    Field.reading { session in
      let affinity = AffinityReader(session: session)
      if let spread { terms.spreadConstraints = spread.elements.map(affinity.spreadConstraint) }
      let reader = PodSpecificationReader(session: session)
      if let ports { terms.hostPorts = reader.hostPorts(ports.elements.map { $0 }, isOnHostNetwork: false) }
    }
    terms.extraRequests = value(Keys.requests) ?? ResourceAmounts()
    terms.claimNames = value(Keys.claims) ?? []
    terms.controller = value(Keys.controller)
    return terms
  }

  mutating func cpuModel() -> GuestCPUModel {
    value(PlacementTermKeys.cpuModel).map { GuestCPUModel($0) } ?? .hostModel
  }
}

extension PodAffinityTerm {
  /// Anti-affinity by host among pods of the same namespace.
  init(hostSelector: LabelSelector) {
    var terms = PlacementTerms()
    terms.hostAntiAffinity = [hostSelector]
    self = terms.requiredAntiAffinity[0]
  }
}

extension Field {
  func controllerReference() -> ControllerReference? {
    typealias Keys = ControllerKeys
    guard var mapping = mapping(Keys.section, "'\(name)'") else { return nil }
    let (kind, name) = (mapping.value(Keys.kind)?.text, mapping.value(Keys.name))
    mapping.finish()
    guard let kind, let name else { return nil }
    return ControllerReference(kind: kind, name: name)
  }
}

extension DecodingSession {
  /// Elements of `objects`; a second one of the same kind and name is reported and left out.
  func placementObjects(_ items: [Field]) -> PlacementObjects {
    var known: Set<String> = []
    return Field.reading { session in
      var reader = PlacementReader(session: session)
      for item in items {
        guard let object = item.checked(as: PlacementObjectKeys.kind),
          let kind = object["kind"]?.text.flatMap(ObjectKind.init(rawValue:))
        else { continue }
        let metadata = object["metadata"]
        let name = metadata?["name"]?.text ?? ""
        if known.insert("\(kind.rawValue)/\(metadata?["namespace"]?.present ?? "default")/\(name)").inserted {
          reader.add(object, kind: kind)
        } else {
          report(
            .warning, .duplicateObject, "two objects of the inventory are the \(kind.rawValue) '\(name)'",
            at: item.anchor)
        }
      }
      return reader.cluster.objects.ofRuns
    }
  }
}

extension PlacementObjects {
  /// With these behind the own ones.
  mutating func add(_ other: PlacementObjects) {
    namespaces += other.namespaces
    services += other.services
    controllers += other.controllers
    claims += other.claims
    volumes += other.volumes
  }
}
