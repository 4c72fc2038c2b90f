import Testing

@testable import LiveMigration

struct PageMapTests {
  /// Sequential writers mark whole intervals, so densities are 0 or 1 and a bitmap of pages must agree exactly.
  @Test func `with sequential writers the map is the bitmap`() {
    for seed in 0..<200 as Range<UInt64> {
      var random = Seeded(seed)
      let sets = (0..<random.integer(1, 3)).map { _ in random.integer(10, 200) }
      let used = sets.reduce(0, +) + random.integer(0, 200)
      let dirty = DirtyPageProfile(
        sets.map { DirtyClass(setBytes: Double($0), writesBytesPerSecond: 1, access: .sequential) })
      var map = PageMap(usedBytes: Double(used), dirty: dirty)
      var pages = [Bool](repeating: true, count: used)
      var scan = 0
      for round in 0..<20 {
        let marked = pages.count { $0 }
        let sent = random.integer(0, marked)
        map.sweep(bytes: Double(sent))
        for _ in 0..<sent {
          while !pages[scan % used] { scan += 1 }
          pages[scan % used] = false
          scan += 1
        }
        var base = 0
        for (area, set) in sets.enumerated() {
          let (position, length) = (random.integer(0, set - 1), random.integer(0, set))
          map.mark(
            area: area, base: Double(base), set: Double(set), position: Double(position), length: Double(length))
          for step in 0..<length { pages[base + (position + step) % set] = true }
          base += set
        }
        map.tidy()
        #expect(abs(map.marked - Double(pages.count { $0 })) < 1e-6, "seed \(seed), round \(round)")
      }
    }
  }

  @Test func `joining stretches keeps the marked bytes`() {
    var map = PageMap(
      usedBytes: 1e6, dirty: DirtyPageProfile([DirtyClass(setBytes: 1e6, writesBytesPerSecond: 1, access: .random)]))
    var expected = 1e6
    for _ in 0..<200 {
      map.sweep(bytes: 7919)
      expected -= 7919
      #expect(abs(map.marked - expected) < 1e-3)
      map.mark(area: 0, share: 0.01)
      expected += (1e6 - expected) * 0.01
      map.tidy()
      #expect(abs(map.marked - expected) < 1e-3)
    }
  }
}

struct RateWindowTests {
  static func pace(_ random: inout Seeded) -> Pace {
    var model = MigrationModel()
    model.socketBufferBytes = random.chance(0.5) ? 0 : random.uniform(1e5, 3e6)
    let cap = random.chance(0.7) ? random.uniform(1e7, 2e8) : 0
    let link = random.uniform(1.1, 20) * max(cap, 1e7)
    return Pace(bytesPerSecond: cap > 0 ? cap : link, linkBytesPerSecond: link, capBytesPerSecond: cap, model: model)
  }

  /// Integrated in pieces or at once, the same bytes go out in the same time.
  @Test func `sending in pieces takes as long as sending at once`() {
    for seed in 0..<300 as Range<UInt64> {
      var random = Seeded(seed)
      let pace = Self.pace(&random)
      let bytes = random.uniform(1e5, 5e8)
      var whole = RateWindow()
      let seconds = whole.consume(bytes, at: pace.speed(true), pace)
      var pieces = RateWindow()
      var (left, elapsed) = (bytes, 0.0)
      for _ in 0..<100_000 where left > 1 {
        let sent = pieces.run(random.uniform(0.001, 0.3), at: pace.speed(true), limit: left, pace)
        left -= sent.bytes
        elapsed += sent.seconds
      }
      #expect(abs(elapsed - seconds) < 1e-6 + 1e-9 * seconds, "seed \(seed)")
      #expect(abs(pieces.elapsedSeconds - whole.elapsedSeconds) < 1e-6, "seed \(seed)")
    }
  }

  @Test func `a window sends its budget at the speed of the line and then waits`() {
    let pace = Pace(
      bytesPerSecond: 4_104_000, linkBytesPerSecond: 41_040_000, capBytesPerSecond: 4_104_000, model: MigrationModel())
    var window = RateWindow()
    // Two budgets and a half: two windows, then half a budget at ten times the cap.
    #expect(abs(window.consume(2.5 * 410_400, at: pace.speed(true), pace) - 0.205) < 1e-9)
    #expect(abs(window.elapsedSeconds - 0.005) < 1e-9)
  }
}
