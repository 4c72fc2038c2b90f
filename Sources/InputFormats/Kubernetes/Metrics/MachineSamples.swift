import ClusterModel

/// Samples of `kubevirt_vmi_*` by machine, until all files are read: a counter's rate may need two of them.
struct MachineSamples {
  private struct Row {
    var key: String
    var gauges: [String: Double] = [:]
    var cpu: [(time: Double?, seconds: Double)] = []
  }

  private var rows: [Row] = []
  private var positions: [String: Int] = [:]

  private static let prefix = "kubevirt_vmi_"
  private static let dirtyRate = "dirty_rate_bytes_per_second"
  private static let cpuCounter = "cpu_usage_seconds_total"
  private static let gaugeNames = [
    dirtyRate, "memory_available_bytes", "memory_usable_bytes", "memory_used_bytes", "memory_resident_bytes",
  ]

  /// Whether a metric is one that is read.
  static func knows(_ metric: String) -> Bool {
    guard metric.hasPrefix(prefix) else { return false }
    let name = String(metric.dropFirst(prefix.count))
    return name == cpuCounter || gaugeNames.contains(name)
  }

  mutating func add(
    _ metric: String, _ labels: [String: String], value: Double, time: Double?, _ tally: inout SkipTally
  ) {
    let name = metric.hasPrefix(Self.prefix) ? String(metric.dropFirst(Self.prefix.count)) : ""
    guard Self.knows(metric) else {
      tally.add("sample", name.isEmpty ? "not a metric of machines" : "metrics that are not needed")
      return
    }
    guard let machine = labels["name"] else {
      tally.add("sample", "it names no machine")
      return
    }
    guard value.isFinite, value >= 0 else {
      tally.add("sample", "its value is not a number")
      return
    }
    let key = "\(labels["exported_namespace"] ?? labels["namespace"] ?? "default")/\(machine)"
    let position = positions[key] ?? rows.count
    if position == rows.count {
      positions[key] = position
      rows.append(Row(key: key))
    }
    if name == Self.cpuCounter {
      rows[position].cpu.append((time, value))
    } else if rows[position].gauges.updateValue(value, forKey: name) != nil {
      tally.add("sample", "given twice, the last counts")
    }
  }

  /// Hands over what the samples say; counters without a second sample are counted.
  ///
  /// Memory in use is what the guest cannot give back (available − usable), else used, else resident.
  func finish(into metrics: inout CollectedMetrics, tally: inout SkipTally) {
    for row in rows {
      if let rate = row.gauges[Self.dirtyRate] { metrics.add(machine: row.key, dirtyBytesPerSecond: rate) }
      var memory = row.gauges["memory_used_bytes"] ?? row.gauges["memory_resident_bytes"]
      if let available = row.gauges["memory_available_bytes"], let usable = row.gauges["memory_usable_bytes"] {
        memory = max(0, available - usable)
      }
      let cores = Self.rate(row.cpu)
      if cores == nil, !row.cpu.isEmpty {
        tally.add("CPU counter", "a rate needs two samples with their times: give a second scrape")
      }
      if memory != nil || cores != nil {
        metrics.add(machine: row.key, ObservedUsage(cpuCores: cores, memoryBytes: memory))
      }
    }
  }

  /// CPU seconds a second between the first and the last sample; a counter that fell was reset.
  private static func rate(_ samples: [(time: Double?, seconds: Double)]) -> Double? {
    let timed = samples.compactMap { sample in sample.time.map { (time: $0, seconds: sample.seconds) } }
      .sorted { $0.time < $1.time }
    guard let first = timed.first, let last = timed.last, last.time > first.time, last.seconds >= first.seconds else {
      return nil
    }
    return (last.seconds - first.seconds) / (last.time - first.time)
  }
}
