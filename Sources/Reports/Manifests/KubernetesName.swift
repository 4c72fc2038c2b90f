import ClusterModel
import SimulationEngine

/// What Kubernetes takes for names, keys and values, and what to write in place of what it does not take.
///
/// Source: kubernetes/apimachinery `pkg/util/validation/validation.go` (RFC 1123).
package enum KubernetesName {
  /// Letters and digits that Kubernetes ends generated names with: no vowels, nothing that looks alike.
  static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)

  /// Lower-case letters, digits and `-`, a letter or digit at both ends, 63 at most: namespaces.
  package static func isLabel(_ text: String) -> Bool { isPart(text.utf8, 63) }

  /// Labels joined by dots, 253 characters at most: most other names.
  package static func isSubdomain(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 253 else { return false }
    return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
      isPart($0, 253)
    }
  }

  /// A label's value: empty, or letters, digits and `-_.`, a letter or digit at both ends, 63 at most.
  package static func isLabelValue(_ text: String) -> Bool { text.isEmpty || isQualifiedPart(text.utf8) }

  /// `prefix/name` or `name`: keys of labels, annotations and taints.
  package static func isKey(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return isQualifiedPart(text.utf8)
    case 2: return isSubdomain(String(parts[0])) && isQualifiedPart(parts[1].utf8)
    default: return false
    }
  }

  /// Text made valid: what is not allowed becomes `-`, and a hash of the text keeps different texts apart.
  ///
  /// A function of the text alone, so that labels and the selectors that match them change alike.
  package static func escaped(_ text: String, limit: Int) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if bytes.count >= limit - 9 { break }
      let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
      if isLowerOrDigit(lower) {
        bytes.append(lower)
      } else if let last = bytes.last, last != dash {
        bytes.append(dash)
      }
    }
    if bytes.isEmpty { bytes = Array("unnamed".utf8) }
    if bytes.last != dash { bytes.append(dash) }
    return String(decoding: bytes + suffix(text, length: 8), as: UTF8.self)
  }

  /// Characters that follow from a text as those of generated names look.
  static func suffix(_ text: String, length: Int) -> [UInt8] {
    var value = mixed(text)
    return (0..<length).map { _ in
      let (quotient, remainder) = value.quotientAndRemainder(dividingBy: UInt64(alphabet.count))
      value = quotient
      return alphabet[Int(remainder)]
    }
  }

  /// An object's id in the form of a UUID, the same for the same object in every run.
  static func uid(_ kind: String, _ namespace: String, _ name: String) -> String {
    let key = "\(kind)/\(namespace)/\(name)"
    let digits = hexadecimal(mixed(key)) + hexadecimal(mixed("uid of " + key))
    var bytes: [UInt8] = []
    for (index, digit) in digits.enumerated() {
      if index == 8 || index == 12 || index == 16 || index == 20 { bytes.append(dash) }
      bytes.append(index == 12 ? UInt8(ascii: "4") : index == 16 ? UInt8(ascii: "8") : digit)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let dash = UInt8(ascii: "-")

  /// The text's hash with all bits stirred (MurmurHash3's finalizer), as similar names would look alike.
  private static func mixed(_ text: String) -> UInt64 {
    var value = SimulationSetup.hash(text)
    value = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
    value = (value ^ value >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return value ^ value >> 33
  }

  private static func hexadecimal(_ value: UInt64) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return (0..<16).map { digits[Int(value >> (60 - 4 * UInt64($0)) & 15)] }
  }

  private static func isLowerOrDigit(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 || byte &- 0x30 < 10 }
  private static func isLetterOrDigit(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 }

  private static func isPart<Bytes: BidirectionalCollection>(_ bytes: Bytes, _ limit: Int) -> Bool
  where Bytes.Element == UInt8 {
    guard let first = bytes.first, let last = bytes.last, bytes.count <= limit else { return false }
    return isLowerOrDigit(first) && isLowerOrDigit(last) && bytes.allSatisfy { isLowerOrDigit($0) || $0 == dash }
  }

  private static func isQualifiedPart<Bytes: BidirectionalCollection>(_ bytes: Bytes) -> Bool
  where Bytes.Element == UInt8 {
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
    return isLetterOrDigit(first) && isLetterOrDigit(last)
      && bytes.allSatisfy {
        isLetterOrDigit($0) || $0 == dash || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
      }
  }
}
