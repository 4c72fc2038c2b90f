import LiveMigration
import SimulationEngine

/// Flags that describe one migration to `headroom predict`.
extension FlagTable {
  static let memory = FlagDefinition(
    name: "memory", value: .text("SIZE"), summary: "the guest's memory, such as 32Gi", defaultText: "none; needed")
  static let used = FlagDefinition(
    name: "used", value: .text("SIZE|%"), summary: "memory that is not zeroes, such as 24Gi or 75%",
    defaultText: "the type's")
  static let type = FlagDefinition(
    name: "type", value: .choice("TYPE", WorkloadCatalog.all.map(\.name)),
    summary: "what the machine does, from which its dirty pages and its day follow",
    defaultText: WorkloadCatalog.defaultName)
  static let cpu = FlagDefinition(
    name: "cpu", value: .number("N", least: 1), summary: "vCPUs", defaultText: "those of the type's reference machine")
  static let bandwidth = FlagDefinition(
    name: "bandwidth", value: .text("RATE"), summary: "line of the migration network, such as 25Gbps",
    defaultText: "10Gbps")
  static let mtu = FlagDefinition(
    name: "mtu", value: .number("BYTES", least: 576), summary: "its MTU, 1500 or 9000", defaultText: "1500")
  static let preset = FlagDefinition(
    name: "preset", value: .choice("NAME", MigrationPreset.all.map(\.name)),
    summary: "release whose migration settings hold", defaultText: MigrationPreset.defaultName)
  static let cap = FlagDefinition(
    name: "cap", value: .text("RATE"), summary: "bandwidthPerMigration, such as 64Mi; 0 is none",
    defaultText: "the preset's, none")
  static let downtimeLimit = FlagDefinition(
    name: "downtime-limit", value: .text("TIME"), summary: "QEMU's limit of the last copy", defaultText: "300ms")
  static let autoConverge = FlagDefinition(
    name: "auto-converge", value: .none, summary: "slow the guest down until the migration converges")
  static let postCopy = FlagDefinition(
    name: "post-copy", value: .none, summary: "run on the target at the time-out, before all memory is there")
  static let migrationSet = FlagDefinition(
    name: "set", value: .text("KEY=VALUE"), isRepeatable: true,
    summary: "another value for a key of 'migration:', such as completionTimeoutPerGiB=20", defaultText: "none")
  static let hotSet = FlagDefinition(
    name: "hot-set", value: .text("SIZE"), summary: "pages that are written over and over, such as 1Gi",
    defaultText: "the type's")
  static let tau = FlagDefinition(
    name: "tau", value: .text("TIME"), summary: "time constant in which the hot set is written once, such as 4s",
    defaultText: "the type's")
  static let coldRate = FlagDefinition(
    name: "cold-rate", value: .text("RATE"), summary: "writes beside the hot set, such as 8Mi a second",
    defaultText: "the type's")
  static let dirtyRate = FlagDefinition(
    name: "dirty-rate", value: .text("RATE"),
    summary: "dirty rate measured while nothing migrated; a migration meets 1 to 3 times that",
    defaultText: "the type's")
  static let hour = FlagDefinition(
    name: "hour", value: .text("HOUR"), summary: "hour of a working day at which it happens, such as 14 or 2:30",
    defaultText: "at mean use")
  static let hours = FlagDefinition(
    name: "hours", value: .none, summary: "one line for each hour of a working day")
  static let count = FlagDefinition(
    name: "count", value: .number("N", least: 2), summary: "equal machines that leave one node over the line",
    defaultText: "1")
  static let parallel = FlagDefinition(
    name: "parallel", value: .text("N,N…"), summary: "with --count, how many at a time; one line for each number",
    defaultText: "the preset's or that of --set, 1 or 2")
  static let vary = FlagDefinition(
    name: "vary", value: .text("FLAG=A,B…"), isRepeatable: true,
    summary: "one line for each value of a flag above or a key of --set; a second --vary gives all combinations",
    defaultText: "none")

  /// Those that describe the machine, its line and its platform, in the order of help.
  static let predicted = [
    memory, used, type, cpu, bandwidth, mtu, preset, cap, downtimeLimit, autoConverge, postCopy, migrationSet, hotSet,
    tau,
    coldRate, dirtyRate, hour,
  ]
  /// Those that ask for more than one answer.
  static let predictedMany = [hours, count, parallel, vary]
}
