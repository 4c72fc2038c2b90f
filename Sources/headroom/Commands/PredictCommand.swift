import InputFormats
import LiveMigration
import Reports

/// `headroom predict`: how long live migrations take and how long they pause the guest, as QEMU would do them.
enum PredictCommand {
  static let definition = CommandDefinition(
    name: "predict", operands: "", operandKind: .none, operandCount: 0...0,
    summary: "how long a live migration takes, and how long it pauses the guest",
    details: [
      "With --memory: whether the migration of such a machine converges, how long it takes, how long it pauses the guest, "
        + "what would make it converge or how far one could go, and what was assumed. What is not stated comes from "
        + "--type; ranges are over its low, typical and high figures and over chance on the way.",
      "--hours shows which hours of a working day converge, --vary a line for each value of a flag, --count machines that "
        + "leave one node together.",
      "With --cases: follows QEMU's pre-copy loop for each line, alone or on a link that several cases share, and prints "
        + "the median and 90 % ranges over what a case leaves open: the phase of bursts, chance in the writes, and how "
        + "late a busy host lets QEMU send.",
      "A case is one line of JSON: id, memoryBytes, usedBytes, dirty, bandwidthBytesPerSecond, downtimeLimitSeconds, "
        + "completionTimeoutSeconds, progressTimeoutSeconds, and where they apply burst, cpuBound, linkBytesPerSecond, "
        + "autoConverge, postCopy, throttle, link, startSeconds.",
      PredictFit.details,
    ],
    examples: [
      "headroom predict --memory 32Gi --type database --cpu 8 --bandwidth 10Gbps --preset openshift-4.20",
      "headroom predict --memory 32Gi --used 75% --type database --cap 64Mi --mtu 9000 --downtime-limit 500ms --hour 14",
      "headroom predict --memory 32Gi --type database --bandwidth 1Gbps --auto-converge",
      "headroom predict --memory 32Gi --type database --post-copy --set completionTimeoutPerGiB=20",
      "headroom predict --memory 16Gi --hot-set 1Gi --tau 4s --cold-rate 8Mi",
      "headroom predict --memory 16Gi --dirty-rate 80Mi --format json",
      "headroom predict --memory 32Gi --type database --bandwidth 3Gbps --hours",
      "headroom predict --memory 32Gi --vary bandwidth=1Gbps,10Gbps,25Gbps --vary type=database,batch",
      "headroom predict --memory 32Gi --type database --count 10 --parallel 1,2,4",
      PredictFit.example, "headroom predict --cases cases.jsonl",
      "headroom predict --cases - --format json < cases.jsonl",
    ],
    flags: FlagTable.predicted + FlagTable.predictedMany + [
      FlagTable.fit, FlagTable.cases, FlagTable.predictFormat, FlagTable.output, FlagTable.color, FlagTable.quiet,
      FlagTable.help,
    ]
  ) { invocation in
    if let measured = invocation.value("fit") { return try PredictFit.run(measured, invocation) }
    if let path = invocation.value("cases") { return try answerCases(path, invocation) }
    return try PredictMachine.run(invocation)
  }

  /// A line for each line of cases, in order.
  private static func answerCases(_ path: String, _ invocation: Invocation) throws -> ExitStatus {
    for flag in FlagTable.predicted + FlagTable.predictedMany where invocation.has(flag.name) {
      throw ProgramError.usage(
        "--cases brings its own migrations, --\(flag.name) describes one", help: "leave out --\(flag.name) or --cases")
    }
    let input = UnpackedInput(path: path, bytes: try FileAccess.read(path))
    let session = DecodingSession()
    session.report(input.diagnostics)
    let cases = input.isUsable ? PredictionCase.read(input.file, session: session) : []
    if session.hasErrors { throw ProgramError.input(session.diagnostics) }
    if !session.diagnostics.isEmpty, !invocation.has("quiet") {
      let color = Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardError)
      Program.say(DiagnosticRenderer.render(session.diagnostics, width: Terminal.width(), color: color))
    }
    let isJSON = invocation.value("format") == "json"
    var text = ""
    for (item, answer) in zip(cases, PredictionCase.predict(cases, with: PredictionEnsemble())) {
      text +=
        isJSON
        ? JSONWriter.text(
          .object([("id", .string(item.id))] + PredictionDocument.members(answer)), layout: .line)
        : PredictionDocument.line(id: item.id, answer)
    }
    try FileAccess.write(text, to: invocation.value("output"))
    return .success
  }
}
