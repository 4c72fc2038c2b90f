/// What a dirty curve does to a migration on a link, by the form of the curve alone.
package enum DirtyPlateau: Sendable, Equatable {
  /// Rounds shrink for ever, so every limit of the pause is met.
  case converges
  /// Rounds settle at this length: it is the pause when the last copy is forced there, and `remainingBytes` are left.
  case stalls(seconds: Double, remainingBytes: Double)

  /// A migration converges where the link carries more than the guest dirties just after a reading of the bitmap.
  ///
  /// Else rounds settle at the length `T*` with `D(T*) = B T*`; for `T* ≫ τ` that is `H / (B − c)`.
  /// A curve without a cap on a link slower than its cold rate has no such length: it is taken as an hour.
  package init(_ curve: DirtyFit.Curve, linkBytesPerSecond rate: Double) {
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
    self = .stalls(seconds: seconds, remainingBytes: curve.dirtyBytes(after: seconds))
  }
}
