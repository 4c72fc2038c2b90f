import Foundation
import Testing

@testable import LiveMigration

struct DirtyPagesTests {
  @Test func `a published profile gives its published curve`() {
    // Redis, fitted by hot set 266 MiB and 34 MiB/s: passes of 93.7, 12.2 and 3.1 s dirtied 3427, 741, 389 MiB.
    let redis = DirtyPageProfile(
      hotSetBytes: 266 * mebibyte, tauSeconds: 0.2, coldBytesPerSecond: 34 * mebibyte, capBytes: 10 * gibibyte)
    for (seconds, dirtied) in [(93.7, 3427.0), (12.2, 741), (3.1, 389)] {
      let modelled = redis.uniqueDirtyBytes(activitySeconds: seconds) / mebibyte
      #expect(abs(modelled / dirtied - 1) < 0.1)
    }
  }

  @Test func `unique dirty pages grow, never beyond the working set, and the slope is their derivative`() {
    for seed in 0..<200 as Range<UInt64> {
      var random = Seeded(seed)
      let classes = (0..<random.integer(1, 4)).map { _ in
        DirtyClass(
          setBytes: random.uniform(1, 1e9), writesBytesPerSecond: random.uniform(0, 1e9),
          access: random.chance(0.5) ? .random : .sequential)
      }
      let profile = DirtyPageProfile(classes, workingSetCapBytes: random.chance(0.5) ? random.uniform(1, 2e9) : nil)
      var before = 0.0
      for a in stride(from: 0.0, through: 20, by: 0.37) {
        let dirty = profile.uniqueDirtyBytes(activitySeconds: a)
        #expect(dirty >= before)
        #expect(dirty <= profile.workingSetBytes * (1 + 1e-12))
        before = dirty
      }
      let a = random.uniform(0.1, 3)
      let numeric =
        (profile.uniqueDirtyBytes(activitySeconds: a + 1e-6) - profile.uniqueDirtyBytes(activitySeconds: a)) / 1e-6
      let slope = profile.slope(at: a)
      // A sequential class may reach its end inside the difference.
      if abs(numeric - slope) > 1e-3 * slope + 10 { #expect(classes.contains { $0.access == .sequential }) }
      #expect(profile.slope(at: 0) <= classes.reduce(0) { $0 + $1.writesBytesPerSecond } + 1)
    }
  }

  @Test func `the cap bounds hot and cold pages together`() {
    let profile = DirtyPageProfile(
      hotSetBytes: 100, tauSeconds: 1, coldBytesPerSecond: 10, capBytes: 150)
    #expect(abs(profile.uniqueDirtyBytes(activitySeconds: 1e6) - 150) < 1e-9)
    let tight = DirtyPageProfile(hotSetBytes: 100, tauSeconds: 1, coldBytesPerSecond: 10, capBytes: 60)
    #expect(abs(tight.uniqueDirtyBytes(activitySeconds: 1e6) - 60) < 1e-9)
    #expect(tight.limited(toBytes: 20).workingSetBytes == 20)
  }

  @Test func `a fifth class is merged, not lost`() {
    let classes = (1...5).map {
      DirtyClass(setBytes: Double($0), writesBytesPerSecond: 1, access: .sequential)
    }
    #expect(DirtyPageProfile(classes).workingSetBytes == 15)
  }

  @Test func `scaling scales sets and writes`() {
    let profile = DirtyPageProfile(hotSetBytes: 100, tauSeconds: 2, coldBytesPerSecond: 5, capBytes: 400)
    let scaled = profile.scaled(sets: 2, writes: 3)
    #expect(scaled.workingSetBytes == 800)
    #expect(scaled.slope(at: 0) == 165)
    #expect(scaled.randomSetBytes == 200)
  }
}
