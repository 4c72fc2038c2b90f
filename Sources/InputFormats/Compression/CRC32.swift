/// The CRC-32 of gzip and ZIP (polynomial 0xEDB88320, reflected), eight bytes at a time.
/// - Complexity: O(bytes).
package enum CRC32 {
  /// Eight tables of 256; table k holds the effect of a byte followed by k zero bytes.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 != 0 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
      tables[byte] = value
    }
    for index in 256..<8 * 256 {
      let before = tables[index - 256]
      tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
    }
    return tables
  }()

  static func of(_ bytes: Span<UInt8>) -> UInt32 {
    let tables = tables
    let table = tables.span
    let raw = bytes.bytes
    var crc: UInt32 = 0xFFFF_FFFF
    var index = 0
    while index + 8 <= bytes.count {
      let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ UInt64(crc)
      func part(_ position: Int) -> UInt32 {
        table[(7 - position) << 8 | Int(truncatingIfNeeded: word >> UInt64(8 * position)) & 0xFF]
      }
      crc = part(0) ^ part(1) ^ part(2) ^ part(3) ^ part(4) ^ part(5) ^ part(6) ^ part(7)
      index += 8
    }
    while index < bytes.count {
      crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[index])) & 0xFF)]
      index += 1
    }
    return ~crc
  }

  package static func of(_ bytes: [UInt8]) -> UInt32 { of(bytes.span) }
}
