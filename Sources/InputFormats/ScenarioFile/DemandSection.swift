import EventKernel
import SimulationEngine

/// `demand` and `observation`: how demand is drawn and how late a balancer sees it.
struct DemandSection {
  static func demand(_ field: Field, into settings: inout DemandSettings) {
    typealias Keys = DemandKeys
    guard var mapping = field.mapping(Keys.section, "'demand'") else { return }
    if let step = mapping.value(Keys.sampleEvery) { settings.sampleEvery = step }
    if let start = mapping.field(Keys.startAt).flatMap(hourOfWeek) { settings.startHourOfWeek = start }
    if let share = mapping.value(Keys.correlation) { settings.groupCorrelation = share }
    if let scale = mapping.value(Keys.scale) { settings.scale = scale }
    mapping.finish()
  }

  static func observation(_ field: Field, into settings: inout ObservationSettings) {
    typealias Keys = ObservationKeys
    guard var mapping = field.mapping(Keys.section, "'observation'") else { return }
    if let window = mapping.value(Keys.window) { settings.window = window }
    if let delay = mapping.value(Keys.delay) { settings.delay = delay }
    mapping.finish()
  }

  /// `Mon 08:00` as hours since Monday 00:00.
  private static func hourOfWeek(_ field: Field) -> Double? {
    let days = DemandKeys.days
    guard let text = field.value(DemandKeys.startAt) else { return nil }
    let words = text.split(separator: " ")
    let clock = words.count == 2 ? words[1].split(separator: ":").map { Int($0) } : []
    guard let day = days.firstIndex(of: String(words.first?.prefix(3) ?? "").lowercased()), clock.count == 2,
      let hour = clock[0], let minute = clock[1], (0...23).contains(hour), (0...59).contains(minute)
    else {
      field.fail(.wrongType, "'startAt' must be a day and a time, found '\(text)'", help: "write \"Mon 08:00\"")
      return nil
    }
    return Double(day * 24 + hour) + Double(minute) / 60
  }
}
