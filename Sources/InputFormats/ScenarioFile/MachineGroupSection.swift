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
  private let knownNodes: Set<String>
  private let knownClasses: Set<String>

  init(
    session: DecodingSession, vocabulary: ScenarioVocabulary, files: InputFiles, scenarioPath: String,
    storageClasses: [String], nodeNames: [String]
  ) {
    self.session = session
    self.vocabulary = vocabulary
    self.files = files
    self.scenarioPath = scenarioPath
    self.storageClasses = storageClasses
    self.nodeNames = nodeNames
    knownNodes = Set(nodeNames)
    knownClasses = Set(storageClasses)
  }

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
    typealias Keys = MachineGroupKeys
    let title = item.node?[Keys.name.name]?.text.map { "machine group '\($0)'" } ?? item.name
    guard var mapping = item.mapping(Keys.section, title) else { return nil }
    let name = mapping.value(Keys.name)
    let vCPUs = mapping.value(Keys.cpu)
    let memory = mapping.value(Keys.memory)
    let traceField = mapping.field(Keys.trace)
    let recordingField = mapping.field(Keys.recording)
    let trace = traceField.flatMap { self.trace($0, (vCPUs, memory)) } ?? recordingField?.value(Keys.recording)
    if traceField != nil { recordingField?.fail(.contradiction, "'trace' and 'recording' both say what is replayed") }
    let countField = mapping.field(Keys.count)
    var count = countField?.value(Keys.count)
    if let rows = trace?.machineNames.count {
      if let count, count > rows {
        countField?.fail(.contradiction, "'count' is \(count) but the trace has \(rows) rows", help: "remove 'count'")
      }
      count = count ?? rows
    }
    var group = MachineGroup(name: name ?? "", count: count ?? 1, vCPUs: vCPUs ?? 1, guestMemoryBytes: memory ?? 1)
    group.trace = trace?.keepingFirst(group.count)
    use(&mapping, &group)
    placement(&mapping, &group)
    mapping.finish()
    return name != nil && vCPUs != nil && memory != nil ? group : nil
  }

  /// What the machines ask for and use.
  private func use(_ mapping: inout MappingReader, _ group: inout MachineGroup) {
    typealias Keys = MachineGroupKeys
    if let namespace = mapping.value(Keys.namespace) { group.namespace = namespace }
    if let field = mapping.field(Keys.type), let type = vocabulary.word(field, of: .workloadTypes) {
      group.workloadType = type
    }
    group.statedCPURequestMillicores = mapping.value(Keys.cpuRequest)
    group.statedMemoryRequestBytes = mapping.value(Keys.memoryRequest)
    if let limited = mapping.value(Keys.cpuLimit) { group.hasCPULimit = limited }
    if let dedicated = mapping.value(Keys.dedicatedCPUs) { group.hasDedicatedCPUs = dedicated }
    if let bytes = mapping.value(Keys.copiedDisk) { group.copiedDiskBytes = bytes }
    if let sriov = mapping.value(Keys.sriov) { group.hasSRIOVInterfaces = sriov }
    group.application = mapping.value(Keys.application) ?? ""
    let meanCPU = mapping.field(Keys.cpuUsage)
    group.meanCPUShare = meanCPU?.value(Keys.cpuUsage).map { $0 / 100 }
    if let meanCPU, group.trace != nil {
      meanCPU.fail(.contradiction, "'cpuUsage' and 'trace' both say how much CPU is used", help: "remove 'cpuUsage'")
    }
    group.memoryUsedShare = mapping.value(Keys.memoryUsage).map { $0 / 100 }
    group.dirtyBytesPerSecond = mapping.value(Keys.dirtyRate)
    group.dirty = mapping.value(Keys.dirty)
    if let tier = mapping.value(Keys.tier) { group.tier = tier }
    if let priority = mapping.value(Keys.priority) { group.priority = priority }
    if let storage = mapping.field(Keys.storageClass), let storageName = storage.value(Keys.storageClass) {
      group.storageClassName = storageName
      if !knownClasses.contains(storageName) {
        storage.fail(
          .unknownReference, "unknown storage class '\(storageName)'", label: "not in 'storageClasses'",
          help: Suggestion.closest(to: storageName, in: storageClasses).map { "did you mean '\($0)'?" }
            ?? "add it under cluster.storageClasses: {name: \(storageName), accessModes: [ReadWriteMany]}")
      }
    }
  }

  /// Where the machines may run and what an eviction does.
  private func placement(_ mapping: inout MappingReader, _ group: inout MachineGroup) {
    typealias Keys = MachineGroupKeys
    if let strategy = mapping.value(Keys.runStrategy) { group.runStrategy = strategy }
    if let strategy = mapping.value(Keys.evictionStrategy) { group.evictionStrategy = strategy }
    if mapping.value(Keys.antiAffinity) == .host { group.hasHostAntiAffinity = true }
    if let labels = mapping.value(Keys.labels) { group.labels = labels }
    if let selector = mapping.value(Keys.nodeSelector) { group.nodeSelector = selector }
    if let tolerations = mapping.value(Keys.tolerations) { group.tolerations = tolerations }
    group.terms = mapping.placementTerms()
    group.cpuModel = mapping.cpuModel()
    if let start = mapping.field(Keys.startOn) {
      group.startNodes = start.value(Keys.startOn) ?? []
      for node in group.startNodes where !knownNodes.contains(node) {
        session.report(
          .error, .unknownReference, "'startOn' names the unknown node '\(node)'",
          at: start.node?.elements.first { $0.text == node } ?? start.node,
          help: Suggestion.closest(to: node, in: nodeNames).map { "did you mean '\($0)'?" })
      }
    }
  }

  /// `trace: {file, format, step, unit, rows}`; `file` is one path or a list of them.
  private func trace(_ field: Field, _ size: (cpu: Int?, memory: Int64?)) -> UsageTrace? {
    typealias Keys = TraceKeys
    guard var mapping = field.mapping(Keys.section, "trace") else { return nil }
    let fileField = mapping.field(Keys.file)
    let paths = fileField?.value(Keys.file)
    let format = mapping.field(Keys.format).flatMap { vocabulary.word($0, of: .traceFormats) }
    var request = TraceRequest(vCPUs: size.cpu, memoryBytes: size.memory)
    request.step = mapping.value(Keys.step)
    request.unit = mapping.value(Keys.unit)
    let rowsField = mapping.field(Keys.rows)
    let rows = rowsField.flatMap(Self.rows)
    mapping.finish()
    guard let paths, let fileField, !paths.isEmpty else { return nil }
    let sources = TraceSources(session: session, files: files, scenarioPath: scenarioPath)
    guard let opened = sources.open(paths, format: format, at: fileField, &request),
      let trace = TraceFormat.read(opened, format: format, request, session)
    else {
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
    guard let text = field.value(TraceKeys.rows) else { return nil }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first >= 1, last >= first else {
      field.fail(.wrongType, "'rows' must be a range such as 1-263, found '\(text)'")
      return nil
    }
    return first...last
  }
}
