/// Unpacks gzip files: one member or several, headers of every kind, checksum and length of each checked.
///
/// Source: RFC 1952.
package enum Gzip {
  package static func recognizes(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// - Returns: the content of all members, and how many bytes after the last one were ignored (zeros do not count).
  package static func unpack(
    _ bytes: [UInt8], limit: UnpackLimit = .standard
  ) throws(ByteFailure) -> (bytes: [UInt8], ignored: Int) {
    var result: [UInt8] = []
    var position = 0
    while position < bytes.count {
      guard position == 0 || bytes[position...].starts(with: [0x1F, 0x8B]) else {
        let isPadding = bytes[position...].allSatisfy { $0 == 0 }
        return (result, isPadding ? 0 : bytes.count - position)
      }
      let start = try skipHeader(bytes, position)
      // The last four bytes are the size of the last member, which is nearly always the only one.
      let hint = position == 0 && bytes.count - 4 > start ? Int(word(bytes, bytes.count - 4)) : 0
      var rest = limit
      rest.outputBytes = max(0, min(limit.outputBytes, limit.largestOutput(of: bytes.count) - result.count))
      rest.freeBytes = min(limit.freeBytes, rest.outputBytes)
      let member: (bytes: [UInt8], end: Int)
      do throws(ByteFailure) {
        member = try Inflate.unpack(bytes, from: start, sizeHint: hint, limit: rest)
      } catch {
        guard error.message.hasPrefix("it unpacks") else { throw error }
        throw limit.failure(at: error.offset, limit: limit.largestOutput(of: bytes.count))
      }
      guard member.end + 8 <= bytes.count else { throw .cutOff(at: bytes.count) }
      guard word(bytes, member.end) == CRC32.of(member.bytes) else {
        throw .damaged("the checksum does not match", at: member.end)
      }
      guard word(bytes, member.end + 4) == UInt32(truncatingIfNeeded: member.bytes.count) else {
        throw .damaged("the length does not match", at: member.end + 4)
      }
      if result.isEmpty { result = member.bytes } else { result += member.bytes }
      position = member.end + 8
    }
    return (result, 0)
  }

  /// The first bytes of the content.
  static func head(of bytes: [UInt8]) -> [UInt8] {
    guard let start = try? skipHeader(bytes, 0) else { return [] }
    return Inflate.head(bytes, from: start)
  }

  /// The first byte of the compressed data.
  private static func skipHeader(_ bytes: [UInt8], _ start: Int) throws(ByteFailure) -> Int {
    guard start + 10 <= bytes.count else { throw .cutOff(at: bytes.count) }
    guard bytes[start + 2] == 8 else { throw ByteFailure("unknown compression method", at: start + 2) }
    let flags = bytes[start + 3]
    guard flags & 0xE0 == 0 else { throw ByteFailure("unknown flags in the gzip header", at: start + 3) }
    var index = start + 10
    if flags & 4 != 0 {
      guard index + 2 <= bytes.count else { throw .cutOff(at: bytes.count) }
      index += 2 + Int(bytes[index]) + Int(bytes[index + 1]) << 8
    }
    for flag: UInt8 in [8, 16] where flags & flag != 0 {
      guard index < bytes.count, let end = bytes[index...].firstIndex(of: 0) else { throw .cutOff(at: bytes.count) }
      index = end + 1
    }
    if flags & 2 != 0 { index += 2 }
    guard index < bytes.count else { throw .cutOff(at: bytes.count) }
    return index
  }

  private static func word(_ bytes: [UInt8], _ index: Int) -> UInt32 {
    UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
      | UInt32(bytes[index + 3]) << 24
  }
}
