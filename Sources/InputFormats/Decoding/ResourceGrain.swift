import ClusterModel

/// The smallest piece in which a resource comes: extended resources one by one, huge pages page by page.
///
/// As the API server checks it (kubernetes/kubernetes `pkg/apis/core/validation`): an extended resource has a domain
/// that is not Kubernetes' own, such as `nvidia.com/gpu`; `hugepages-2Mi` is a multiple of 2Mi.
struct ResourceGrain {
  let piece: Quantity
  let isPage: Bool

  /// Nil for a resource that comes in any amount.
  init?(of resource: String) {
    if resource.hasPrefix("hugepages-") {
      guard let size = try? Quantity(String(resource.dropFirst("hugepages-".count))), size.nanoUnits > 0 else {
        return nil
      }
      (piece, isPage) = (size, true)
    } else if let slash = resource.firstIndex(of: "/"), !resource[...slash].hasSuffix("kubernetes.io/") {
      (piece, isPage) = (Quantity(nanoUnits: 1_000_000_000), false)
    } else {
      return nil
    }
  }

  func divides(_ amount: Quantity) -> Bool { amount.nanoUnits % piece.nanoUnits == 0 }

  /// The amount, or the next larger one that comes out even, where there is one.
  func roundedUp(_ amount: Quantity) -> Quantity {
    let rest = amount.nanoUnits % piece.nanoUnits
    guard rest > 0 else { return amount }
    let (sum, overflows) = amount.nanoUnits.addingReportingOverflow(piece.nanoUnits - rest)
    return Quantity(nanoUnits: overflows ? amount.nanoUnits - rest : sum)
  }
}
