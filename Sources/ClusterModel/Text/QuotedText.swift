/// Text in double quotes with the escapes that JSON and YAML share; hidden characters are escaped, so none is written raw.
package enum QuotedText {
  /// How a hidden character beyond 16 bits is written.
  package enum WideEscape: Sendable {
    /// As two units of UTF-16, the only way in JSON.
    case pair
    /// `\U` and eight digits, the only way in YAML.
    case long
  }

  /// Appends text given as UTF-8; what is not UTF-8 becomes U+FFFD.
  package static func append(_ text: Span<UInt8>, to output: inout [UInt8], wide: WideEscape = .pair) {
    output.append(UInt8(ascii: "\""))
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte < 0x80 {
        appendASCII(byte, to: &output)
        index += 1
        continue
      }
      let end = scalarEnd(text, index)
      let scalar = String(decoding: (index..<end).map { text[$0] }, as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}"
      if VisibleText.isHidden(scalar) {
        appendEscape(scalar, wide, to: &output)
      } else {
        output += String(scalar).utf8
      }
      index = end
    }
    output.append(UInt8(ascii: "\""))
  }

  /// Whether any character of the text is hidden, other than those of ASCII.
  package static func hasHiddenCharacter(beyondASCII text: Span<UInt8>) -> Bool {
    var index = 0
    while index < text.count {
      guard text[index] >= 0x80 else {
        index += 1
        continue
      }
      let end = scalarEnd(text, index)
      let scalar = String(decoding: (index..<end).map { text[$0] }, as: UTF8.self).unicodeScalars.first
      if scalar.map(VisibleText.isHidden) ?? true { return true }
      index = end
    }
    return false
  }

  /// Behind the lead byte at `index` and the continuation bytes that follow it, at most four in all.
  private static func scalarEnd(_ text: Span<UInt8>, _ index: Int) -> Int {
    var end = index + 1
    while end < text.count, end < index + 4, text[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }

  private static func appendASCII(_ byte: UInt8, to output: inout [UInt8]) {
    if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte != 0x7F {
      output.append(byte)
      return
    }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
    case 0x08: output += "\\b".utf8
    case 0x09: output += "\\t".utf8
    case 0x0A: output += "\\n".utf8
    case 0x0C: output += "\\f".utf8
    case 0x0D: output += "\\r".utf8
    default: appendHex("\\u", UInt32(byte), digits: 4, to: &output)
    }
  }

  private static func appendEscape(_ scalar: Unicode.Scalar, _ wide: WideEscape, to output: inout [UInt8]) {
    if wide == .long, scalar.value > 0xFFFF { return appendHex("\\U", scalar.value, digits: 8, to: &output) }
    for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
      appendHex("\\u", UInt32(unit), digits: 4, to: &output)
    }
  }

  private static func appendHex(_ start: String, _ value: UInt32, digits: Int, to output: inout [UInt8]) {
    let text = String(value, radix: 16)
    output += start.utf8
    output += String(repeating: "0", count: max(0, digits - text.utf8.count)).utf8
    output += text.utf8
  }
}
