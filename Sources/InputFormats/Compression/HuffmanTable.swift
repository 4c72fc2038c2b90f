/// A decoding table for one Huffman code of DEFLATE: a first look-up of `rootBits` bits, a second one for longer codes.
///
/// An entry is value (16 bits), action (8), extra bits (4 of 8) and code length (8), lowest last; a zero entry is a bit
/// pattern that no code uses. Source of the code's rules: RFC 1951, section 3.2.
struct HuffmanTable {
  enum Action {
    static let literal: UInt32 = 1
    static let base: UInt32 = 2
    static let endOfBlock: UInt32 = 3
    static let link: UInt32 = 4
  }

  /// What a symbol stands for.
  enum Alphabet { case literalsAndLengths, distances, codeLengths }

  static let longestCode = 15
  let rootBits: Int
  private(set) var entries: [UInt32]

  /// - Parameter lengths: code length of each symbol, 0 for unused.
  /// - Returns: nil for lengths that are no prefix code; a code of a single length-1 symbol is one.
  init?(_ lengths: ArraySlice<UInt8>, _ alphabet: Alphabet, rootBits: Int) {
    self.rootBits = rootBits
    entries = [UInt32](repeating: 0, count: 1 << rootBits)
    var counts = [Int](repeating: 0, count: Self.longestCode + 1)
    for length in lengths { counts[Int(length)] += 1 }
    counts[0] = 0
    var left = 1
    var used = 0
    for length in 1...Self.longestCode {
      left = left << 1 - counts[length]
      used += counts[length]
      if left < 0 { return nil }
    }
    guard left == 0 || (alphabet != .codeLengths && used == counts[1] && used <= 1) else { return nil }
    var next = [Int](repeating: 0, count: Self.longestCode + 2)
    for length in 1...Self.longestCode { next[length + 1] = (next[length] + counts[length]) << 1 }
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let length = Int(length)
      let code = next[length]
      next[length] += 1
      guard let entry = Self.entry(symbol, alphabet) else { continue }
      insert(Self.reversed(code, length), length, entry)
    }
  }

  private mutating func insert(_ code: Int, _ length: Int, _ entry: UInt32) {
    if length <= rootBits {
      var index = code
      while index < 1 << rootBits {
        entries[index] = entry | UInt32(length)
        index += 1 << length
      }
      return
    }
    let prefix = code & (1 << rootBits - 1)
    let linkBits = Self.longestCode - rootBits
    if entries[prefix] == 0 {
      entries[prefix] = UInt32(entries.count) << 16 | Action.link << 8
      entries += repeatElement(0, count: 1 << linkBits)
    }
    let start = Int(entries[prefix] >> 16)
    var index = code >> rootBits
    while index < 1 << linkBits {
      entries[start + index] = entry | UInt32(length)
      index += 1 << (length - rootBits)
    }
  }

  /// Value, extra bits and action of a symbol; nil for one that may not occur.
  private static func entry(_ symbol: Int, _ alphabet: Alphabet) -> UInt32? {
    func make(_ value: Int, _ extra: Int, _ action: UInt32) -> UInt32 {
      UInt32(value) << 16 | UInt32(extra) << 12 | action << 8
    }
    switch alphabet {
    case .codeLengths: return make(symbol, 0, Action.literal)
    case .literalsAndLengths:
      if symbol < 256 { return make(symbol, 0, Action.literal) }
      if symbol == 256 { return make(0, 0, Action.endOfBlock) }
      let index = symbol - 257
      guard index < 29 else { return nil }
      if index == 28 { return make(258, 0, Action.base) }
      let extra = index < 8 ? 0 : index / 4 - 1
      return make(index < 8 ? index + 3 : (4 + index % 4) << extra + 3, extra, Action.base)
    case .distances:
      guard symbol < 30 else { return nil }
      let extra = symbol < 4 ? 0 : symbol / 2 - 1
      return make(symbol < 4 ? symbol + 1 : (2 + symbol % 2) << extra + 1, extra, Action.base)
    }
  }

  private static func reversed(_ code: Int, _ length: Int) -> Int {
    var result = 0
    for bit in 0..<length where code >> bit & 1 != 0 { result |= 1 << (length - 1 - bit) }
    return result
  }
}
