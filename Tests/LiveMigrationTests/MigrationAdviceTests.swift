import Testing

@testable import LiveMigration

/// What advice says is what happens when it is followed.
@Suite struct MigrationAdviceTests {
  private func search(_ setting: MigrationSetting, _ guest: MigratingGuest) -> AdviceSearch {
    AdviceSearch(setting, Migrating.ensemble(guest, count: 9), ensemble: PredictionEnsemble())
  }

  private func followed(_ setting: MigrationSetting, _ advice: MigrationAdvice, by factor: Double = 1)
    -> MigrationSetting
  {
    var changed = setting
    let value = (advice.value ?? 0) * factor
    switch advice.change {
    case .bandwidth: changed.lineBytesPerSecond = value
    case .cap: changed.configuration.bandwidthPerMigration = value
    case .downtimeLimit: changed.configuration.downtimeLimitMs = Int((value * 1000).rounded())
    case .completionTimeout: changed.configuration.completionTimeoutPerGiB = Int(value)
    case .autoConverge: changed.configuration.allowAutoConverge = true
    case .postCopy: (changed.configuration.allowPostCopy, changed.configuration.allowWorkloadDisruption) = (true, true)
    case .disruption: changed.configuration.allowWorkloadDisruption = true
    case .writes: break
    }
    return changed
  }

  @Test(arguments: Migrating.guests, [1e9, 3e9, 10e9, 25e9])
  func `the least bandwidth converges, and two percent less does not`(guest: MigratingGuest, line: Double) throws {
    let setting = Migrating.setting(line)
    let search = search(setting, guest)
    let isFine = search.converges(setting)
    let advice = try #require(search.bandwidth(isFine))
    let least = try #require(advice.value)
    #expect(isFine == (least <= setting.lineBytesPerSecond) || least == setting.lineBytesPerSecond)
    #expect(search.converges(followed(setting, advice)))
    if least > 1.3e6 { #expect(!search.converges(followed(setting, advice, by: 0.98)), "\(least * 8)") }
    if let most = advice.valueForMost { #expect(most >= least) }
  }

  @Test(arguments: Migrating.guests, [1e9, 10e9])
  func `every number was predicted with`(guest: MigratingGuest, line: Double) {
    for cap in [0.0, 64 * mebibyte] {
      var setting = Migrating.setting(line)
      setting.configuration.bandwidthPerMigration = cap
      let search = search(setting, guest)
      let isFine = search.converges(setting)
      for advice in search.advice() {
        guard let typical = advice.typical else { continue }
        if advice.change == .writes {
          var busier = guest
          busier.activity *= advice.value ?? 1
          #expect(predict(setting.migration(of: busier)) == typical && (advice.value ?? 0) >= 1)
          #expect((advice.shareAtValue ?? 0) > 0.5 && (advice.shareForMost ?? 1) >= 0.95)
          continue
        }
        let changed = followed(setting, advice)
        #expect(predict(changed.migration(of: guest)) == typical, "\(advice.change)")
        switch advice.change {
        case .autoConverge, .postCopy, .disruption: #expect(!isFine)
        default:
          let verdict = PredictionEnsemble().verdict(changed, Migrating.ensemble(guest, count: 9))
          #expect(verdict.share(.converges) == advice.shareAtValue, "\(advice.change)")
          #expect(verdict.outcome == .converges && verdict.median.median == advice.median)
          guard let most = advice.valueForMost else { continue }
          let inMost = PredictionEnsemble().verdict(
            followed(setting, advice, by: most / (advice.value ?? 1)), Migrating.ensemble(guest, count: 9))
          #expect(inMost.share(.converges) >= 0.95, "\(advice.change)")
        }
      }
    }
  }

  @Test func `a time-out that comes too early is told apart from a migration that never converges`() throws {
    var setting = Migrating.setting(1e9)
    setting.configuration.completionTimeoutPerGiB = 1
    let idle = search(setting, Migrating.guests[7])
    #expect(!idle.converges(setting))
    let advice = try #require(idle.completionTimeout())
    #expect(idle.converges(followed(setting, advice)))
    #expect(search(setting, Migrating.guests[1]).completionTimeout() == nil)
  }

  @Test func `where a cap binds, the cap is what helps and the line is not`() throws {
    var setting = Migrating.setting(10e9)
    setting.configuration.bandwidthPerMigration = 64 * mebibyte
    let search = search(setting, Migrating.guests[1])
    #expect(try #require(search.bandwidth(false)).value == nil)
    let cap = try #require(search.cap(false)?.value)
    #expect(cap > 64 * mebibyte && cap < setting.linkBytesPerSecond)
  }

  @Test func `thresholds are found to three parts in a thousand and rounded up to three digits`() {
    let search = DrawThreshold(count: 20) { value, draw in value >= 700 + Double(draw) }
    let half = search.least(in: 1...1e6, above: 0.5) ?? 0
    #expect(half >= 710 && half <= 710 * 1.003)
    let most = search.least(in: 1...1e6, above: 0.95) ?? 0
    #expect(most >= 718 && most <= 718 * 1.003)
    #expect(search.least(in: 1...700, above: 0.5) == nil && search.least(in: 800...900, above: 0.95) == 800)
    #expect(AdviceSearch.roundedUp(1234.5) == 1240 && AdviceSearch.roundedUp(0.0123) - 0.0123 < 1e-12)
    #expect(AdviceSearch.roundedUp(999.5) == 1000 && AdviceSearch.roundedUp(0) == 0)
  }
}
