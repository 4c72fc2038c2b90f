/// Why packed or marked-up bytes cannot be read, and where.
package struct ByteFailure: Error, Equatable {
  /// In the user's words, without the file's name.
  package var message: String
  /// The byte of the input where it was noticed.
  package var offset: Int
  package var help: String?

  package init(_ message: String, at offset: Int, help: String? = nil) {
    self.message = message
    self.offset = offset
    self.help = help
  }

  /// The input ended before the compressed data did.
  static func cutOff(at offset: Int) -> ByteFailure {
    ByteFailure("the compressed data end too early", at: offset, help: "the file is cut off: fetch it again")
  }

  static func damaged(_ what: String, at offset: Int) -> ByteFailure {
    ByteFailure("the compressed data are damaged: \(what)", at: offset, help: "fetch the file again")
  }
}

/// How much a compressed input may unpack to.
///
/// DEFLATE packs at most about 1,030 to 1; the most repetitive dumps seen reach 100 to 1. So what unpacks to more than
/// `outputBytes`, or to more than `freeBytes` and at the same time more than `ratio` times its size, is refused before
/// it is built.
package struct UnpackLimit: Sendable {
  package var outputBytes: Int
  package var freeBytes: Int
  package var ratio: Int

  package static let standard = UnpackLimit()

  package init(outputBytes: Int = 1 << 31, freeBytes: Int = 256 << 20, ratio: Int = 200) {
    self.outputBytes = outputBytes
    self.freeBytes = freeBytes
    self.ratio = ratio
  }

  /// The most bytes that `count` compressed bytes may give.
  func largestOutput(of count: Int) -> Int {
    let (allowed, overflow) = count.multipliedReportingOverflow(by: ratio)
    return min(outputBytes, max(freeBytes, overflow ? .max : allowed))
  }

  func failure(at offset: Int, limit: Int) -> ByteFailure {
    limit >= outputBytes
      ? ByteFailure("it unpacks to more than \(outputBytes >> 20) MiB", at: offset, help: "split it")
      : ByteFailure(
        "it unpacks to more than \(ratio) times its size, \(limit >> 20) MiB so far: refused as a decompression bomb",
        at: offset, help: "if the file is yours, unpack it first: gunzip -k FILE")
  }
}
