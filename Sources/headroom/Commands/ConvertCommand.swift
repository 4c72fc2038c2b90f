import InputFormats

/// `headroom convert FILE|-`: YAML to JSON and back, document by document.
enum ConvertCommand {
  static let definition = CommandDefinition(
    name: "convert", operands: "<file>", operandKind: .files, operandCount: 1...1,
    summary: "YAML to JSON and back",
    details: [
      "JSON is written one document a line, YAML with '---' between documents. YAML is read as version 1.2, core schema; "
        + "'-' is standard input."
    ],
    examples: ["headroom convert october.yaml --to json", "oc get nodes -o json | headroom convert - --to yaml"],
    flags: [FlagTable.to, FlagTable.output, FlagTable.color, FlagTable.quiet, FlagTable.help]
  ) { invocation in
    let path = invocation.operands[0]
    let input = UnpackedInput(path: path, bytes: try FileAccess.read(path))
    guard input.isUsable else { throw ProgramError.input(input.diagnostics) }
    let bytes = input.file.bytes
    let read = SyntaxReader.read(input.file)
    if read.diagnostics.contains(where: { $0.severity == .error }) { throw ProgramError.input(read.diagnostics) }
    let color = Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardError)
    Program.say(read.diagnostics, color: color, isQuiet: invocation.has("quiet"))
    let roots = read.documents.map(\.root)
    let target = invocation.value("to") ?? (looksLikeJSON(bytes) ? "yaml" : "json")
    let text = target == "yaml" ? SyntaxWriter.yaml(roots) : roots.map { SyntaxWriter.json($0) + "\n" }.joined()
    try FileAccess.write(text, to: invocation.value("output"))
    return .success
  }

  private static func looksLikeJSON(_ bytes: [UInt8]) -> Bool {
    bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }.map { $0 == 0x7B || $0 == 0x5B } ?? false
  }
}
