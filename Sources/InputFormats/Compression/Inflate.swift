/// Unpacks DEFLATE data: stored, fixed and dynamic blocks.
///
/// Bits are taken from a 64-bit buffer, codes looked up in two steps, output grown by doubling. Every access is checked,
/// so damaged data end in a failure and never in a trap or an endless loop: each step takes bits or gives bytes.
/// Source: RFC 1951.
/// - Complexity: O(input + output).
package struct Inflate {
  /// Where the data end, the next whole byte after the last block.
  private var position: Int
  private var output: [UInt8] = []
  private var count = 0
  private var buffer: UInt64 = 0
  private var bufferedBits = 0
  private let limit: UnpackLimit
  private let largestOutput: Int

  /// Unpacks what begins at `start`.
  /// - Parameters:
  ///   - sizeHint: the size that the container states; believed within the limit only.
  ///   - limit: checked against the bytes from `start` to the end of the input.
  package static func unpack(
    _ input: [UInt8], from start: Int, sizeHint: Int = 0, limit: UnpackLimit = .standard
  ) throws(ByteFailure) -> (bytes: [UInt8], end: Int) {
    var inflate = Inflate(start: start, inputCount: input.count, limit: limit)
    try inflate.run(input.span, sizeHint: sizeHint)
    inflate.output.removeLast(inflate.output.count - inflate.count)
    return (inflate.output, inflate.position)
  }

  /// The first bytes of the content, as far as they can be read; at most 128 KiB are unpacked for them.
  static func head(_ input: [UInt8], from start: Int) -> [UInt8] {
    let most = 128 << 10
    var inflate = Inflate(
      start: start, inputCount: input.count, limit: UnpackLimit(outputBytes: most, freeBytes: most, ratio: 0))
    _ = try? inflate.run(input.span, sizeHint: most)
    return Array(inflate.output.prefix(inflate.count))
  }

  private init(start: Int, inputCount: Int, limit: UnpackLimit) {
    position = start
    self.limit = limit
    largestOutput = limit.largestOutput(of: max(0, inputCount - start))
  }

  private mutating func run(_ input: Span<UInt8>, sizeHint: Int) throws(ByteFailure) {
    try makeRoom(min(max(sizeHint, 1 << 10), max(1 << 10, 4 * (input.count - position)), largestOutput))
    var isLast = false
    while !isLast {
      let header = try bits(3, input)
      isLast = header & 1 != 0
      switch header >> 1 {
      case 0: try stored(input)
      case 1: try block(input, FixedCodes.literals, FixedCodes.distances)
      case 2:
        let (literals, distances) = try dynamicCodes(input)
        try block(input, literals, distances)
      default: throw .damaged("unknown block type", at: position)
      }
    }
    position -= bufferedBits / 8
  }

  // MARK: Bits

  @inline(__always)
  private mutating func refill(_ input: Span<UInt8>) {
    if position + 8 <= input.count {
      let word = UInt64(littleEndian: input.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
      buffer |= word &<< UInt64(truncatingIfNeeded: bufferedBits)
      let taken = (63 - bufferedBits) >> 3
      position += taken
      bufferedBits += taken << 3
    } else {
      while bufferedBits <= 56, position < input.count {
        buffer |= UInt64(input[position]) << UInt64(bufferedBits)
        position += 1
        bufferedBits += 8
      }
    }
  }

  @inline(__always)
  private mutating func drop(_ count: Int) {
    buffer &>>= UInt64(truncatingIfNeeded: count)
    bufferedBits -= count
  }

  private mutating func bits(_ count: Int, _ input: Span<UInt8>) throws(ByteFailure) -> Int {
    if bufferedBits < count { refill(input) }
    guard bufferedBits >= count else { throw .cutOff(at: input.count) }
    let value = Int(buffer & (1 << UInt64(count) - 1))
    drop(count)
    return value
  }

  private mutating func symbol(_ table: HuffmanTable, _ input: Span<UInt8>) throws(ByteFailure) -> Int {
    refill(input)
    let entry = table.entries[Int(buffer & (1 << UInt64(table.rootBits) - 1))]
    let length = Int(entry & 0xFF)
    guard entry != 0 else { throw .damaged("a code that the block does not define", at: position) }
    guard length <= bufferedBits else { throw .cutOff(at: input.count) }
    drop(length)
    return Int(entry >> 16)
  }

  // MARK: Output

  /// Makes `output` longer by zeros; `count` bytes of it are real.
  private mutating func makeRoom(_ more: Int) throws(ByteFailure) {
    let wanted = min(max(count + more, 2 * output.count), largestOutput)
    guard wanted >= count + more || wanted > output.count else {
      throw limit.failure(at: position, limit: largestOutput)
    }
    output += repeatElement(0, count: wanted - output.count)
  }

  private mutating func stored(_ input: Span<UInt8>) throws(ByteFailure) {
    drop(bufferedBits % 8)
    let length = try bits(16, input)
    let complement = try bits(16, input)
    guard length ^ complement == 0xFFFF else { throw .damaged("a stored block of contradicting length", at: position) }
    position -= bufferedBits / 8
    buffer = 0
    bufferedBits = 0
    guard position + length <= input.count else { throw .cutOff(at: input.count) }
    if count + length > output.count { try makeRoom(length) }
    guard count + length <= output.count else { throw limit.failure(at: position, limit: largestOutput) }
    copyStored(input, length)
    count += length
    position += length
  }

  private mutating func copyStored(_ input: Span<UInt8>, _ length: Int) {
    let (to, from) = (count, position)
    var target = output.mutableSpan
    for offset in 0..<length { target[to + offset] = input[from + offset] }
  }

  // MARK: Codes

  private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private mutating func dynamicCodes(
    _ input: Span<UInt8>
  ) throws(ByteFailure) -> (literals: HuffmanTable, distances: HuffmanTable) {
    let literalCount = try bits(5, input) + 257
    let distanceCount = try bits(5, input) + 1
    let lengthCount = try bits(4, input) + 4
    guard literalCount <= 286, distanceCount <= 30 else { throw .damaged("too many codes", at: position) }
    var lengths = [UInt8](repeating: 0, count: 19)
    for index in 0..<lengthCount { lengths[Self.lengthOrder[index]] = UInt8(try bits(3, input)) }
    guard let lengthTable = HuffmanTable(lengths[...], .codeLengths, rootBits: 7) else {
      throw .damaged("impossible code lengths", at: position)
    }
    lengths = []
    let total = literalCount + distanceCount
    while lengths.count < total {
      let symbol = try symbol(lengthTable, input)
      if symbol < 16 {
        lengths.append(UInt8(symbol))
        continue
      }
      guard symbol != 16 || !lengths.isEmpty else { throw .damaged("a repeat of nothing", at: position) }
      let value = symbol == 16 ? lengths[lengths.count - 1] : 0
      let times = try symbol == 18 ? bits(7, input) + 11 : bits(symbol == 16 ? 2 : 3, input) + 3
      guard lengths.count + times <= total else { throw .damaged("too many code lengths", at: position) }
      lengths += repeatElement(value, count: times)
    }
    guard lengths[256] != 0,
      let literals = HuffmanTable(lengths[..<literalCount], .literalsAndLengths, rootBits: FixedCodes.literalRootBits),
      let distances = HuffmanTable(lengths[literalCount...], .distances, rootBits: FixedCodes.distanceRootBits)
    else { throw .damaged("impossible codes", at: position) }
    return (literals, distances)
  }

  private mutating func block(
    _ input: Span<UInt8>, _ literals: HuffmanTable, _ distances: HuffmanTable
  ) throws(ByteFailure) {
    while try !symbols(input, literals, distances) { try makeRoom(258) }
  }

  /// Decodes symbols until the block ends (true) or the next could overrun the output (false).
  private mutating func symbols(
    _ input: Span<UInt8>, _ literals: HuffmanTable, _ distances: HuffmanTable
  ) throws(ByteFailure) -> Bool {
    // Locals, so that the loop keeps them in registers.
    let literalEntries = literals.entries
    let distanceEntries = distances.entries
    var local = self
    var output: [UInt8] = []
    swap(&output, &self.output)
    local.output = []
    defer {
      local.output = output
      self = local
    }
    return try local.decode(input, literalEntries.span, distanceEntries.span, &output)
  }

  private mutating func decode(
    _ input: Span<UInt8>, _ literals: Span<UInt32>, _ distances: Span<UInt32>, _ bytes: inout [UInt8]
  ) throws(ByteFailure) -> Bool {
    let literalMask = UInt64(1) << UInt64(FixedCodes.literalRootBits) - 1
    let distanceMask = UInt64(1) << UInt64(FixedCodes.distanceRootBits) - 1
    let isFinalRoom = bytes.count >= largestOutput
    var output = bytes.mutableSpan
    while true {
      refill(input)
      var entry = literals[Int(truncatingIfNeeded: buffer & literalMask)]
      if entry >> 8 & 0xF == HuffmanTable.Action.link {
        let index = buffer &>> UInt64(FixedCodes.literalRootBits) & FixedCodes.literalLinkMask
        entry = literals[Int(entry >> 16) + Int(truncatingIfNeeded: index)]
      }
      let length = Int(entry & 0xFF)
      guard length <= bufferedBits else { throw .cutOff(at: input.count) }
      let action = entry >> 8 & 0xF
      if action == HuffmanTable.Action.literal {
        guard count < output.count else { return false }
        drop(length)
        output[count] = UInt8(truncatingIfNeeded: entry >> 16)
        count += 1
        continue
      }
      guard action == HuffmanTable.Action.base else {
        guard action == HuffmanTable.Action.endOfBlock else {
          throw .damaged("a code that the block does not define", at: position)
        }
        drop(length)
        return true
      }
      guard count + 258 <= output.count || isFinalRoom else { return false }
      drop(length)
      let extra = Int(entry >> 12 & 0xF)
      let copied = Int(entry >> 16) + Int(truncatingIfNeeded: buffer & (UInt64(1) &<< UInt64(extra) &- 1))
      guard extra <= bufferedBits else { throw .cutOff(at: input.count) }
      drop(extra)
      refill(input)
      entry = distances[Int(truncatingIfNeeded: buffer & distanceMask)]
      if entry >> 8 & 0xF == HuffmanTable.Action.link {
        let index = buffer &>> UInt64(FixedCodes.distanceRootBits) & FixedCodes.distanceLinkMask
        entry = distances[Int(entry >> 16) + Int(truncatingIfNeeded: index)]
      }
      let distanceExtra = Int(entry >> 12 & 0xF)
      let distanceLength = Int(entry & 0xFF)
      guard entry != 0 else { throw .damaged("a code that the block does not define", at: position) }
      guard distanceLength + distanceExtra <= bufferedBits else { throw .cutOff(at: input.count) }
      drop(distanceLength)
      let distance =
        Int(entry >> 16) + Int(truncatingIfNeeded: buffer & (UInt64(1) &<< UInt64(distanceExtra) &- 1))
      drop(distanceExtra)
      guard distance <= count else { throw .damaged("a repeat of bytes before the beginning", at: position) }
      guard count + copied <= output.count else { throw limit.failure(at: position, limit: largestOutput) }
      for index in count..<count + copied { output[index] = output[index - distance] }
      count += copied
    }
  }
}

/// The codes of fixed blocks, and the sizes of all tables.
private enum FixedCodes {
  static let literalRootBits = 11
  static let distanceRootBits = 9
  static let literalLinkMask = UInt64(1) << UInt64(HuffmanTable.longestCode - literalRootBits) - 1
  static let distanceLinkMask = UInt64(1) << UInt64(HuffmanTable.longestCode - distanceRootBits) - 1

  static let literals: HuffmanTable = {
    let lengths = (0..<288).map { symbol -> UInt8 in symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8 }
    guard let table = HuffmanTable(lengths[...], .literalsAndLengths, rootBits: literalRootBits) else {
      preconditionFailure("the fixed code is a prefix code")
    }
    return table
  }()
  static let distances: HuffmanTable = {
    let lengths = [UInt8](repeating: 5, count: 32)
    guard let table = HuffmanTable(lengths[...], .distances, rootBits: distanceRootBits) else {
      preconditionFailure("the fixed code is a prefix code")
    }
    return table
  }()
}
