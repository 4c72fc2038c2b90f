import Foundation

@testable import LiveMigration

/// The transfer again, written as plainly as possible: short steps of fixed length, arrays, no events.
///
/// Twin of `PreCopyTransfer` for the rounds, the last copy and the time-outs.
struct NaiveTransfer {
  struct Rates {
    var bytesPerSecond: Double
    var linkBytesPerSecond: Double
    var activity: Double
  }

  /// Ticks in a second.
  let frequency: Int
  var step: Double { 1 / Double(frequency) }
  let classes: [DirtyClass]
  let configuration: MigrationConfiguration
  let limitSeconds: Double
  var unsentClasses: [Double]
  var classesAtStart: [Double]
  var otherData: Double
  var zeroes: Double
  var activity = 0.0
  var ticks = 0
  var ticksSinceSync = 0
  var rounds = 1
  var pause = 0.0
  var transferred = 0.0
  var isStopped = false
  var isSuspended = false
  var outcome: String?

  init(
    used: Double, zeroes: Double, classes: [DirtyClass], configuration: MigrationConfiguration, limit: Double,
    frequency: Int = 1000
  ) {
    self.frequency = frequency
    self.classes = classes
    self.configuration = configuration
    limitSeconds = limit
    unsentClasses = classes.map(\.setBytes)
    classesAtStart = unsentClasses
    otherData = used - unsentClasses.reduce(0, +)
    self.zeroes = zeroes
  }

  var data: Double { unsentClasses.reduce(0, +) + otherData }
  var elapsed: Double { Double(ticks) / Double(frequency) }

  /// Runs to the end or to `horizon` seconds.
  mutating func run(horizon: Double, rates: (Double) -> Rates) {
    while outcome == nil, elapsed < horizon {
      let now = rates(elapsed)
      ticks += 1
      ticksSinceSync += 1
      if isStopped || isSuspended { pause += step }
      move(bytes: (isStopped ? now.linkBytesPerSecond : now.bytesPerSecond) * step)
      if isStopped {
        if data + zeroes < 1 {
          pause += configuration.model.deviceStateSeconds
          ticks += Int((configuration.model.deviceStateSeconds / step).rounded())
          outcome = "completed"
        } else {
          checkTimeout()
        }
        continue
      }
      if !isSuspended { activity += now.activity * step }
      checkThreshold(bandwidth: now.bytesPerSecond)
      checkTimeout()
    }
  }

  private mutating func move(bytes: Double) {
    var left = bytes
    if rounds == 1 {
      sendData(&left, of: bytes)
      sendZeroes(&left, of: bytes)
    } else {
      sendZeroes(&left, of: bytes)
      sendData(&left, of: bytes)
    }
  }

  private mutating func sendData(_ left: inout Double, of bytes: Double) {
    let before = data
    guard before > 0 else { return }
    let sent = min(before, left * 4096 / 4104)
    let share = 1 - sent / before
    unsentClasses = unsentClasses.map { $0 * share }
    otherData *= share
    left -= sent * 4104 / 4096
    transferred += sent * 4104 / 4096
  }

  /// Zero pages use up scan time like so many bytes.
  private mutating func sendZeroes(_ left: inout Double, of bytes: Double) {
    guard left > 1e-6, zeroes > 0 else { return }
    let scan = min(configuration.model.scanBytesPerSecond * step, bytes * 4096 / 9)
    let sent = min(zeroes, scan * left / bytes)
    zeroes -= sent
    left -= bytes * sent / scan
    transferred += sent * 9 / 4096
  }

  private mutating func checkThreshold(bandwidth: Double) {
    let threshold = bandwidth * Double(configuration.downtimeLimitMs) / 1000
    let interval = configuration.bandwidthPerMigration > 0 ? frequency / 10 : frequency / 20
    let allSent = data + zeroes < 1
    guard allSent || (ticksSinceSync % interval == 0 && data + zeroes <= threshold) else { return }
    for (i, kind) in classes.enumerated() where kind.setBytes > 0 {
      let set = kind.setBytes
      let writes = kind.writesBytesPerSecond * activity
      let unsent = unsentClasses[i]
      switch kind.access {
      case .random:
        unsentClasses[i] = set * (1 - (1 - unsent / set) * exp(-writes / set))
      case .sequential:
        let written = min(set, writes)
        let met = classesAtStart[i] > 0 ? max(0, written + classesAtStart[i] - set) * unsent / classesAtStart[i] : 0
        unsentClasses[i] = min(set, unsent + written - met)
      }
    }
    classesAtStart = unsentClasses
    foldOther()
    activity = 0
    ticksSinceSync = 0
    rounds += 1
    if data + zeroes < threshold || data + zeroes == 0 {
      rounds += 1
      isStopped = true
    }
  }

  private mutating func foldOther() { if otherData < 1e-3 { otherData = 0 } }

  private mutating func checkTimeout() {
    guard limitSeconds > 0, ticks % (frequency * 2 / 5) == 0 else { return }
    let limit = isSuspended ? limitSeconds * 2 : limitSeconds
    guard elapsed.rounded(.down) > limit else { return }
    if configuration.allowsWorkloadDisruption, !isSuspended { isSuspended = true } else { outcome = "aborted" }
  }
}
