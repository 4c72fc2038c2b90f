import ClusterModel
import EventKernel
import SimulationEngine

/// `cluster.machines`: groups of identical machines, or machines that replay a usage trace.
struct MachineGroupSection {
  let session: DecodingSession
  let vocabulary: ScenarioVocabulary
  let files: InputFiles
  let scenarioPath: String
  let storageClasses: [String]
  let nodeNames: [String]

  func decode(_ field: Field) -> [MachineGroup] {
    var names: Set<String> = []
    return (field.items() ?? []).compactMap { item in
      guard let group = group(item) else { return nil }
      let name = "\(group.namespace)/\(group.name)"
      if !names.insert(name).inserted {
        item.fail(.duplicateName, "two machine groups are called '\(name)'", help: "give each group its own name")
      }
      return group
    }
  }

  private func group(_ item: Field) -> MachineGroup? {
    let title = item.node?["name"]?.text.map { "machine group '\($0)'" } ?? item.name
    guard var mapping = item.mapping(title) else { return nil }
    let name = mapping.required("name")?.string()
    let vCPUs = mapping.required("cpu")?.integer(in: 1...4096)
    let memory = mapping.required("memory")?.positiveMemoryBytes()
    let trace = mapping.field("trace").map { (field: $0, trace: self.trace($0, (vCPUs, memory))) }
    let countField = mapping.field("count")
    var count = countField?.integer(in: 0...1_000_000)
    if let rows = trace?.trace?.machineNames.count {
      if let count, count > rows {
        countField?.fail(.contradiction, "'count' is \(count) but the trace has \(rows) rows", help: "remove 'count'")
      }
      count = count ?? rows
    }
    var group = MachineGroup(name: name ?? "", count: count ?? 1, vCPUs: vCPUs ?? 1, guestMemoryBytes: memory ?? 1)
    if let parsed = trace?.trace { group.trace = parsed.keepingFirst(group.count) }
    use(&mapping, &group)
    placement(&mapping, &group)
    mapping.finish(notYet: [
      "spread", "affinity", "growth", "dirty", "disks", "network", "gpus", "instancetype", "schedule", "snapshots",
      "pauseTolerance", "slo", "dirtyRate", "migrationPolicy",
    ])
    return name != nil && vCPUs != nil && memory != nil ? group : nil
  }

  /// What the machines ask for and use.
  private func use(_ mapping: inout MappingReader, _ group: inout MachineGroup) {
    if let namespace = mapping.field("namespace")?.string() { group.namespace = namespace }
    if let type = mapping.field("type") {
      if vocabulary.workloadTypes.isEmpty {
        group.workloadType = type.string() ?? ""
      } else if let index = type.choice(of: vocabulary.workloadTypes) {
        group.workloadType = vocabulary.workloadTypes[index]
      }
    }
    group.statedCPURequestMillicores = mapping.field("cpuRequest")?.millicores()
    group.statedMemoryRequestBytes = mapping.field("memoryRequest")?.memoryBytes()
    if let limited = mapping.field("cpuLimit"), let node = limited.node {
      group.hasCPULimit = node.bool ?? (limited.millicores() != nil)
    }
    group.application = mapping.field("application")?.string() ?? ""
    let meanCPU = mapping.field("cpuUsage")
    group.meanCPUShare = meanCPU?.percent(in: 0...100).map { $0 / 100 }
    if let meanCPU, group.trace != nil {
      meanCPU.fail(.contradiction, "'cpuUsage' and 'trace' both say how much CPU is used", help: "remove 'cpuUsage'")
    }
    group.memoryUsedShare = mapping.field("memoryUsage")?.percent(in: 0...100).map { $0 / 100 }
    if let tier = mapping.field("tier")?.choice(Tier.self) { group.tier = tier }
    if let priority = mapping.field("priority")?.integer(in: -2_147_483_648...2_147_483_647) {
      group.priority = priority
    }
    if let storage = mapping.field("storageClass"), let storageName = storage.string() {
      group.storageClassName = storageName
      if !storageClasses.contains(storageName) {
        storage.fail(
          .unknownReference, "unknown storage class '\(storageName)'", label: "not in 'storageClasses'",
          help: Suggestion.closest(to: storageName, in: storageClasses).map { "did you mean '\($0)'?" }
            ?? "add it under cluster.storageClasses: {name: \(storageName), accessModes: [ReadWriteMany]}")
      }
    }
  }

  /// Where the machines may run and what an eviction does.
  private func placement(_ mapping: inout MappingReader, _ group: inout MachineGroup) {
    if let strategy = mapping.field("runStrategy")?.choice(RunStrategy.self) { group.runStrategy = strategy }
    if let strategy = mapping.field("evictionStrategy")?.choice(EvictionStrategy.self) {
      group.evictionStrategy = strategy
    }
    if mapping.field("antiAffinity")?.choice(of: ["host"]) != nil { group.hasHostAntiAffinity = true }
    if let labels = mapping.field("labels")?.labels() { group.labels = labels }
    if let selector = mapping.field("nodeSelector")?.labels() { group.nodeSelector = selector }
    if let tolerations = mapping.field("tolerations")?.tolerations() { group.tolerations = tolerations }
    if let start = mapping.field("startOn") {
      group.startNodes = start.strings() ?? []
      for node in group.startNodes where !nodeNames.contains(node) {
        session.report(
          .error, .unknownReference, "'startOn' names the unknown node '\(node)'",
          at: start.node?.elements.first { $0.text == node } ?? start.node,
          help: Suggestion.closest(to: node, in: nodeNames).map { "did you mean '\($0)'?" })
      }
    }
  }

  /// `trace: {file, format, step, unit, rows}`; `file` is one path or a list of them.
  private func trace(_ field: Field, _ size: (cpu: Int?, memory: Int64?)) -> UsageTrace? {
    if field.node?["rows"]?.kind == .sequence { return field.inlineTrace() }
    guard var mapping = field.mapping("trace") else { return nil }
    let fileField = mapping.required("file")
    let paths = fileField?.strings()
    let names = TraceFormat.all.map(\.name)
    let format = mapping.field("format")?.choice(of: names).map { names[$0] }
    var request = TraceRequest(vCPUs: size.cpu, memoryBytes: size.memory)
    request.step = mapping.field("step")?.duration(in: 1...86_400)
    request.unit = mapping.field("unit")?.choice(TraceRequest.Unit.self)
    let rowsField = mapping.field("rows")
    let rows = rowsField.flatMap(Self.rows)
    mapping.finish()
    guard let paths, let fileField, !paths.isEmpty else { return nil }
    let opened = paths.compactMap { TraceFiles.open($0, fileField, format: format, files, besides: scenarioPath) }
    guard opened.count == paths.count, let trace = TraceFormat.read(opened, format: format, request, session) else {
      return nil
    }
    guard let rows else { return trace }
    guard rows.upperBound <= trace.machineNames.count else {
      rowsField?.fail(
        .outOfRange, "'rows' ends at \(rows.upperBound) but the trace has \(trace.machineNames.count) rows")
      return nil
    }
    return trace.rows(rows.lowerBound - 1..<rows.upperBound)
  }

  /// `1-263`, counted from 1, both ends included.
  private static func rows(_ field: Field) -> ClosedRange<Int>? {
    guard let text = field.string() else { return nil }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first >= 1, last >= first else {
      field.fail(.wrongType, "'rows' must be a range such as 1-263, found '\(text)'")
      return nil
    }
    return first...last
  }
}
