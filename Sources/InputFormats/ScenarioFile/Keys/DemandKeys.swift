import EventKernel
import SimulationEngine

/// `demand`.
enum DemandKeys {
  static let sampleEvery = Key.duration(
    "sampleEvery", in: 1...86_400, default: defaults.sampleEvery, "time between two samples of demand")
  static let startAt = Key.text("startAt", form, default: "Mon 00:00", "day and time at which the run starts")
  static let correlation = Key.number(
    "correlation", in: 0...1, default: defaults.groupCorrelation, "correlation of two machines of one application")
  static let scale = Key.number("scale", in: 0...1000, default: defaults.scale, "factor on the mean demand of all")

  static let section = KeySection(sampleEvery, startAt, correlation, scale, notYet: ["growth", "bursts", "traces"])

  /// The first three letters; more may follow.
  static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  private static let defaults = DemandSettings()
  private static let form = TextForm(
    "a day and a time",
    pattern: "^ *(" + days.map(inAnyCase).joined(separator: "|")
      + ")[^ ]* +(0?[0-9]|1[0-9]|2[0-3]):(0?[0-9]|[1-5][0-9]) *$",
    example: "Mon 08:00")

  private static func inAnyCase(_ word: String) -> String {
    word.map { "[\($0.uppercased())\($0)]" }.joined()
  }
}

/// `observation`.
enum ObservationKeys {
  static let window = Key.duration("window", default: defaults.window, "usage is averaged over this time")
  static let delay = Key.duration("delay", default: defaults.delay, "age of the newest usage that a balancer sees")

  static let section = KeySection(window, delay, notYet: ["noise", "source"])

  private static let defaults = ObservationSettings()
}
