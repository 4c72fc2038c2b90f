import ClusterModel
import InputFormats

/// A dump of virtual machines from bytes in memory to typed, joined objects; a line for each form of the same data.
///
/// `managedFields` are what `oc get` leaves out unless asked and must-gather keeps. Counts megabytes of input. Memory is
/// what the resident set grows over the input that is already there, beside what the result holds when all else is gone.
let loadJSONBench = Bench(
  name: "load-json", unit: "MB",
  parameterSets: ["indented", "compact"].flatMap { form in
    ["dropped", "kept"].map { ["megabytes": 50, "form": form, "managedFields": $0] }
  }
    + ["indented", "compact"].map { form in
      ["megabytes": 50, "form": form, "managedFields": "dropped", "reader": "Foundation"]
    },
  quickParameterSets: [
    ["kilobytes": 50, "form": "indented", "managedFields": "kept"],
    ["kilobytes": 50, "form": "compact", "managedFields": "dropped"],
    ["kilobytes": 50, "form": "compact", "managedFields": "dropped", "reader": "Foundation"],
  ],
  run: load)

let loadYAMLBench = Bench(
  name: "load-yaml", unit: "MB",
  parameterSets: ["dropped", "kept"].map { ["megabytes": 50, "form": "yaml", "managedFields": $0] },
  quickParameterSets: [["kilobytes": 50, "form": "yaml", "managedFields": "kept"]],
  run: load)

private func load(_ parameters: Bench.Parameters, _ meter: inout BenchMeter) throws -> BenchOutcome {
  var generator = SyntheticInstances(
    form: ObjectWriter.Form(rawValue: parameters["form"]?.text ?? "") ?? .compact,
    hasManagedFields: parameters["managedFields"] == "kept")
  let wanted = parameters[size: "megabytes"] * 1_000_000 + parameters[size: "kilobytes"] * 1000
  let bytes = generator.dump(bytes: wanted)
  let (machines, hash) =
    parameters["reader"] == nil
    ? own(bytes, named: generator.form == .yaml ? "dump.yaml" : "dump.json", &meter) : try foundation(bytes, &meter)
  guard machines == generator.count else { throw LoadFailure(expected: generator.count, found: machines) }
  return BenchOutcome(
    work: Double(bytes.count) / 1e6, counters: ["bytes": bytes.count, "machines": machines], resultHash: hash)
}

private let attempts = 3

private func own(_ bytes: [UInt8], named path: String, _ meter: inout BenchMeter) -> (machines: Int, hash: UInt64) {
  var answer = (0, emptyHash)
  for _ in 0..<attempts {
    let result = meter.attempt { loaded(bytes, named: path) }
    answer = (result.machines.count, hash(of: result.machines))
  }
  return answer
}

private func foundation(_ bytes: [UInt8], _ meter: inout BenchMeter) throws -> (machines: Int, hash: UInt64) {
  let reference = FoundationInstances(bytes)
  var answer = (0, emptyHash)
  for _ in 0..<attempts {
    let result = try meter.attempt { try reference.decode() }
    answer = (result.count, FoundationInstances.hash(result))
  }
  return answer
}

private struct LoadFailure: Error {
  var expected: Int
  var found: Int
}

private func loaded(_ bytes: [UInt8], named path: String) -> ClusterObjects {
  let session = DecodingSession()
  var settings = KubernetesReader.Settings()
  settings.otherNodeNames = SyntheticInstances.nodeNames
  var reader = KubernetesReader(session: session, settings: settings)
  reader.add(FormatCatalog.open(SourceFile(path: path, bytes: bytes), session: session))
  return reader.finish()
}

/// What both readers know of a machine, in an order of their own.
private func hash(of machines: [VirtualMachine]) -> UInt64 {
  machines.reduce(emptyHash) { hash, machine in
    var hash = hash
    for byte in "\(machine.qualifiedName) \(machine.vCPUs) \(machine.nodeName ?? "")".utf8 {
      hash = hashed(hash, UInt64(byte))
    }
    return hashed(hash, UInt64(machine.labels.count))
  }
}
