import Foundation
import InputFormats
import Testing

/// Packed with zlib 1.2.13 and gzip 1.12.
enum PackedSamples {
  static func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }

  static let stored = bytes("ARgA5/9zdG9yZWQgYnl0ZXMsIG5vdCBwYWNrZWQ=")
  static let fixed = bytes("S8usSE1RSM5PSS1WSMPOBgA=")
  static let dynamic = bytes(
    "ZVJbsiUhCNsKWwNR8YXs/+viUbu7Zj4sS4wJCdpMseTYBGKikggYY5UiDTAkqlgMWuhRK1RBhZb8NEbtEGVQ4JEQsPUCwpRbgtgtIBTJZiNKvOWz"
      + "KaExaITMnARy0aqjq0DxpTpRcvlIMLLVGg4aTYUcxUQDyKlnCi1Pp0PIEy0MmgK1pZ68ofphV9FHGreP90FRsnbNF0NCd8PBLPRzN3nA7E6m2yq5"
      + "k3MW3nRPaEvqB/ppHkejdO8jDIGkFkdM/K+Q85yIfo+NwnK45VfPi22nENEGlTsTHTN2dmhj/ExucbzzWWw3yhKptf50dvcX3M2n53MPfLHH6pvY"
      + "yeq+5d3icZI0BA5epYfn4O8f+E/yVnJTXvNpEioL0eJQXvQHcBrySjHq+048k1NfGbxDP/2s4rn3kJ3Rw/oGsn/VjvMP")
  /// Two members; the first has an extra field, a name, a comment and a header checksum.
  static let members = bytes(
    "H4sIHgAAAAAAAwMAYWJjbmFtZQBjb21tZW50AHlxy89L5QIAn6gX+AQAAAAfiwgAAAAAAAIDKynP5wIAdAgXlgQAAAA=")
  /// A gzip file of stored blocks.
  static func gzip(_ content: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    var rest = content[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(65_535)
      let count = UInt16(block.count)
      result += [
        rest.isEmpty ? 1 : 0, UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF), UInt8(~count >> 8),
      ]
      result += block
    } while !rest.isEmpty
    for word in [CRC32.of(content), UInt32(truncatingIfNeeded: content.count)] {
      for shift in [0, 8, 16, 24] { result.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
    }
    return result
  }
}

@Suite struct InflateTests {
  private func unpack(_ bytes: [UInt8]) throws -> [UInt8] { try Inflate.unpack(bytes, from: 0).bytes }

  @Test func `the checksum is that of the standard`() {
    #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.of([]) == 0)
    #expect(CRC32.of(Array("The quick brown fox jumps over the lazy dog".utf8)) == 0x414F_A339)
  }

  @Test func `stored, fixed and dynamic blocks unpack`() throws {
    #expect(try unpack(PackedSamples.stored) == Array("stored bytes, not packed".utf8))
    #expect(try unpack(PackedSamples.fixed) == Array("fixed codes fixed codes fixed codes".utf8))
    let dynamic = try unpack(PackedSamples.dynamic)
    #expect(dynamic.count == 780 && CRC32.of(dynamic) == 3_607_439_170)
  }

  @Test func `members follow one another and zeros after them are padding`() throws {
    #expect(try Gzip.unpack(PackedSamples.members).bytes == Array("one\ntwo\n".utf8))
    let padded = try Gzip.unpack(PackedSamples.members + [0, 0, 0])
    #expect(padded.ignored == 0 && padded.bytes.count == 8)
    let trailed = try Gzip.unpack(PackedSamples.members + [7, 7])
    #expect(trailed.ignored == 2 && trailed.bytes.count == 8)
  }

  @Test func `every cut of a gzip file is refused or is a whole member`() {
    let bytes = PackedSamples.members
    for length in 0..<bytes.count {
      let result = try? Gzip.unpack(Array(bytes.prefix(length)))
      #expect(result == nil || result?.bytes == [] || result?.bytes == Array("one\n".utf8), "\(length)")
    }
  }

  @Test(arguments: [PackedSamples.stored, PackedSamples.fixed, PackedSamples.dynamic])
  func `every cut and every changed byte ends in bytes or a failure`(_ sample: [UInt8]) {
    for length in 0..<sample.count {
      #expect(throws: ByteFailure.self) { try self.unpack(Array(sample.prefix(length))) }
    }
    for index in sample.indices {
      for bit in 0..<8 {
        var changed = sample
        changed[index] ^= 1 << UInt8(bit)
        _ = try? unpack(changed)
        changed[index] = UInt8(truncatingIfNeeded: index &* 31 &+ bit)
        _ = try? unpack(changed)
      }
    }
  }

  @Test func `a changed byte of a gzip member never gives other content`() {
    let sample = PackedSamples.gzip(Array("name,cpu,memory\na,1,2Gi\n".utf8))
    let content = try? Gzip.unpack(sample).bytes
    #expect(content?.count == 24)
    for index in sample.indices.dropFirst(10) {
      for bit in 0..<8 {
        var changed = sample
        changed[index] ^= 1 << UInt8(bit)
        let result = try? Gzip.unpack(changed)
        #expect(result == nil || result?.bytes == content, "\(index) \(bit)")
      }
    }
  }

  /// A block of fixed codes: a zero byte, then repeats of 258 bytes at distance 1, one bit pattern of 13 bits each.
  private static func zeros(repeats: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer: UInt64 = 0
    var count = 0
    func put(_ value: UInt64, _ bits: Int) {
      buffer |= value << UInt64(count)
      count += bits
      while count >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: buffer))
        buffer >>= 8
        count -= 8
      }
    }
    put(0b011, 3)
    put(0b0000_1100, 8)
    for _ in 0..<repeats {
      put(0b1010_0011, 8)
      put(0, 5)
    }
    put(0, 7)
    put(0, 7)
    return bytes
  }

  @Test func `repeats may overlap what they write`() throws {
    let bytes = try unpack(Self.zeros(repeats: 10))
    #expect(bytes == [UInt8](repeating: 0, count: 2581))
  }

  @Test func `a bomb is refused before it is built`() throws {
    let packed = Self.zeros(repeats: 40_000)
    let limit = UnpackLimit(outputBytes: 1 << 30, freeBytes: 1 << 20, ratio: 20)
    let failure = #expect(throws: ByteFailure.self) { try Inflate.unpack(packed, from: 0, limit: limit) }
    #expect(failure?.message.contains("bomb") == true)
    #expect(try Inflate.unpack(packed, from: 0).bytes.count == 1 + 40_000 * 258)
    let small = UnpackLimit(outputBytes: 1 << 20, freeBytes: 1 << 20, ratio: 20)
    let tooLarge = #expect(throws: ByteFailure.self) { try Inflate.unpack(packed, from: 0, limit: small) }
    #expect(tooLarge?.message == "it unpacks to more than 1 MiB")
  }
}
