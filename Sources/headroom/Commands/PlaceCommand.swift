import ClusterModel
import InputFormats
import Reports

/// `headroom place`: which nodes would take a pod, and why not the others, as kube-scheduler decides.
enum PlaceCommand {
  static let definition = CommandDefinition(
    name: "place", operands: "<cluster>...", operandKind: .files, operandCount: 0...Int.max,
    summary: "which nodes would take a pod, and why not the others",
    details: [
      "Decides as kube-scheduler of Kubernetes 1.34 does with its default profile, over all nodes."
    ],
    examples: ["headroom place --cases cases.jsonl --format json"],
    flags: [FlagTable.cases, FlagTable.placeFormat, FlagTable.output, FlagTable.color, FlagTable.quiet, FlagTable.help]
  ) { invocation in
    guard let path = invocation.value("cases") else {
      throw ProgramError.usage("give --cases FILE")
    }
    return try answerCases(path, invocation)
  }

  /// One line of JSON for each line of cases, in order.
  private static func answerCases(_ path: String, _ invocation: Invocation) throws -> ExitStatus {
    let input = UnpackedInput(path: path, bytes: try FileAccess.read(path))
    guard input.isUsable else { throw ProgramError.input(input.diagnostics) }
    let session = DecodingSession()
    session.report(input.diagnostics)
    let cases = PlacementCase.read(input.file, session: session)
    if session.hasErrors { throw ProgramError.input(session.diagnostics) }
    if !session.diagnostics.isEmpty, !invocation.has("quiet") {
      let color = Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardError)
      Program.say(DiagnosticRenderer.render(session.diagnostics, width: Terminal.width(), color: color))
    }
    var lines = ""
    for item in cases {
      var evaluator = PlacementEvaluator(item.cluster)
      let report = evaluator.report(for: evaluator.podClass(of: item.pending))
      let members = PlacementDocument.members(report, nodeNames: evaluator.nodeNames)
      lines += JSONWriter.text(.object([("id", .string(item.id))] + members), layout: .line)
    }
    try FileAccess.write(lines, to: invocation.value("output"))
    return .success
  }
}
