import ClusterModel
import EventKernel
import SimulationEngine

extension TraceFormat {
  /// Traces of the Grid Workloads Archive (GWA-T-12 Bitbrains, GWA-T-13 Materna): one file a machine, five-minute rows.
  ///
  /// The column `Timestamp [ms]` of Bitbrains holds seconds. CPU use is a share of what is provisioned; memory use that
  /// of the provisioned capacity. Source: gwa.ewi.tudelft.nl, GWA-T-12.
  static let bitbrains = TraceFormat(
    name: "bitbrains", summary: "Bitbrains and Materna traces (GWA-T-12, GWA-T-13): CSV with ';', one file a machine",
    endings: [".csv"],
    columns: [
      FormatColumn("Timestamp [ms]", "time; Bitbrains' seconds are recognised"),
      FormatColumn("CPU usage [%]", "CPU use of the machine's CPUs"),
      FormatColumn(
        "Memory usage [KB], Memory capacity provisioned [KB]", "memory use, as the one divided by the other"),
    ],
    recognizes: { $0.hasAny("timestampms", "timestamp") && $0.has("cpucores", "cpuusage") },
    read: { files, request, session in
      var samples = TraceSamples()
      var isMislabelled = false
      for opened in files {
        guard var table = TraceTable(opened.file, session) else { return nil }
        guard let timeColumn = table.column("timestampms", "timestamp"), let cpuColumn = table.column("cpuusage") else {
          session.report(.error, .badTraceShape, "'\(opened.file.path)' has no columns Timestamp and CPU usage [%]")
          return nil
        }
        var time = TimeColumn(name: table.keys[timeColumn])
        let capacity = table.column("memorycapacityprovisionedkb")
        let used = table.column("memoryusagekb")
        let machine = samples.machine(table.name)
        while table.next() {
          guard let seconds = table.seconds(timeColumn, &time) else { continue }
          if let percent = table.number(cpuColumn) {
            samples.add(machine, .cpu, seconds: seconds, share: percent / 100)
          }
          if let used, let capacity, let used = table.number(used), let capacity = table.number(capacity), capacity > 0
          {
            samples.add(machine, .memory, seconds: seconds, share: used / capacity)
          }
        }
        guard table.problems == 0 else { return nil }
        isMislabelled = isMislabelled || time.isMislabelled
      }
      if isMislabelled {
        session.report(.note, .remark, "the column 'Timestamp [ms]' holds seconds and is read as seconds")
      }
      samples.keepsCommonTime = files.count > 1
      return samples.trace(request.name ?? files[0].file.path, step: request.step, session)
    })

  /// OpenDC's workload traces as CSV: fragments of use, and the tasks that say how large each machine is.
  ///
  /// Use in MHz is divided by the task's `cpu_capacity` in MHz. Fragments without a timestamp follow one another from
  /// the task's submission. Source: atlarge-research/opendc, trace format.
  static let openDC = TraceFormat(
    name: "opendc", summary: "OpenDC workload trace as CSV: the files fragments and tasks, given together",
    endings: ["fragments.csv", "tasks.csv"],
    columns: [
      FormatColumn("fragments: id, duration (ms), cpu_usage (MHz)", "use; an optional timestamp (ms) begins each"),
      FormatColumn("tasks: id, submission_time, cpu_capacity (MHz)", "size and begin of each machine"),
    ],
    recognizes: { $0.has("id", "duration", "cpuusage") || $0.has("id", "cpucapacity", "cpucount") },
    read: { files, request, session in
      var tasks: [String: (start: Double, capacity: Double)] = [:]
      var fragments: [TraceTable] = []
      for opened in files {
        guard var table = TraceTable(opened.file, session) else { return nil }
        guard let id = table.column("id"), let capacity = table.column("cpucapacity") else {
          fragments.append(table)
          continue
        }
        var time = TimeColumn(name: "ms")
        let submission = table.column("submissiontime")
        while table.next() {
          let start = submission.flatMap { table.seconds($0, &time) } ?? 0
          tasks[table.text(id)] = (start, table.number(capacity) ?? 0)
        }
        guard table.problems == 0 else { return nil }
      }
      guard !fragments.isEmpty, !tasks.isEmpty else {
        session.report(
          .error, .badTraceShape,
          "'\(files[0].file.path)' is one half of OpenDC's trace: \(fragments.isEmpty ? "fragments" : "tasks") are missing",
          help: "give both: trace: {file: [fragments.csv, tasks.csv]}")
        return nil
      }
      var samples = TraceSamples()
      var unknown = SkipTally()
      for index in fragments.indices {
        guard readFragments(&fragments[index], tasks, &samples, &unknown) else { return nil }
      }
      unknown.report(to: session)
      return samples.trace(request.name ?? files[0].file.path, step: request.step, session)
    })

  private static func readFragments(
    _ table: inout TraceTable, _ tasks: [String: (start: Double, capacity: Double)], _ samples: inout TraceSamples,
    _ unknown: inout SkipTally
  ) -> Bool {
    guard let id = table.column("id"), let duration = table.column("duration"), let usage = table.column("cpuusage")
    else {
      table.session.report(.error, .badTraceShape, "'\(table.file.path)' has no columns id, duration and cpu_usage")
      return false
    }
    let timestamp = table.column("timestamp")
    var time = TimeColumn(name: "ms")
    var clock: [Int: Double] = [:]
    while table.next() {
      let name = table.text(id)
      guard let task = tasks[name], task.capacity > 0 else {
        unknown.add("fragment", "its task is not among the tasks")
        continue
      }
      guard let used = table.number(usage), let length = table.number(duration) else { continue }
      let machine = samples.machine(name)
      let start = timestamp.flatMap { table.seconds($0, &time) } ?? clock[machine] ?? task.start
      clock[machine] = start + length / 1000
      samples.add(machine, .cpu, seconds: start, share: used / task.capacity)
    }
    return table.problems == 0
  }
}
