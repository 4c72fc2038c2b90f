/// What a pod requests, in the several ways in which kube-scheduler counts it.
///
/// Request = max(containers + sidecars, each init container + the sidecars before it) + overhead, per resource; a request
/// of the pod as a whole takes the place of its containers'. Source: Kubernetes 1.34, component-helpers `PodRequests`.
package struct PodRequest: Sendable, Hashable {
  /// 100m CPU and 200 MiB, assumed where a container requests none.
  package static let assumed = ResourceAmounts([
    ("cpu", Quantity(nanoUnits: 100_000_000)), ("memory", Quantity(nanoUnits: 209_715_200 * 1_000_000_000)),
  ])

  private enum Source { case specification, status }

  /// What a waiting pod must find free.
  package static func needed(by pod: PodSpecification) -> ResourceAmounts { total(pod, .specification) }

  /// What LeastAllocated and MostAllocated count for a waiting pod: containers only, with assumed amounts.
  package static func scored(for pod: PodSpecification) -> ResourceAmounts {
    total(pod, .status, assuming: assumed, countsPodRequests: false)
  }

  /// What NodeResourcesBalancedAllocation counts for a waiting pod.
  package static func balanced(for pod: PodSpecification) -> ResourceAmounts { total(pod, .status) }

  /// What a running pod takes: the largest of what it asked for, was allocated and has, while it is being resized.
  package static func taken(by pod: PodSpecification) -> ResourceAmounts { total(pod, .status) }

  /// What LeastAllocated and MostAllocated count for a running pod.
  package static func scoredTaken(by pod: PodSpecification) -> ResourceAmounts {
    let plain = taken(by: pod)
    var assumed = assumed
    if pod.podRequests.entries.contains(where: { isPodLevel($0.name) }) {
      for entry in plain.entries where entry.name == "cpu" || entry.name == "memory" { assumed[entry.name] = nil }
    }
    return total(pod, .status, assuming: assumed)
  }

  private static func total(
    _ pod: PodSpecification, _ source: Source, assuming assumed: ResourceAmounts = ResourceAmounts(),
    countsPodRequests: Bool = true
  ) -> ResourceAmounts {
    func amounts(_ container: ContainerSpecification, mayBeResized: Bool) -> ResourceAmounts {
      var result = container.requests
      if mayBeResized, source == .status, let actual = container.actualRequests {
        if pod.isResizeInfeasible { result = ResourceAmounts() }
        result.raise(to: actual)
        result.raise(to: container.allocatedRequests)
      }
      return assumed.isEmpty ? result : result.filled(from: assumed)
    }
    var sum = ResourceAmounts()
    for container in pod.containers { sum.add(amounts(container, mayBeResized: true)) }
    var sidecars = ResourceAmounts()
    var peak = ResourceAmounts()
    for container in pod.initContainers {
      let own = amounts(container, mayBeResized: container.isSidecar)
      if container.isSidecar {
        sum.add(own)
        sidecars.add(own)
        peak.raise(to: sidecars)
      } else {
        var during = own
        during.add(sidecars)
        peak.raise(to: during)
      }
    }
    sum.raise(to: peak)
    if countsPodRequests {
      for entry in pod.podRequests.entries where isPodLevel(entry.name) { sum[entry.name] = entry.amount }
    }
    sum.add(pod.overhead)
    return sum
  }

  /// Resources that may be requested for a pod as a whole.
  package static func isPodLevel(_ name: String) -> Bool {
    name == "cpu" || name == "memory" || name.hasPrefix("hugepages-")
  }

  /// Resources that are counted besides cpu, memory and ephemeral-storage: extended ones, huge pages, attached volumes.
  package static func isScalar(_ name: String) -> Bool {
    name.hasPrefix("hugepages-") || name.hasPrefix("attachable-volumes-")
      || name.utf8.contains(UInt8(ascii: "/")) && !name.hasPrefix("requests.")
  }
}

extension Quantity {
  /// Whole numbers for the scheduler's arithmetic: thousandths of a core, else units; absurd amounts are cut at 2^52.
  func schedulingAmount(of resource: String) -> Int64 {
    min(max(0, (resource == "cpu" ? milliUnits : wholeUnits) ?? (isNegative ? 0 : .max)), 1 << 52)
  }
}
