/// Bytes as they came to UTF-8 that a reader may trust.
enum TextEncoding {
  /// The file in UTF-8 and where its text begins after a byte order mark, or why it is not text.
  static func decode(_ file: SourceFile) -> (file: SourceFile, start: Int, failure: SyntaxFailure?) {
    let bytes = file.bytes
    if bytes.count > SyntaxLimit.fileBytes {
      return (file, 0, SyntaxFailure("Y001", "the file is larger than 2 GiB", at: 0, help: "split it"))
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (file, 3, check(bytes, from: 3)) }
    if let width = wideEncoding(bytes) {
      let (decoded, failure) = transcode(bytes, width)
      let result = SourceFile(path: file.path, bytes: decoded)
      return (result, 0, failure ?? check(decoded, from: 0))
    }
    return (file, 0, check(bytes, from: 0))
  }

  /// UTF-16 or UTF-32 and its byte order, by mark or by the zero bytes of a first ASCII character.
  private struct WideEncoding {
    var unit: Int
    var isBigEndian: Bool
    var mark: Int
  }

  private static func wideEncoding(_ bytes: [UInt8]) -> WideEncoding? {
    let head = Array(bytes.prefix(4)) + [UInt8](repeating: 1, count: max(0, 4 - bytes.count))
    switch (head[0], head[1], head[2], head[3]) {
    case (0, 0, 0xFE, 0xFF): return WideEncoding(unit: 4, isBigEndian: true, mark: 4)
    case (0xFF, 0xFE, 0, 0): return WideEncoding(unit: 4, isBigEndian: false, mark: 4)
    case (0xFE, 0xFF, _, _): return WideEncoding(unit: 2, isBigEndian: true, mark: 2)
    case (0xFF, 0xFE, _, _): return WideEncoding(unit: 2, isBigEndian: false, mark: 2)
    case (0, 0, 0, 1...): return WideEncoding(unit: 4, isBigEndian: true, mark: 0)
    case (1..., 0, 0, 0): return WideEncoding(unit: 4, isBigEndian: false, mark: 0)
    case (0, 1..., 0, 1...): return WideEncoding(unit: 2, isBigEndian: true, mark: 0)
    case (1..., 0, 1..., 0): return WideEncoding(unit: 2, isBigEndian: false, mark: 0)
    default: return nil
    }
  }

  private static func transcode(_ bytes: [UInt8], _ encoding: WideEncoding) -> ([UInt8], SyntaxFailure?) {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count / 2)
    func unit(_ index: Int) -> UInt32 {
      var value: UInt32 = 0
      for offset in 0..<encoding.unit {
        value = value << 8 | UInt32(bytes[encoding.isBigEndian ? index + offset : index + encoding.unit - 1 - offset])
      }
      return value
    }
    var index = encoding.mark
    while index + encoding.unit <= bytes.count {
      var code = unit(index)
      index += encoding.unit
      if encoding.unit == 2, code >= 0xD800, code < 0xDC00, index + 2 <= bytes.count {
        let second = unit(index)
        if second >= 0xDC00, second < 0xE000 {
          code = 0x10000 + (code - 0xD800) << 10 + (second - 0xDC00)
          index += 2
        }
      }
      guard let scalar = Unicode.Scalar(code) else {
        return (result, invalid(result.count, encoding.unit == 2 ? "UTF-16" : "UTF-32"))
      }
      if code < 0x80 { result.append(UInt8(code)) } else { result += EscapeDecoding.utf8(scalar) }
    }
    return (result, index == bytes.count ? nil : invalid(result.count, encoding.unit == 2 ? "UTF-16" : "UTF-32"))
  }

  private static func invalid(_ offset: Int, _ name: String) -> SyntaxFailure {
    SyntaxFailure("Y002", "not valid \(name)", at: offset, help: "re-save the file as UTF-8")
  }

  /// The first byte that is not text: NUL, another control character or broken UTF-8.
  ///
  /// JSON allows DEL and the controls beyond ASCII raw in texts, and tools of the cluster write them so.
  /// - Complexity: O(bytes), eight at a time where they are printable ASCII.
  static func check(_ bytes: [UInt8], from start: Int) -> SyntaxFailure? {
    let span = bytes.span
    var index = start
    let count = span.count
    while index < count {
      while index + 8 <= count {
        let word = span.bytes.unsafeLoadUnalignedWord(index)
        // A bit is set where a byte is below 0x20 or above 0x7E.
        let low = (word &- 0x2020_2020_2020_2020) & ~word
        let high = word | (word &+ 0x0101_0101_0101_0101)
        if (low | high) & 0x8080_8080_8080_8080 != 0 { break }
        index += 8
      }
      let stop = min(index + 8, count)
      while index < stop {
        let byte = span[index]
        if byte < 0x80 {
          if byte < 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09
            || byte == 0x7F && !isLikeJSON(bytes, start)
          {
            return control(byte, at: index, in: bytes)
          }
          index += 1
          continue
        }
        let width = sequenceWidth(span, index)
        if width == 0 { return invalid(index, "UTF-8") }
        if width == 2, byte == 0xC2, span[index + 1] < 0xA0, span[index + 1] != 0x85, !isLikeJSON(bytes, start) {
          return control(span[index + 1], at: index, in: bytes)
        }
        index += width
      }
    }
    return nil
  }

  /// Whether the text begins with a bracket.
  private static func isLikeJSON(_ bytes: [UInt8], _ start: Int) -> Bool {
    let first = bytes[start...].first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }

  private static func control(_ byte: UInt8, at index: Int, in bytes: [UInt8]) -> SyntaxFailure {
    if byte == 0 {
      var stop = index
      while stop < bytes.count, bytes[stop] == 0 { stop += 1 }
      return SyntaxFailure(
        "Y003", "NUL byte in input", at: index, to: stop, label: "\(stop - index) of them",
        help: "the file may be damaged or binary: re-export it")
    }
    let code = String(byte, radix: 16, uppercase: true)
    return SyntaxFailure(
      "Y004", "control character U+00\(code.count < 2 ? "0" : "")\(code) in input", at: index,
      help: "remove it, or write it as an escape inside double quotes")
  }

  /// The length of the UTF-8 sequence at an index; 0 when it is not one.
  private static func sequenceWidth(_ span: Span<UInt8>, _ index: Int) -> Int {
    func isTail(_ offset: Int) -> Bool { index + offset < span.count && span[index + offset] & 0xC0 == 0x80 }
    let first = span[index]
    switch first {
    case 0xC2...0xDF: return isTail(1) ? 2 : 0
    case 0xE0...0xEF:
      guard isTail(1), isTail(2) else { return 0 }
      let second = span[index + 1]
      if first == 0xE0, second < 0xA0 { return 0 }
      if first == 0xED, second >= 0xA0 { return 0 }
      return 3
    case 0xF0...0xF4:
      guard isTail(1), isTail(2), isTail(3) else { return 0 }
      let second = span[index + 1]
      if first == 0xF0, second < 0x90 { return 0 }
      if first == 0xF4, second >= 0x90 { return 0 }
      return 4
    default: return 0
    }
  }
}

extension RawSpan {
  /// Eight bytes from an offset as one word, the first one lowest; the caller knows that they are there.
  @inline(__always)
  func unsafeLoadUnalignedWord(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
