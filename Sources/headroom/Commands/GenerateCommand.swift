import InputFormats
import Reports
import SimulationEngine

/// `headroom generate <scenario>`: the scenario's cluster as Kubernetes objects, for other tools.
enum GenerateCommand {
  static let definition = CommandDefinition(
    name: "generate", operands: "<scenario>...", operandKind: .files, operandCount: 1...Int.max,
    summary: "write a scenario's cluster as Kubernetes objects",
    details: [
      "Nodes, virtual machines with their instances, launcher pods and claims, other pods, storage and priority classes, "
        + "and KubeVirt's settings, as a dump would show them when a run starts: machines without a node are placed as "
        + "replication 0 places them. What Kubernetes has no field for stands in labels and annotations under "
        + "'headroom/'. Headroom reads the file back as a dump. Names that Kubernetes does not take are written otherwise "
        + "and stay so when read back; the annotation headroom/name keeps the old one. Traces are left out.",
      "YAML is one document an object, JSON one List. Meant for tools that read dumps, such as simulators of the "
        + "scheduler: on a real cluster the owners named in it do not exist.",
    ],
    examples: [
      "headroom generate october.yaml -o cluster.yaml", "headroom generate october.yaml | headroom validate -",
      "headroom generate october.yaml --variant larger --format json | kubectl create --dry-run=client -f -",
    ],
    flags: [
      FlagTable.objectFormat, FlagTable.variant, FlagTable.seed, FlagTable.set, FlagTable.output, FlagTable.color,
      FlagTable.quiet, FlagTable.help,
    ]
  ) { invocation in
    let target = try OutputTarget(invocation.value("output"))
    let scenario = try chosen(
      invocation.value("variant"), among: ScenarioInput(invocation, takesOneBalancer: true).variants())
    var writer = ManifestWriter(SimulationSetup(scenario))
    let text = invocation.wantsJSON ? writer.list() : yaml(&writer)
    try target.write(text)
    if !invocation.has("quiet") {
      for sentence in writer.tally.sentences { Program.say("warning: \(TerminalText.escaped(sentence))\n") }
    }
    return .success
  }

  private static func chosen(_ name: String?, among variants: [ScenarioVariant]) throws(ProgramError) -> Scenario {
    guard let name else { return variants[0].scenario }
    if let found = variants.first(where: { $0.name == name }) { return found.scenario }
    let names = variants.map(\.name).filter { !$0.isEmpty }
    throw .usage(
      names.isEmpty ? "the scenario has no variants" : "unknown variant '\(name)'",
      help: names.isEmpty
        ? nil
        : Suggestion.closest(to: name, in: names).map { "did you mean '\($0)'?" }
          ?? "its variants are \(names.joined(separator: ", "))")
  }

  /// An object a document: tools that read files one by one need not know lists, and differences show by object.
  private static func yaml(_ writer: inout ManifestWriter) -> String {
    var text = ""
    writer.forEachObject { object in
      let json = JSONWriter.text(object, layout: .line)
      let read = SyntaxReader.read(SourceFile(path: "object.json", bytes: Array(json.utf8)))
      if !text.isEmpty { text += "---\n" }
      text += SyntaxWriter.yaml(read.documents.map(\.root))
    }
    return text
  }
}
