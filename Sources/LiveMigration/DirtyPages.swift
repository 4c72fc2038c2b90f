import EventKernel

/// One class of pages a guest writes: how large the set is, how fast it is written, in which order.
package struct DirtyClass: Sendable, Equatable {
  package enum Access: String, Sendable, CaseIterable {
    /// Uniform over the set: `D = S (1 − e^(−w A / S))`.
    case random
    /// Page after page, starting over at the end: `D = min(S, w A)`.
    case sequential
  }

  package var setBytes: Double
  /// Page writes per second at activity 1, times the page size of 4,096 bytes.
  package var writesBytesPerSecond: Double
  package var access: Access

  package init(setBytes: Double, writesBytesPerSecond: Double, access: Access) {
    self.setBytes = setBytes.isFinite ? max(0, setBytes) : 0
    self.writesBytesPerSecond = writesBytesPerSecond.isFinite ? max(0, writesBytesPerSecond) : 0
    self.access = access
  }

  /// Distinct bytes written while the activity integral grows by `activitySeconds`.
  package func uniqueDirtyBytes(activitySeconds: Double) -> Double {
    guard setBytes > 0, activitySeconds > 0 else { return 0 }
    let written = writesBytesPerSecond * activitySeconds
    switch access {
    case .random: return -setBytes * DeterministicMath.expm1(-written / setBytes)
    case .sequential: return min(setBytes, written)
    }
  }

  /// Derivative of `uniqueDirtyBytes` by activity, in bytes per second of activity 1.
  package func slope(at activitySeconds: Double) -> Double {
    guard setBytes > 0 else { return 0 }
    let dirty = uniqueDirtyBytes(activitySeconds: activitySeconds)
    switch access {
    case .random: return writesBytesPerSecond * (1 - dirty / setBytes)
    case .sequential: return dirty < setBytes ? writesBytesPerSecond : 0
    }
  }
}

/// How fast a guest dirties distinct pages: at most four classes whose sets do not overlap.
///
/// Activity scales the writes: after an activity integral `A = ∫a(t)dt` the unique dirty bytes are `D(A) = Σ D_k(A)`.
/// The usual profile has a hot set `H` with time constant `τ` (`w = H / τ`, random) and a cold rate `c` (sequential)
/// capped at the writable working set. Pages are 4 KiB, also under huge pages.
/// Source: fits of published KubeVirt iteration traces (KubeVirt enhancement 248), where a constant rate fails.
package struct DirtyPageProfile: Sendable, Equatable {
  package static let maximumClasses = 4

  /// Cap on the sum of all sets, as given; the classes already respect it.
  package let workingSetCapBytes: Double?
  package let classCount: Int
  private let first: DirtyClass
  private let second: DirtyClass
  private let third: DirtyClass
  private let fourth: DirtyClass
  private static let none = DirtyClass(setBytes: 0, writesBytesPerSecond: 0, access: .random)

  /// A guest that writes nothing.
  package static let idle = DirtyPageProfile([])

  /// Takes the first four classes; a fifth and later ones are merged into the fourth.
  ///
  /// Where the cap is lower than the sum of the sets, the last sets shrink first.
  package init(_ classes: [DirtyClass], workingSetCapBytes: Double? = nil) {
    var kept = Array(classes.prefix(Self.maximumClasses))
    for extra in classes.dropFirst(Self.maximumClasses) {
      kept[3].setBytes += extra.setBytes
      kept[3].writesBytesPerSecond += extra.writesBytesPerSecond
    }
    var room = workingSetCapBytes.map { max(0, $0) } ?? .infinity
    for i in kept.indices {
      kept[i].setBytes = min(kept[i].setBytes, room)
      room -= kept[i].setBytes
    }
    self.workingSetCapBytes = workingSetCapBytes
    classCount = kept.count
    first = kept.count > 0 ? kept[0] : Self.none
    second = kept.count > 1 ? kept[1] : Self.none
    third = kept.count > 2 ? kept[2] : Self.none
    fourth = kept.count > 3 ? kept[3] : Self.none
  }

  /// A hot set written at random with time constant `tauSeconds`, and a cold rate; together at most `capBytes`.
  package init(hotSetBytes: Double, tauSeconds: Double, coldBytesPerSecond: Double, capBytes: Double) {
    let hot = min(max(0, hotSetBytes), max(0, capBytes))
    self.init(
      [
        DirtyClass(setBytes: hot, writesBytesPerSecond: hot / max(1e-3, tauSeconds), access: .random),
        DirtyClass(
          setBytes: max(0, capBytes - hot), writesBytesPerSecond: coldBytesPerSecond, access: .sequential),
      ], workingSetCapBytes: capBytes)
  }

  /// The class at `index`, 0 ..< `classCount`; an empty class beyond that.
  package subscript(index: Int) -> DirtyClass {
    switch index {
    case 0: first
    case 1: second
    case 2: third
    case 3: fourth
    default: Self.none
    }
  }

  /// The sum of all sets: what a long interval dirties.
  package var workingSetBytes: Double { first.setBytes + second.setBytes + third.setBytes + fourth.setBytes }

  /// Bytes of the sets written at random, which post-copy faults on first.
  package var randomSetBytes: Double {
    var sum = 0.0
    for i in 0..<classCount where self[i].access == .random { sum += self[i].setBytes }
    return sum
  }

  /// Distinct bytes dirtied by all classes after an activity integral of `activitySeconds`.
  package func uniqueDirtyBytes(activitySeconds: Double) -> Double {
    var sum = 0.0
    for i in 0..<classCount { sum += self[i].uniqueDirtyBytes(activitySeconds: activitySeconds) }
    return sum
  }

  /// Derivative of `uniqueDirtyBytes` by activity; at 0 it decides whether a link is fast enough.
  package func slope(at activitySeconds: Double) -> Double {
    var sum = 0.0
    for i in 0..<classCount { sum += self[i].slope(at: activitySeconds) }
    return sum
  }

  /// The same profile with its sets limited to `bytes` in total, as a guest that uses less memory has.
  package func limited(toBytes bytes: Double) -> DirtyPageProfile {
    workingSetBytes <= bytes
      ? self : DirtyPageProfile((0..<classCount).map { self[$0] }, workingSetCapBytes: bytes)
  }

  /// The same profile with every set and rate scaled, for a machine of another size or a widened estimate.
  package func scaled(sets: Double = 1, writes: Double = 1) -> DirtyPageProfile {
    let classes = (0..<classCount).map {
      DirtyClass(
        setBytes: self[$0].setBytes * sets, writesBytesPerSecond: self[$0].writesBytesPerSecond * writes,
        access: self[$0].access)
    }
    return DirtyPageProfile(classes, workingSetCapBytes: workingSetCapBytes.map { $0 * sets })
  }
}
