import ClusterModel
import InputFormats
import Reports

/// `headroom place`: which nodes would take a pod, and why not the others, as kube-scheduler decides.
enum PlaceCommand {
  static let definition = CommandDefinition(
    name: "place", operands: "<cluster>...", operandKind: .files, operandCount: 0...Int.max,
    summary: "which nodes would take a pod, and why not the others",
    details: [
      "Decides as kube-scheduler of Kubernetes 1.34 does with its default profile, over all nodes, for each pod that "
        + "waits and each --workload. The cluster is nodes, pods, namespaces and services as 'oc get -o json' prints "
        + "them; claims, volumes, storage classes, CSINodes, disruption budgets "
        + "and controllers count where given.",
      "Refused nodes come nearest miss first: what is missing as a share of what is asked, with the one pod or machine "
        + "whose departure would let it in, tried by taking it out. For a pod that fits nowhere, the pods of lower "
        + "priority that the scheduler would evict are named; --schedule --preempt evicts them.",
      "JSON holds 'shortages' (cores, bytes, pieces), 'nearestMisses' (all refused nodes in that order), for the first "
        + "hundred of them 'explanations' and 'wouldFitIfMoved' ('canMove' where another node would take what has to go), "
        + "for a machine that runs 'liveMigrationTargets', and 'preemption' beside the scheduler's own words; "
        + "assignments name whom they 'evicted'.",
      "With --schedule all that is judged takes its turn by priority, then age; else named workloads come first. A "
        + "machine that runs is judged as if it started anew, with the nodes that a live migration could reach marked; "
        + "one that is stopped can be named too.",
      "With --cases each line of a file is a small cluster with a pod to place, and each answer one line of JSON. If any "
        + "line is broken, all such lines are reported and nothing is answered.",
    ],
    examples: [
      "headroom place cluster.json", "headroom place cluster.json --workload shop/db-0 --format json",
      "headroom place --cases cases.jsonl --format json",
    ],
    flags: [
      FlagTable.workload, FlagTable.schedule, FlagTable.preempt, FlagTable.cases, FlagTable.placeFormat,
      FlagTable.output, FlagTable.color,
      FlagTable.quiet, FlagTable.help,
    ]
  ) { invocation in
    if let path = invocation.value("cases") {
      guard invocation.operands.isEmpty else {
        throw ProgramError.usage("--cases brings its own clusters", help: "leave out '\(invocation.operands[0])'")
      }
      for flag in ["schedule", "preempt", "workload"] where invocation.has(flag) {
        throw ProgramError.usage(
          "--\(flag) is for a cluster; each of --cases has one pod to place", help: "leave out --\(flag)")
      }
      guard invocation.value("format") != "text" else {
        throw ProgramError.usage("--cases answers in JSON only", help: "leave out --format text")
      }
      return try answerCases(path, invocation)
    }
    guard !invocation.operands.isEmpty else {
      throw ProgramError.usage("no cluster given", help: "headroom place cluster.json, or --cases FILE")
    }
    return try answerCluster(invocation)
  }

  /// One line of JSON for each line of cases, in order.
  private static func answerCases(_ path: String, _ invocation: Invocation) throws -> ExitStatus {
    let input = UnpackedInput(path: path, bytes: try FileAccess.read(path))
    let session = DecodingSession()
    session.report(input.diagnostics)
    let cases = input.isUsable ? PlacementCase.read(input.file, session: session) : []
    try finishReading(session, invocation)
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

  private static func answerCluster(_ invocation: Invocation) throws -> ExitStatus {
    let reading = DecodingSession()
    let cluster = PlacementInput.read(invocation.operands, source: ScenarioInput.source, session: reading)
    try finishReading(reading, invocation)
    let named = try namedWorkloads(invocation.all("workload"), cluster)
    let isScheduled = invocation.has("schedule")
    guard isScheduled || !invocation.has("preempt") else {
      throw ProgramError.usage(
        "--preempt acts on what is placed", help: "add --schedule; without it the answer names the victims")
    }
    var session = PlacementSession(cluster)
    var options = PlacementSession.Options()
    options.isPlaced = isScheduled
    options.preempts = invocation.has("preempt")
    let isJSON = invocation.value("format") == "json"
    options.explainedLimit = isJSON ? 100 : PlacementTable.rowLimit
    let pods = PlacementQueue.judged(cluster, named: named.map(\.pod), isScheduled: isScheduled)
    let answers = pods.map { pod in
      let asked = named.first { $0.pod.namespace == pod.namespace && $0.pod.name == pod.name }?.kind
      let kind = asked ?? (pod.isPodless ? "VirtualMachine" : "Pod")
      return PlacementAnswer(session.judge(pod, options), of: pod, kind: kind, nodeNames: session.nodeNames)
    }
    if isJSON {
      let document = PlacementDocument.document(
        answers, nodeNames: session.nodeNames, isScheduled: isScheduled, tool: Program.tool)
      try FileAccess.write(JSONWriter.text(document), to: invocation.value("output"))
    } else {
      let color =
        invocation.value("output") == nil
        && Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardOutput)
      let tables = answers.map {
        PlacementTable($0, nodeNames: session.nodeNames).text(width: Terminal.width(), color: color)
      }
      let text = tables.isEmpty ? "no pod waits for a node; name one with --workload\n" : tables.joined(separator: "\n")
      let notes = PlacementTable.notes(answers, width: Terminal.width())
      try FileAccess.write(text + notes, to: invocation.value("output"))
    }
    return .success
  }

  /// A pod by its name, or the launcher pod of the machine of that name; each pod once.
  private static func namedWorkloads(
    _ names: [String], _ cluster: PlacementCluster
  ) throws -> [(pod: PodSpecification, kind: String)] {
    var seen: Set<String> = []
    let found: [(pod: PodSpecification, kind: String)] = try names.map { name in
      let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw ProgramError.usage("--workload takes NAMESPACE/NAME, not '\(name)'")
      }
      let pods = cluster.pods.filter { $0.namespace == parts[0] && !$0.isFinished }
      if let pod = pods.first(where: { $0.name == parts[1] && !$0.isPodless }) { return (pod, "Pod") }
      if let pod = pods.first(where: { $0.machineName == parts[1] }) { return (pod, "VirtualMachine") }
      let known = cluster.pods.flatMap { pod in
        [pod.machineName, pod.name].compactMap { $0.map { "\(pod.namespace)/\($0)" } }
      }
      throw ProgramError.usage(
        "no pod and no machine is called '\(name)'",
        help: Suggestion.closest(to: name, in: known).map { "did you mean '\($0)'?" })
    }
    return found.filter { seen.insert("\($0.pod.namespace)/\($0.pod.name)").inserted }
  }

  private static func finishReading(_ session: DecodingSession, _ invocation: Invocation) throws {
    if session.hasErrors { throw ProgramError.input(session.diagnostics) }
    guard !session.diagnostics.isEmpty, !invocation.has("quiet") else { return }
    let color = Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardError)
    Program.say(DiagnosticRenderer.render(session.diagnostics, width: Terminal.width(), color: color))
  }
}
