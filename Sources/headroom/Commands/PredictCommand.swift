import InputFormats
import LiveMigration
import Reports

/// `headroom predict`: how long live migrations take and how long they pause the guest, as QEMU would do them.
enum PredictCommand {
  static let definition = CommandDefinition(
    name: "predict", operands: "", operandKind: .none, operandCount: 0...0,
    summary: "how long a live migration takes, and how long it pauses the guest",
    details: [
      "Follows QEMU's pre-copy loop for each line of --cases, alone or on a link that several cases share, and prints "
        + "the median and 90 % ranges over what a case leaves open: the phase of bursts, chance in the writes, and how "
        + "late a busy host lets QEMU send.",
      "A case is one line of JSON: id, memoryBytes, usedBytes, dirty, bandwidthBytesPerSecond, downtimeLimitSeconds, "
        + "completionTimeoutSeconds, progressTimeoutSeconds, and where they apply burst, cpuBound, linkBytesPerSecond, "
        + "autoConverge, postCopy, throttle, link, startSeconds.",
      PredictFit.details,
    ],
    examples: [
      "headroom predict --cases cases.jsonl", "headroom predict --cases - --format json < cases.jsonl",
      PredictFit.example,
    ],
    flags: [
      FlagTable.cases, FlagTable.fit, FlagTable.predictFormat, FlagTable.output, FlagTable.color, FlagTable.quiet,
      FlagTable.help,
    ]
  ) { invocation in
    if let measured = invocation.value("fit") { return try PredictFit.run(measured, invocation) }
    guard let path = invocation.value("cases") else {
      throw ProgramError.usage("no cases given", help: "headroom predict --cases FILE")
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
