/// What a pre-copy round still has to send: pages with data, by dirty class, then pages of zeroes.
///
/// Data goes out evenly over the classes. In the first round zero pages come last; those that an early bitmap reading
/// leaves over come first in the next round, because QEMU's scan goes on where it stands. All amounts are page bytes,
/// 4,096 a page, which is how QEMU counts what remains; the wire carries a header more, or 9 bytes a zero page.
struct UnsentPages: Sendable, Equatable {
  /// Bytes of each dirty class when the round began.
  private(set) var classesAtStart = SIMD4<Double>(repeating: 0)
  /// All data bytes when the round began.
  private(set) var dataAtStart: Double
  private(set) var data: Double
  private(set) var zeroes: Double
  private var zeroesFirst = false

  private static let pageBytes = 4096.0

  /// The first round: every used page, of which the dirty classes are a part, and every page of zeroes.
  init(usedBytes: Double, zeroBytes: Double, dirty: DirtyPageProfile) {
    dataAtStart = usedBytes
    data = usedBytes
    zeroes = zeroBytes
    for i in 0..<dirty.classCount { classesAtStart[i] = dirty[i].setBytes }
  }

  var remaining: Double { data + zeroes }

  /// Page bytes per second of data and of zeroes at a wire rate; the scan limits zero pages.
  private static func rates(_ bytesPerSecond: Double, _ model: MigrationModel) -> (data: Double, zeroes: Double) {
    guard bytesPerSecond > 0 else { return (0, 0) }
    return (
      bytesPerSecond * pageBytes / (pageBytes + model.pageHeaderBytes),
      min(model.scanBytesPerSecond, bytesPerSecond * pageBytes / max(1, model.zeroPageBytes))
    )
  }

  /// Seconds until at most `goal` page bytes remain; infinity where nothing moves.
  func secondsUntilRemaining(_ goal: Double, bytesPerSecond: Double, model: MigrationModel) -> Double {
    let excess = remaining - max(0, goal)
    guard excess > 0 else { return 0 }
    let rate = Self.rates(bytesPerSecond, model)
    guard rate.data > 0 else { return .infinity }
    let ofData = zeroesFirst ? max(0, excess - zeroes) : min(data, excess)
    let ofZeroes = excess - ofData
    return ofData / rate.data + ofZeroes / rate.zeroes
  }

  /// Sends for a time and returns the wire bytes.
  mutating func send(seconds: Double, bytesPerSecond: Double, model: MigrationModel) -> Double {
    let rate = Self.rates(bytesPerSecond, model)
    guard rate.data > 0, seconds > 0 else { return 0 }
    var ofData = min(data, seconds * rate.data)
    var ofZeroes = min(zeroes, seconds * rate.zeroes)
    if zeroesFirst {
      ofData = min(data, max(0, seconds - ofZeroes / rate.zeroes) * rate.data)
    } else {
      ofZeroes = min(zeroes, max(0, seconds - ofData / rate.data) * rate.zeroes)
    }
    data -= ofData
    zeroes -= ofZeroes
    if data < 1e-3 { data = 0 }
    if zeroes < 1e-3 { zeroes = 0 }
    return ofData * (1 + model.pageHeaderBytes / Self.pageBytes) + ofZeroes * model.zeroPageBytes / Self.pageBytes
  }

  /// Reads the dirty bitmap: adds what was written since the last reading, begins a round, returns the bytes added.
  ///
  /// Pages that are both unsent and dirty again count once. With `R` of a class `S` unsent and `D` dirty: random
  /// access unites to `R + D − R D / S`. A sequential writer moves on from the `d` bytes it wrote before, of which
  /// the share `R / d` is unsent, and meets them only after going round: `R + D − max(0, D + d − S) R / d`.
  mutating func addDirty(_ dirty: DirtyPageProfile, activitySeconds: Double) -> Double {
    let unsentShare = dataAtStart > 0 ? data / dataAtStart : 0
    var classes = SIMD4<Double>(repeating: 0)
    var added = 0.0
    for i in 0..<dirty.classCount {
      let set = dirty[i].setBytes
      guard set > 0 else { continue }
      let before = classesAtStart[i]
      let unsent = before * unsentShare
      let written = dirty[i].uniqueDirtyBytes(activitySeconds: activitySeconds)
      let overlap =
        switch dirty[i].access {
        case .random: unsent * written / set
        case .sequential: max(0, written + before - set) * unsentShare
        }
      let fresh = max(0, min(written - overlap, set - unsent))
      classes[i] = unsent + fresh
      added += fresh
    }
    zeroesFirst = true
    classesAtStart = classes
    data += added
    dataAtStart = data
    return added
  }
}
