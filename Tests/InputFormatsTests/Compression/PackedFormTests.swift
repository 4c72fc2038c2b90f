import Foundation
import TestSupport
import Testing

@testable import InputFormats

@Suite struct PackedFormTests {
  /// One file in the oldest form of tar, or in that of POSIX.
  static func tar(_ name: String, _ text: String, isPOSIX: Bool) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: Array(text.utf8))
    }
    put(name, 0)
    put("0000644\0", 100)
    put(String(text.utf8.count, radix: 8), 124)
    put("        ", 148)
    if isPOSIX { put("ustar\u{0}00", 257) }
    put(String(header.reduce(0) { $0 + Int($1) }, radix: 8) + "\u{0}", 148)
    return header + Array(text.utf8) + [UInt8](repeating: 0, count: 1536 - text.utf8.count % 512)
  }

  private func refusal(_ path: String, _ bytes: [UInt8]) -> String? {
    let verdict = Validation(vocabulary: TestFiles.vocabulary, source: CompressedInputTests.source([path: bytes]))
      .verdict(of: path)
    #expect(verdict.diagnostics.count == 1 && verdict.kind == .unknown, "\(verdict.diagnostics.lines)")
    return verdict.diagnostics.lines.first
  }

  @Test(arguments: [true, false])
  func `a tar is refused with the command to unpack it, packed or not and whatever its name`(_ isPOSIX: Bool) {
    let tar = Self.tar("nodes.yaml", "kind: Node\n", isPOSIX: isPOSIX)
    #expect(
      refusal("d/must-gather.tar", tar)
        == "error F003 - 'd/must-gather.tar': a tar archive is not read | unpack it, and give the folder: "
        + "mkdir must-gather && tar -xf d/must-gather.tar -C must-gather")
    let packed = PackedSamples.gzip(tar)
    #expect(
      refusal("my dump.tgz", packed)?.hasSuffix("mkdir 'my dump' && tar -xzf 'my dump.tgz' -C 'my dump'") == true)
    #expect(refusal("dump", packed)?.hasSuffix("mkdir unpacked && tar -xzf dump -C unpacked") == true)
    // Cut off in the middle of a large archive: what it is matters more than where it ends.
    let large = PackedSamples.gzip(tar + [UInt8](repeating: 7, count: 300_000))
    #expect(refusal("m.tar.gz", Array(large.prefix(90_000)))?.contains("tar -xzf m.tar.gz") == true)
  }

  @Test func `a zip without a workbook and other archives say how to unpack them`() {
    let zip = WorkbookBuilder.zip([("mg/nodes.yaml", "kind: Node\n")])
    #expect(
      refusal("a/mg.zip", zip)
        == "error F003 - 'a/mg.zip': a zip archive without a workbook in it is not read | "
        + "unpack it, and give the folder: unzip a/mg.zip -d mg")
    #expect(
      refusal("mg.tar.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0])?.hasSuffix("mkdir mg && tar -xf mg.tar.xz -C mg") == true)
    #expect(
      refusal("it's.zst", [0x28, 0xB5, 0x2F, 0xFD])?.hasSuffix("unpack it first: zstd -d 'it'\\''s.zst'") == true)
  }

  @Test func `text is no tar, however its bytes add up`() {
    let text = Array((String(repeating: "a: b\n", count: 200)).utf8)
    #expect(!PackedForm.isTar(text) && !PackedForm.isTar([UInt8](repeating: 0, count: 1024)) && !PackedForm.isTar([]))
  }
}
