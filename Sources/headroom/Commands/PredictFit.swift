import ClusterModel
import InputFormats
import LiveMigration
import Reports

/// `headroom predict --fit`: how machines dirty their memory, from what was measured of them.
enum PredictFit {
  static let details =
    "With --fit (and --memory and --bandwidth where they are not in the file), fits each machine's dirty pages D(T) = H (1 - e^(-T/tau)) + c T to measurements: a table or JSON Lines "
    + "with machine and, by kind of row, intervalSeconds and dirtyBytes; or iteration, seconds, remainingBytes and "
    + "bandwidthBytesPerSecond of a migration's rounds; or totalSeconds, memoryBytes and bandwidthBytesPerSecond; or "
    + "rateBytesPerSecond and when (idle, migration); or a Prometheus scrape of kubevirt_vmi_dirty_rate_bytes_per_second."
  static let example = "headroom predict --fit rounds.csv"

  static func run(_ path: String, _ invocation: Invocation) throws -> ExitStatus {
    let taken = [FlagTable.memory.name, FlagTable.bandwidth.name]
    for flag in FlagTable.predicted + FlagTable.predictedMany + [FlagTable.cases]
    where invocation.has(flag.name) && !taken.contains(flag.name) {
      throw ProgramError.usage("--\(flag.name) does not go with --fit", help: "leave out --\(flag.name) or --fit")
    }
    let memory = try unit("memory", invocation) { text throws(UnitError) in Double(try MemorySize.bytes(text)) }
    let link = try unit("bandwidth", invocation) { text throws(UnitError) in try Bandwidth.bytesPerSecond(text) }
    let input = UnpackedInput(path: path, bytes: try FileAccess.read(path))
    let session = DecodingSession()
    session.report(input.diagnostics)
    let machines = input.isUsable ? MeasurementReader.read(input.file, session: session) : []
    if session.hasErrors { throw ProgramError.input(session.diagnostics) }
    let errorColor = Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardError)
    Program.say(session.diagnostics, color: errorColor, isQuiet: invocation.has("quiet"))
    let output = invocation.value("output")
    let color =
      (output ?? "-") == "-" && Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardOutput)
    let isJSON = invocation.value("format") == "json"
    var text = ""
    var documents: [DirtyFitDocument] = []
    var unused: [String] = []
    for machine in machines {
      guard let fit = DirtyFit(machine.observations, memoryBytes: machine.memoryBytes ?? memory) else {
        unused.append(machine.name.isEmpty ? "machine" : machine.name)
        continue
      }
      let document = DirtyFitDocument(name: machine.name, fit, linkBytesPerSecond: link)
      documents.append(document)
      if !isJSON { text += (text.isEmpty ? "" : "\n") + document.text(width: Terminal.width(), color: color) }
    }
    if isJSON { text = JSONWriter.text(DirtyFitDocument.document(documents, tool: Program.tool)) }
    if !unused.isEmpty {
      let list = unused.prefix(5).map { TerminalText.shown($0) }.joined(separator: ", ")
      Program.say("note: nothing of use was measured of \(unused.count): \(list)\(unused.count > 5 ? ", …" : "")\n")
    }
    try FileAccess.write(text, to: output)
    return .success
  }

  /// A flag's value in its unit; nil where the flag is not given.
  private static func unit(
    _ flag: String, _ invocation: Invocation, parse: (String) throws(UnitError) -> Double
  ) throws(ProgramError) -> Double? {
    guard let text = invocation.value(flag) else { return nil }
    do {
      return try parse(text)
    } catch {
      throw ProgramError.usage(
        "\(error.message) for --\(flag)", help: error.suggestion ?? "see: headroom predict --help")
    }
  }
}
