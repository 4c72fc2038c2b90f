/// Indices 0, 1, 2 … with a key each, the least key first; equal keys in order of the index.
///
/// A binary heap that knows where each index stands, so that a key changes in place.
/// - Complexity: `set` and `remove` cost O(log n), `first` O(1); no allocation once all indices have been seen.
struct LeastKeyHeap: Sendable {
  private struct Item: BitwiseCopyable, Sendable {
    var key: Double
    var index: Int32

    static func < (a: Item, b: Item) -> Bool { a.key != b.key ? a.key < b.key : a.index < b.index }
  }

  private var items: [Item] = []
  /// Position of each index in `items`; −1 where it has no key.
  private var positions: [Int32]

  init(indices: Int = 0) { positions = Array(repeating: -1, count: indices) }

  var isEmpty: Bool { items.isEmpty }

  /// The index with the least key.
  var first: (index: Int, key: Double)? { items.first.map { (Int($0.index), $0.key) } }

  /// The second least key at most; infinity where there is none.
  var keyAfterFirst: Double { min(items.count > 1 ? items[1].key : .infinity, items.count > 2 ? items[2].key : .infinity) }

  func contains(_ index: Int) -> Bool { index < positions.count && positions[index] >= 0 }

  /// Gives an index its key, whether or not it had one.
  mutating func set(_ index: Int, to key: Double) {
    if index >= positions.count {
      positions.append(contentsOf: repeatElement(-1, count: index + 1 - positions.count))
    }
    let item = Item(key: key, index: Int32(index))
    let position = Int(positions[index])
    if position < 0 {
      items.append(item)
      rise(item, from: items.count - 1)
    } else if item < items[position] {
      rise(item, from: position)
    } else {
      sink(item, from: position)
    }
  }

  mutating func remove(_ index: Int) {
    guard contains(index) else { return }
    let position = Int(positions[index])
    positions[index] = -1
    let last = items.removeLast()
    guard position < items.count else { return }
    if last < items[position] { rise(last, from: position) } else { sink(last, from: position) }
  }

  private mutating func rise(_ item: Item, from start: Int) {
    var position = start
    while position > 0 {
      let parent = (position - 1) / 2
      guard item < items[parent] else { break }
      put(items[parent], at: position)
      position = parent
    }
    put(item, at: position)
  }

  private mutating func sink(_ item: Item, from start: Int) {
    var position = start
    while true {
      var child = 2 * position + 1
      guard child < items.count else { break }
      if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
      guard items[child] < item else { break }
      put(items[child], at: position)
      position = child
    }
    put(item, at: position)
  }

  private mutating func put(_ item: Item, at position: Int) {
    items[position] = item
    positions[Int(item.index)] = Int32(truncatingIfNeeded: position)
  }
}
