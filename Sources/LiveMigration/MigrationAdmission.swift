/// Which migration may start next, when so many may leave a node and so many run in all.
///
/// - Complexity: O(log sources) for each start and end.
struct MigrationAdmission: Sendable {
  private let sources: [Int]
  private let startSeconds: [Double]
  private let limits: MigrationLimits
  /// Migrations in order of their start; `arrived` of them may have started.
  private let order: [Int]
  private var arrived = 0
  /// Of each source: what has arrived and waits, as positions in `order`, and how much of it has started.
  private var waiting: [[Int]]
  private var taken: [Int]
  private var running: [Int]
  private var runningInAll = 0
  /// Sources with a migration that may start, by its position in `order`.
  private var ready = LeastKeyHeap()

  init(sources: [Int], startSeconds: [Double], limits: MigrationLimits) {
    // Nodes get numbers of their own, in case an id is very high.
    let ids = Array(Set(sources)).sorted()
    let number = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
    numberOfSource = number
    self.sources = sources.map { number[$0] ?? 0 }
    self.startSeconds = startSeconds
    self.limits = limits
    order = sources.indices.sorted { (startSeconds[$0], $0) < (startSeconds[$1], $1) }
    waiting = Array(repeating: [], count: ids.count)
    taken = Array(repeating: 0, count: ids.count)
    running = taken
  }

  /// Never iterated.
  private let numberOfSource: [Int: Int]

  /// When the next one arrives.
  var nextStartSeconds: Double { arrived < order.count ? startSeconds[order[arrived]] : .infinity }

  /// The next one that may start at `now`; it counts as started.
  mutating func next(at now: Double) -> Int? {
    while arrived < order.count, startSeconds[order[arrived]] <= now {
      let source = sources[order[arrived]]
      waiting[source].append(arrived)
      arrived += 1
      offer(source)
    }
    guard runningInAll < limits.perCluster, let (source, _) = ready.first else { return nil }
    let position = waiting[source][taken[source]]
    taken[source] += 1
    running[source] += 1
    runningInAll += 1
    ready.remove(source)
    offer(source)
    return order[position]
  }

  mutating func release(source id: Int) {
    guard let source = numberOfSource[id] else { return }
    running[source] -= 1
    runningInAll -= 1
    offer(source)
  }

  private mutating func offer(_ source: Int) {
    guard taken[source] < waiting[source].count, running[source] < limits.perSource else { return }
    ready.set(source, to: Double(waiting[source][taken[source]]))
  }
}
