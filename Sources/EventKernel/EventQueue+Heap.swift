// All pointer work of the queue. Both passes move a hole instead of swapping: one store a level.

extension EventQueue {
  /// Fills the vacant root with the last entry.
  @inlinable
  mutating func closeVacancy() {
    hasVacantRoot = false
    let last = heap.removeLast()
    if !heap.isEmpty { sinkFromRoot(last) }
  }

  /// Puts `entry` at the root's hole and moves it down to its place.
  @inlinable
  mutating func sinkFromRoot(_ entry: Entry) {
    heap.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { Self.sink(entry, from: 0, base, buffer.count) }
    }
  }

  /// Orders all entries.
  /// - Complexity: O(count).
  @inlinable
  mutating func heapify() {
    heap.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, buffer.count > 1 else { return }
      var index = (buffer.count &- 2) / 4
      while index >= 0 {
        Self.sink(base[index], from: index, base, buffer.count)
        index &-= 1
      }
    }
  }

  /// Puts `entry` at the hole at `start` and moves it down to its place.
  @inlinable
  @inline(__always)
  static func sink(_ entry: Entry, from start: Int, _ base: UnsafeMutablePointer<Entry>, _ count: Int) {
    let key = entry.key
    var hole = start
    var child = start &* 4 &+ 1
    while child &+ 3 < count {
      let left = base[child].key <= base[child &+ 1].key ? child : child &+ 1
      let right = base[child &+ 2].key <= base[child &+ 3].key ? child &+ 2 : child &+ 3
      let least = base[left].key <= base[right].key ? left : right
      if key < base[least].key { break }
      base[hole] = base[least]
      hole = least
      child = least &* 4 &+ 1
    }
    if child < count && child &+ 3 >= count {
      var least = child
      var next = child &+ 1
      while next < count {
        if base[next].key < base[least].key { least = next }
        next &+= 1
      }
      if base[least].key < key {
        base[hole] = base[least]
        hole = least
      }
    }
    base[hole] = entry
  }

  /// Moves `entry`, just appended, up to its place.
  @inlinable
  mutating func rise(_ entry: Entry) {
    heap.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let key = entry.key
      var hole = buffer.count &- 1
      while hole > 0 {
        let parent = (hole &- 1) / 4
        if base[parent].key < key { break }
        base[hole] = base[parent]
        hole = parent
      }
      base[hole] = entry
    }
  }
}
