/// A minor release of KubeVirt, which decides what its launcher pods ask for.
package struct KubeVirtVersion: Sendable, Hashable, Comparable {
  package var major: Int
  package var minor: Int

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// What is assumed where nothing says which release runs.
  package static let newest = KubeVirtVersion(1, 9)

  /// Reads `v1.5.3`, `1.4`, `v1.6.0-rc.1-14-gabc`: the first two numbers; nil for anything else.
  package init?(_ text: String) {
    var rest = text.utf8[...]
    if rest.first == UInt8(ascii: "v") { rest = rest.dropFirst() }
    func number() -> Int? {
      let digits = rest.prefix { $0 &- 0x30 < 10 }
      rest = rest.dropFirst(digits.count)
      return digits.count <= 4 ? Int(Substring(digits)) : nil
    }
    guard let major = number(), rest.first == UInt8(ascii: ".") else { return nil }
    rest = rest.dropFirst()
    guard let minor = number() else { return nil }
    self.init(major, minor)
  }

  /// The release that a HyperConverged operator brings: its own 1.12 and OpenShift Virtualization's 4.16 bring 1.2.
  package init?(hyperConverged text: String) {
    guard let version = KubeVirtVersion(text) else { return nil }
    let ahead = version.major == 1 ? 10 : version.major == 4 ? 14 : Int.max
    guard version.minor >= ahead else { return nil }
    self.init(1, version.minor - ahead)
  }

  package static func < (a: KubeVirtVersion, b: KubeVirtVersion) -> Bool {
    (a.major, a.minor) < (b.major, b.minor)
  }

  /// Up to 1.4 the API server's webhook wrote the memory request into machines that state only their guest's memory.
  package var statesMemoryRequests: Bool { self <= KubeVirtVersion(1, 4) }
  /// `memory.reservedOverhead` came with 1.9.
  package var knowsReservedOverhead: Bool { self >= KubeVirtVersion(1, 9) }
}
