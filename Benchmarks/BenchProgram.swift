/// Runs the benches that were named, or all of them; returns the exit status.
func benchmarkMain(arguments: [String]) -> Int32 {
  let request: BenchRequest
  do {
    request = try BenchRequest(arguments)
  } catch {
    complain("error: \(error.message)")
    complain("usage: Benchmarks [NAME...] [--format json] [--quick] [--reference FILE]")
    complain("names: " + benchCatalog.map(\.name).joined(separator: ", "))
    return 64
  }
  for bench in benchCatalog where request.names.isEmpty || request.names.contains(bench.name) {
    for parameters in request.isQuick ? bench.quickParameterSets : bench.parameterSets {
      var meter = BenchMeter()
      resetPeakMemory()
      do {
        let outcome = try bench.run(parameters, &meter)
        report(bench, parameters, outcome, meter, references: request.references)
      } catch {
        complain("error: \(bench.name) \(json(parameters)): \(error)")
        return 70
      }
    }
  }
  return 0
}

/// Prints the figures of one run as a line of JSON, and beside a reference the ratio on standard error.
private func report(
  _ bench: Bench, _ parameters: Bench.Parameters, _ outcome: BenchOutcome, _ meter: BenchMeter,
  references: [BenchReference]
) {
  let perSecond = outcome.work / max(meter.seconds, 1e-9)
  var fields: [String: String] = [
    "name": quoted(bench.name), "parameters": json(parameters),
    "counters": json(outcome.counters.mapValues { .integer($0) }),
    "resultHash": quoted(hexadecimal(outcome.resultHash)), "seconds": "\(meter.seconds)", "unit": quoted(bench.unit),
    "perSecond": "\(perSecond < 1000 ? (perSecond * 10).rounded() / 10 : perSecond.rounded())",
    "peakMemoryBytes": "\(peakMemoryBytes())",
  ]
  if let memory = meter.memory {
    fields["residentBytesBefore"] = "\(memory.residentBefore)"
    fields["peakGrowthBytes"] = "\(memory.peakGrowth)"
    fields["resultBytes"] = "\(memory.held)"
  }
  say("{" + fields.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\($0.value)" }.joined(separator: ",") + "}")
  for reference in references where reference.name == bench.name && reference.parameters == parameters {
    let ratio = (perSecond / reference.perSecond * 1000).rounded() / 1000
    complain("\(bench.name) \(json(parameters)): \(ratio) times \(reference.tool)")
  }
}

/// What the command line asked for.
struct BenchRequest {
  var names: Set<String> = []
  var isQuick = false
  var references: [BenchReference] = []

  struct Failure: Error {
    let message: String
  }

  init(_ arguments: [String]) throws(Failure) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1)
      switch String(parts.first ?? "") {
      case "--quick":
        isQuick = true
      case "--format":
        let format = parts.count > 1 ? String(parts[1]) : rest.popFirst()
        guard format == "json" else { throw Failure(message: "--format takes json") }
      case "--reference":
        guard let path = parts.count > 1 ? String(parts[1]) : rest.popFirst() else {
          throw Failure(message: "--reference takes a file")
        }
        guard let text = textOfFile(path) else { throw Failure(message: "cannot read \(path)") }
        references += text.split(whereSeparator: \.isNewline).compactMap { BenchReference(line: String($0)) }
      default:
        guard benchCatalog.contains(where: { $0.name == argument }) else {
          throw Failure(message: "no bench is called '\(argument)'")
        }
        names.insert(argument)
      }
    }
  }
}
