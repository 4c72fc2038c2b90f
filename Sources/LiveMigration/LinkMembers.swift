/// Which flows cross each link, link by link in one array.
///
/// Every link has a block of the array with room to grow; a block that is full moves to the end with twice the room,
/// and the array is packed when more than half of it is left behind. The order within a link depends only on the
/// operations so far.
/// - Complexity: `insert` and `remove` cost O(1) on average.
struct LinkMembers: Sendable {
  /// A flow on a link, with all that decides how much it can take there.
  struct Member: BitwiseCopyable, Sendable {
    var capBytesPerSecond = 0.0
    var flow: Int32 = -1
    /// Its next link; 0 where it has none. Most flows have two links.
    var other: Int32 = 0
    /// Its links beyond two.
    var further = SIMD4<Int32>(repeating: 0)
    var hasFurther: Bool { further != SIMD4(repeating: 0) }
  }

  private struct Block: BitwiseCopyable, Sendable {
    var start = 0
    var count = 0
    var room = 0
  }

  private(set) var members: [Member] = []
  private var blocks: [Block] = []
  private var abandoned = 0

  /// Positions of a link's flows in `members`.
  func range(_ link: Int) -> Range<Int> { blocks[link].start..<blocks[link].start + blocks[link].count }

  mutating func addLink() { blocks.append(Block()) }

  /// Returns the member's position within the link.
  mutating func insert(_ member: Member, in link: Int) -> Int {
    if blocks[link].count == blocks[link].room { grow(link) }
    let slot = blocks[link].count
    members[blocks[link].start + slot] = member
    blocks[link].count += 1
    return slot
  }

  /// Takes out a member; the last one of the link takes its place and is returned, unless it was the last itself.
  mutating func remove(slot: Int, of link: Int) -> Member? {
    blocks[link].count -= 1
    let (start, last) = (blocks[link].start, blocks[link].count)
    guard slot != last else { return nil }
    members[start + slot] = members[start + last]
    return members[start + slot]
  }

  mutating func setCap(_ bytesPerSecond: Double, slot: Int, of link: Int) {
    members[blocks[link].start + slot].capBytesPerSecond = bytesPerSecond
  }

  private mutating func grow(_ link: Int) {
    if abandoned > 64, abandoned > members.count / 2 { pack() }
    let old = blocks[link]
    let room = max(4, 2 * old.room)
    let start = members.count
    for i in 0..<old.count { members.append(members[old.start + i]) }
    members.append(contentsOf: repeatElement(Member(), count: room - old.count))
    blocks[link] = Block(start: start, count: old.count, room: room)
    abandoned += old.room
  }

  private mutating func pack() {
    var packed: [Member] = []
    packed.reserveCapacity(members.count)
    for link in blocks.indices {
      let block = blocks[link]
      blocks[link].start = packed.count
      packed.append(contentsOf: members[block.start..<block.start + block.room])
    }
    members = packed
    abandoned = 0
  }
}
