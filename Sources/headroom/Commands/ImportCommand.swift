import ClusterModel
import InputFormats
import Reports

/// `headroom import FILE...`: dumps, inventories, traces and a scenario become one scenario that stands alone.
enum ImportCommand {
  static let definition = CommandDefinition(
    name: "import", operands: "<file>...", operandKind: .files, operandCount: 1...Int.max,
    summary: "dumps, inventories and traces into one scenario file",
    details: [
      "The file holds nodes, machines, other pods and traces as Headroom has understood them, runs like the files it "
        + "comes from, and may be edited. A scenario among the files keeps its own keys; its comments go.",
      "A row of a trace belongs to the machine namespace/name, or to the only machine of that name.",
      "--anonymize numbers nodes, namespaces, machines, pods, zones, storage classes, applications, labels that are not "
        + "Kubernetes' own, and their values, in the order of the old names. Numbers, sizes, workload types, reasons of "
        + "KubeVirt, and labels of balancers with the gates that quote them stay. Random demand follows names, so it is "
        + "drawn anew. Messages on standard error still show the old names.",
    ],
    examples: [
      "headroom import nodes.json machines.json -o october.yaml",
      "headroom import cluster.json usage.csv --anonymize -o case.yaml",
      "headroom import october.yaml usage.csv --format json",
    ],
    flags: [
      FlagTable.importFormat, FlagTable.name, FlagTable.anonymize, FlagTable.output, FlagTable.color, FlagTable.quiet,
      FlagTable.help,
    ]
  ) { invocation in
    try check(invocation)
    let target = try OutputTarget(invocation.value("output"))
    let isAnonymous = invocation.has(FlagTable.anonymize.name)
    let (output, diagnostics) = ScenarioImport(vocabulary: .standard, source: ScenarioInput.source).read(
      paths: invocation.operands, name: invocation.value(FlagTable.name.name), isAnonymous: isAnonymous)
    guard let output, !diagnostics.contains(where: { $0.severity == .error }) else {
      throw ProgramError.input(diagnostics)
    }
    let color = Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardError)
    Program.say(diagnostics, color: color, isQuiet: invocation.has("quiet"))
    let text = invocation.wantsJSON ? output.json : output.yaml
    try target.write(text)
    if !invocation.has("quiet") { Program.say(summary(output, invocation.value("output"), text.utf8.count)) }
    return .success
  }

  /// Names that reports could not show, and files that would not hold what their endings say.
  private static func check(_ invocation: Invocation) throws(ProgramError) {
    if let name = invocation.value(FlagTable.name.name) {
      let isVisible = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
      guard isVisible, name.contains(where: { !$0.isWhitespace }) else {
        throw .usage("--name must have letters and no control characters", help: "write --name october")
      }
    }
    guard let path = invocation.value("output"), let dot = path.lastIndex(of: ".") else { return }
    let ending = path[path.index(after: dot)...].lowercased()
    if ["gz", "zip", "csv", "tsv", "xlsx"].contains(ending) {
      throw .usage(
        "a scenario is written as YAML or JSON, not as .\(ending)",
        help: "write -o \(TerminalText.shown(String(path[..<dot]))).yaml")
    }
  }

  /// `imported 12 nodes, 120 machines, 340 pods: october.yaml, 61 KiB`.
  private static func summary(_ output: ScenarioImport.Output, _ path: String?, _ bytes: Int) -> String {
    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    var parts = [
      count(output.nodeCount, "node"), count(output.machineCount, "machine"), count(output.podCount, "pod"),
    ]
    if output.replayingCount > 0 { parts.append("\(output.replayingCount) of the machines with a trace") }
    let file = path.flatMap { $0 == "-" ? nil : TerminalText.escaped($0) } ?? "standard output"
    var text = "imported \(parts.joined(separator: ", ")): \(file), \(MemorySize.formatted(bytes: Int64(bytes)))\n"
    if !output.replaced.isEmpty {
      text += "replaced the names of "
      text += output.replaced.map { "\($0.count) \($0.kind)" }.joined(separator: ", ") + "\n"
    }
    return text
  }
}
