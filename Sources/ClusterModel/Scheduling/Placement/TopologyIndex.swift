/// For each topology key the domain of every node, as dense numbers.
struct TopologyIndex {
  struct Column {
    /// By node; −1 where the label is missing.
    var domains: ContiguousArray<Int32>
    var domainCount: Int
  }

  /// Every node is its own domain, whatever its labels say.
  static let perNode = 0
  /// In every column but the first, the domain of the empty label value.
  static let emptyDomain: Int32 = 0

  private(set) var columns: [Column]
  private var numbers: [Int32: Int] = [:]

  init(nodeCount: Int) {
    columns = [Column(domains: ContiguousArray((0..<nodeCount).map { Int32($0) }), domainCount: nodeCount)]
  }

  mutating func column(_ key: Int32, _ nodes: [ResolvedNode], emptyText: Int32) -> Int {
    if let known = numbers[key] { return known }
    var domainOf: [Int32: Int32] = [emptyText: Self.emptyDomain]
    var domains: ContiguousArray<Int32> = []
    domains.reserveCapacity(nodes.count)
    for node in nodes {
      guard let value = node.labels.value(key) else {
        domains.append(-1)
        continue
      }
      let domain = domainOf[value] ?? Int32(domainOf.count)
      domainOf[value] = domain
      domains.append(domain)
    }
    columns.append(Column(domains: domains, domainCount: domainOf.count))
    numbers[key] = columns.count - 1
    return columns.count - 1
  }
}

/// Running pods that match a probe, counted by domain, and kept while pods come and go.
struct TopologyCounter {
  struct Key: Hashable {
    var probe: Int32
    var column: Int
    /// The nodes that count; −1 for all.
    var nodeSet: Int
    /// A node without the label counts for the empty value.
    var takesMissing: Bool
  }

  let key: Key
  private(set) var counts: ContiguousArray<Int32>
  /// Pods counted anywhere.
  private(set) var total = 0
  /// Domains that a counted node is in; those alone bound the skew.
  private let isPresent: ContiguousArray<Bool>
  let presentCount: Int
  /// The fewest pods in a present domain, and how many such domains hold that few.
  private var fewest: Int32 = 0
  private var domainsWithFewest: Int

  /// A counter that has counted nothing yet.
  init(key: Key, isPresent: ContiguousArray<Bool>) {
    self.key = key
    self.isPresent = isPresent
    counts = ContiguousArray(repeating: 0, count: isPresent.count)
    presentCount = isPresent.count { $0 }
    domainsWithFewest = presentCount
  }

  /// - Parameter change: 1 or −1.
  /// - Complexity: O(1), and O(domains) when the last domain with the fewest pods gets one.
  mutating func add(_ change: Int32, domain: Int32) {
    let old = counts[Int(domain)]
    counts[Int(domain)] = old &+ change
    total += Int(change)
    guard isPresent[Int(domain)] else { return }
    if old == fewest { domainsWithFewest -= 1 }
    if old &+ change < fewest {
      fewest = old &+ change
      domainsWithFewest = 1
    } else if old &+ change == fewest {
      domainsWithFewest += 1
    } else if domainsWithFewest == 0 {
      findFewest()
    }
  }

  private mutating func findFewest() {
    fewest = .max
    for domain in counts.indices where isPresent[domain] { fewest = min(fewest, counts[domain]) }
    for domain in counts.indices where isPresent[domain] && counts[domain] == fewest { domainsWithFewest += 1 }
  }

  /// The fewest pods in a domain, or none where there are fewer domains than asked for.
  func least(minDomains: Int) -> Int32 {
    if presentCount < minDomains { return 0 }
    return presentCount == 0 ? .max : fewest
  }
}

/// Terms that running pods carry, weighed by domain, and kept while pods come and go.
struct TermTally {
  enum Kind: Hashable { case antiAffinity, score }

  struct Key: Hashable {
    var probe: Int32
    var column: Int
    var kind: Kind
  }

  var key: Key
  var weights: ContiguousArray<Int64>
  /// Carriers on nodes that have the label.
  var entries = 0
}
