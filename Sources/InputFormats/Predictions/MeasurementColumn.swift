/// What a file of measurements says of a machine's dirty pages: names of its columns or keys, with their units.
///
/// Names are compared as `ColumnName.key` spells them, so `intervalSeconds`, `interval_seconds` and `Interval (seconds)`
/// are one.
enum MeasurementColumn: Int, CaseIterable {
  case machine, namespace
  case interval, dirty, rate, when, mode, status
  case iteration, seconds, remaining, bandwidth
  case total, downtime, transferred, memory, used, downtimeLimit
  case relativeError, errorBytes

  /// Names with the factor to seconds, bytes or bytes a second; the first is the one to write.
  var names: [(name: String, factor: Double)] {
    switch self {
    case .machine: [("machine", 1), ("workload", 1), ("vm", 1), ("vmi", 1), ("name", 1)]
    case .namespace: [("namespace", 1)]
    case .interval: [("intervalSeconds", 1), ("intervalMs", 1e-3), ("calc-time", 1)]
    case .dirty: [("dirtyBytes", 1), ("dirtyMiB", Self.mebibyte)]
    case .rate:
      [
        ("rateBytesPerSecond", 1), ("rateMiBPerSecond", Self.mebibyte), ("kubevirt_vmi_dirty_rate_bytes_per_second", 1),
        ("dirty-rate", Self.mebibyte),
      ]
    case .when: [("when", 1)]
    case .mode: [("mode", 1)]
    case .status: [("status", 1)]
    case .iteration: [("iteration", 1), ("round", 1)]
    case .seconds: [("seconds", 1), ("iteration_s", 1), ("milliseconds", 1e-3)]
    case .remaining: [("remainingBytes", 1), ("remainingMiB", Self.mebibyte), ("remaining_MiB_at_end", Self.mebibyte)]
    case .bandwidth:
      [("bandwidthBytesPerSecond", 1), ("bandwidthMiBPerSecond", Self.mebibyte), ("bandwidthMbps", 125_000)]
    case .total: [("totalSeconds", 1), ("totalMs", 1e-3)]
    case .downtime: [("downtimeSeconds", 1), ("downtimeMs", 1e-3)]
    case .transferred: [("transferredBytes", 1), ("transferredMiB", Self.mebibyte)]
    case .memory: [("memoryBytes", 1), ("memoryMiB", Self.mebibyte)]
    case .used: [("usedBytes", 1), ("usedMiB", Self.mebibyte)]
    case .downtimeLimit: [("downtimeLimitSeconds", 1), ("downtimeLimitMs", 1e-3)]
    case .relativeError: [("relativeError", 1)]
    case .errorBytes: [("errorBytes", 1)]
    }
  }

  /// One line for people.
  var summary: String {
    switch self {
    case .machine: "the machine, as namespace/name or a name; one machine where it is absent"
    case .namespace: "its namespace"
    case .interval: "with dirtyBytes or a rate: length of an interval outside a migration"
    case .dirty: "distinct bytes that were dirtied in that interval"
    case .rate: "distinct bytes a second over one second, or over intervalSeconds"
    case .when: "of a rate: idle, or migration"
    case .mode: "of QEMU's calc-dirty-rate: page-sampling can miss writes, so its 0 is left out"
    case .status: "of QEMU's calc-dirty-rate: only 'measured' counts"
    case .iteration: "number of a round of a migration"
    case .seconds: "how long the round took"
    case .remaining: "what remained when it ended: that was dirtied meanwhile"
    case .bandwidth: "what the migration sent a second"
    case .total: "of a migration of which only totals are known; with memoryBytes and bandwidthBytesPerSecond"
    case .downtime: "its pause"
    case .transferred: "what it sent"
    case .memory: "the guest's memory"
    case .used: "memory that is not zeroes"
    case .downtimeLimit: "QEMU's limit of the pause; 0.3 where absent"
    case .relativeError: "standard deviation of the value as a share, where it is known"
    case .errorBytes: "added to it in bytes"
    }
  }

  /// For `headroom list formats`.
  static let documented = allCases.map { column in
    FormatColumn(column.names.map(\.name).joined(separator: " | "), column.summary)
  }

  /// Whether its value is a text.
  var isText: Bool {
    switch self {
    case .machine, .namespace, .when, .mode, .status: true
    default: false
    }
  }

  private static let mebibyte = 0x1p20

  /// The column of a name as `ColumnName.key` spells it, and which of its names that is.
  static func of(_ key: String) -> (column: MeasurementColumn, spelling: Int)? {
    byKey[key]
  }

  private static let byKey: [String: (column: MeasurementColumn, spelling: Int)] = {
    var result: [String: (column: MeasurementColumn, spelling: Int)] = [:]
    for column in allCases {
      for (index, entry) in column.names.enumerated() { result[ColumnName.key(entry.name)] = (column, index) }
    }
    return result
  }()

  /// Whether a table of these columns holds measurements.
  static func describesMeasurements(_ keys: [String]) -> Bool {
    isUnmistakable(keys) || keys.contains { of($0)?.column == .rate }
  }

  /// Whether it can be nothing else.
  static func isUnmistakable(_ keys: [String]) -> Bool {
    let columns = keys.compactMap { of($0)?.column }
    func has(_ wanted: MeasurementColumn...) -> Bool { wanted.allSatisfy(columns.contains) }
    return has(.interval, .dirty) || has(.seconds, .remaining) || has(.total, .memory, .bandwidth)
  }
}
