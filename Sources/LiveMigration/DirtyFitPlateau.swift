/// What a dirty curve does to a migration on a link, by the form of the curve alone.
package enum DirtyPlateau: Sendable, Equatable {
  /// Rounds shrink until what is left fits into the limit of the pause.
  case converges
  /// Rounds settle at this length: it is the pause when the last copy is forced there, and `remainingBytes` are left.
  case stalls(seconds: Double, remainingBytes: Double)

  /// A migration converges where the link carries more than the guest dirties just after a reading of the bitmap.
  ///
  /// Else rounds settle at the length `T*` with `D(T*) = B T*`; for `T* ≫ τ` that is `H / (B − c)`. It converges as well
  /// where that is within the limit, for QEMU stops when what is left takes no longer.
  /// A curve without a cap on a link slower than its cold rate has no such length: it is taken as an hour.
  package init(_ curve: DirtyFit.Curve, linkBytesPerSecond rate: Double, downtimeLimitSeconds limit: Double = 0.3) {
    guard curve.initialBytesPerSecond > rate, rate > 0 else {
      self = .converges
      return
    }
    // D(T) / T falls with T.
    var (low, high) = (1e-3, 3600.0)
    for _ in 0..<60 {
      let middle = (low * high).squareRoot()
      if curve.dirtyBytes(after: middle) > rate * middle { low = middle } else { high = middle }
    }
    let seconds = (low * high).squareRoot()
    self = seconds < limit ? .converges : .stalls(seconds: seconds, remainingBytes: curve.dirtyBytes(after: seconds))
  }
}
