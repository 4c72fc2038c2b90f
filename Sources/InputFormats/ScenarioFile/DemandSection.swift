import EventKernel
import SimulationEngine

/// `demand` and `observation`: how demand is drawn and how late a balancer sees it.
struct DemandSection {
  static func demand(_ field: Field, into settings: inout DemandSettings) {
    guard var mapping = field.mapping("'demand'") else { return }
    if let step = mapping.field("sampleEvery")?.duration(in: 1...86_400) { settings.sampleEvery = step }
    if let start = mapping.field("startAt").flatMap(hourOfWeek) { settings.startHourOfWeek = start }
    if let share = mapping.field("correlation")?.number(in: 0...1) { settings.groupCorrelation = share }
    if let scale = mapping.field("scale")?.number(in: 0...1000) { settings.scale = scale }
    mapping.finish(notYet: ["growth", "bursts", "traces"])
  }

  static func observation(_ field: Field, into settings: inout ObservationSettings) {
    guard var mapping = field.mapping("'observation'") else { return }
    if let window = mapping.field("window")?.duration() { settings.window = window }
    if let delay = mapping.field("delay")?.duration() { settings.delay = delay }
    mapping.finish(notYet: ["noise", "source"])
  }

  private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// `Mon 08:00` as hours since Monday 00:00.
  private static func hourOfWeek(_ field: Field) -> Double? {
    guard let text = field.string() else { return nil }
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
