/// The files inside a ZIP archive, by its central directory; stored and deflated ones can be read.
///
/// What the local headers say is used only to find the data. No ZIP64, no encryption, no archives in parts.
/// Source: PKWARE APPNOTE 6.3.
package struct ZipArchive {
  package struct Entry {
    package var name: String
    var method: Int
    var isEncrypted: Bool
    var checksum: UInt32
    var packedSize: Int
    var size: Int
    var headerOffset: Int
  }

  static let largestDirectory = 10_000
  let bytes: [UInt8]
  package private(set) var entries: [Entry] = []

  package static func recognizes(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
  }

  package init(_ bytes: [UInt8]) throws(ByteFailure) {
    self.bytes = bytes
    guard let end = endRecord() else {
      throw ByteFailure(
        "the archive has no directory at its end", at: bytes.count, help: "the file is cut off: fetch it again")
    }
    let count = word16(end + 10)
    var index = word32(end + 16)
    guard index < 0xFFFF_FFFF, count <= Self.largestDirectory else {
      throw ByteFailure("the archive is too large", at: end)
    }
    for _ in 0..<count {
      guard index + 46 <= bytes.count, word32(index) == 0x0201_4B50 else {
        throw .damaged("the archive's directory is broken", at: min(index, bytes.count))
      }
      let nameEnd = index + 46 + word16(index + 28)
      guard nameEnd <= bytes.count else { throw .cutOff(at: bytes.count) }
      entries.append(
        Entry(
          name: String(decoding: bytes[index + 46..<nameEnd], as: UTF8.self), method: word16(index + 10),
          isEncrypted: word16(index + 8) & 1 != 0, checksum: UInt32(word32(index + 16)),
          packedSize: word32(index + 20), size: word32(index + 24), headerOffset: word32(index + 42)))
      index = nameEnd + word16(index + 30) + word16(index + 32)
    }
  }

  func entry(named name: String) -> Entry? { entries.first { $0.name == name } }

  /// Unpacks one file and checks its size and checksum.
  package func content(of entry: Entry, limit: UnpackLimit = .standard) throws(ByteFailure) -> [UInt8] {
    let header = entry.headerOffset
    guard !entry.isEncrypted else {
      throw ByteFailure("the file is protected by a password", at: header, help: "save it without one")
    }
    guard header + 30 <= bytes.count, word32(header) == 0x0403_4B50 else {
      throw .damaged("'\(entry.name)' is not where the directory says", at: min(header, bytes.count))
    }
    let start = header + 30 + word16(header + 26) + word16(header + 28)
    guard start + entry.packedSize <= bytes.count else { throw .cutOff(at: bytes.count) }
    guard entry.size <= limit.largestOutput(of: entry.packedSize) else {
      throw limit.failure(at: header, limit: limit.largestOutput(of: entry.packedSize))
    }
    let content: [UInt8]
    switch entry.method {
    case 0: content = Array(bytes[start..<start + entry.packedSize])
    case 8:
      // The stated size is also the most that is unpacked.
      let bound = UnpackLimit(outputBytes: entry.size, freeBytes: entry.size, ratio: 0)
      do throws(ByteFailure) {
        content = try Inflate.unpack(bytes, from: start, sizeHint: entry.size, limit: bound).bytes
      } catch {
        guard error.message.hasPrefix("it unpacks") else { throw error }
        throw .damaged("'\(entry.name)' is larger than the directory says", at: header)
      }
    default: throw ByteFailure("unknown compression method \(entry.method) of '\(entry.name)'", at: header)
    }
    guard content.count == entry.size, CRC32.of(content) == entry.checksum else {
      throw .damaged("the checksum of '\(entry.name)' does not match", at: header)
    }
    return content
  }

  /// The end-of-directory record: at the end, before a comment of at most 65,535 bytes.
  private func endRecord() -> Int? {
    var index = bytes.count - 22
    let stop = max(0, index - 65_535)
    while index >= stop {
      if bytes[index] == 0x50, word32(index) == 0x0605_4B50 { return index }
      index -= 1
    }
    return nil
  }

  private func word16(_ index: Int) -> Int { Int(bytes[index]) | Int(bytes[index + 1]) << 8 }
  private func word32(_ index: Int) -> Int { word16(index) | word16(index + 2) << 16 }
}
