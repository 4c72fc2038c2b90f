import Reports

/// Every flag of the program, each in one place; commands list the ones they take.
enum FlagTable {
  static let help = FlagDefinition(name: "help", short: "h", value: .none, summary: "show this help")
  static let quiet = FlagDefinition(
    name: "quiet", short: "q", value: .none, summary: "nothing on standard error but errors")
  static let verbose = FlagDefinition(
    name: "verbose", short: "v", value: .none, summary: "timing and details on standard error")
  static let color = FlagDefinition(
    name: "color", value: .choice("WHEN", ["auto", "always", "never"]),
    summary: "colour in the answer and in messages; NO_COLOR is respected", defaultText: "auto")
  static let output = FlagDefinition(
    name: "output", short: "o", value: .file("FILE"), summary: "write the answer to FILE, replaced only when complete",
    defaultText: "- (standard output)")

  static let reportFormatChoices = ReportCatalog.all.map(\.name).joined(separator: "|")
  static let reportFormat = FlagDefinition(
    name: "format", value: .choice("FORMAT", ReportCatalog.all.map(\.name)), summary: "form of the answer",
    defaultText: "by the ending of --output, else terminal")
  static let jobs = FlagDefinition(
    name: "jobs", short: "j", value: .number("N", least: 1), summary: "runs at the same time; never changes the answer",
    defaultText: "number of processors")
  static let replications = FlagDefinition(
    name: "replications", value: .number("N", least: 1), summary: "repeat with other random numbers",
    defaultText: "the scenario's, else 10")
  static let seed = FlagDefinition(
    name: "seed", value: .number("N", least: 0), summary: "start of all random numbers",
    defaultText: "the scenario's, else 42")
  static let horizon = FlagDefinition(
    name: "horizon", value: .text("TIME"), summary: "simulated time, such as 12h or 7d",
    defaultText: "the scenario's, else 1d")
  static let balancer = FlagDefinition(
    name: "balancer", value: .text("NAME"), isRepeatable: true,
    summary: "a balancer by label, or by name with its defaults", defaultText: "the scenario's first")
  static let balancers = FlagDefinition(
    name: "balancer", value: .text("NAME"), isRepeatable: true,
    summary: "compare only these: by label, or by name with defaults", defaultText: "all of the scenario's")
  static let gate = FlagDefinition(
    name: "gate", value: .text("EXPR"), isRepeatable: true,
    summary: "exit 1 unless this holds, such as 'downtime.pause.p99 <= 1s'", defaultText: "the scenario's expect")
  static let set = FlagDefinition(
    name: "set", value: .text("PATH=VALUE"), isRepeatable: true,
    summary: "another value for a key of the scenario, such as cluster.machines.web.count=80", defaultText: "none")

  static let validateFormat = FlagDefinition(
    name: "format", value: .choice("FORMAT", ["text", "json"]), summary: "form of the answer", defaultText: "text")
  static let listFormat = validateFormat
  static let placeFormat = validateFormat
  static let predictFormat = validateFormat
  static let workload = FlagDefinition(
    name: "workload", value: .text("NS/NAME"), isRepeatable: true,
    summary: "a pod or machine to judge, running or not", defaultText: "every pod that waits")
  static let schedule = FlagDefinition(
    name: "schedule", value: .none, summary: "place them one after another, each seeing the ones before it")
  static let preempt = FlagDefinition(
    name: "preempt", value: .none, summary: "with --schedule, evict pods of lower priority for one that fits nowhere")
  static let cases = FlagDefinition(
    name: "cases", value: .file("FILE"), summary: "answer every line of FILE (JSON Lines; - for standard input)",
    defaultText: "none")
  static let fit = FlagDefinition(
    name: "fit", value: .file("FILE"),
    summary: "fit machines' dirty pages to the measurements in FILE (- for standard input)",
    defaultText: "none")
  static let objectFormat = FlagDefinition(
    name: "format", value: .choice("FORMAT", ["yaml", "json"]), summary: "form of the objects",
    defaultText: "by the ending of --output, else yaml")
  static let variant = FlagDefinition(
    name: "variant", value: .text("NAME"), summary: "which of the scenario's variants", defaultText: "the first")
  static let to = FlagDefinition(
    name: "to", value: .choice("FORMAT", ["json", "yaml"]), summary: "what to write",
    defaultText: "json for a YAML file, yaml for a JSON file")

  static let importFormat = FlagDefinition(
    name: "format", value: .choice("FORMAT", ["yaml", "json"]), summary: "form of the scenario",
    defaultText: "by the ending of --output, else yaml")
  static let name = FlagDefinition(
    name: "name", value: .text("NAME"), summary: "name of the scenario",
    defaultText: "the scenario's own, else that of the first file")
  static let anonymize = FlagDefinition(
    name: "anonymize", value: .none, summary: "replace the names of the cluster by numbers, the same by the same")

  /// Short letters across the program, so that `-j` means one thing everywhere.
  static let common = [output, color, quiet, verbose, help]
}
