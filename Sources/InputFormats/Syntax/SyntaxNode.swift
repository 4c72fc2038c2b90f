/// One value of a document with its place in the source: a cheap handle into the tape.
package struct SyntaxNode: Sendable {
  /// What a value is under the YAML 1.2 core schema, of which JSON is a part.
  package enum Kind: Sendable, Hashable {
    case null, bool, integer, float, string, sequence, mapping
  }

  let tree: SyntaxTree
  let index: Int

  package var kind: Kind {
    switch tree.word(index).kind {
    case TapeKind.null: .null
    case TapeKind.bool: .bool
    case TapeKind.integer: .integer
    case TapeKind.float: .float
    case TapeKind.sequence: .sequence
    case TapeKind.mapping: .mapping
    default: .string
    }
  }

  package var file: SourceFile { tree.file }
  /// The bytes of the value, quotes and brackets included; empty where nothing is written.
  package var range: SourceRange { tree.range(index) }
  /// Whether the value was left out on request (`SkipRules`); it is then an empty null.
  package var isSkipped: Bool { tree.word(index).tag & TapeFlag.skipped != 0 }
  package var isScalar: Bool { tree.word(index).kind <= TapeKind.string }
  /// Whether a scalar is written without quotes and is not a block scalar.
  package var isPlain: Bool { isScalar && tree.word(index).tag & TapeFlag.quoted == 0 }

  /// The decoded text of any scalar: `true`, `0x1F`, `12:30:45`, the content of a string; nil for a collection.
  package var text: String? {
    guard isScalar else { return nil }
    return tree.withText(index) { span in
      String(unsafeUninitializedCapacity: span.count) { target in
        for offset in 0..<span.count { target[offset] = span[offset] }
        return span.count
      }
    }
  }

  package var bool: Bool? {
    guard tree.word(index).kind == TapeKind.bool else { return nil }
    return tree.withText(index) { $0[0] | 0x20 == 0x74 }
  }

  /// The value of an integer; nil for another kind and for one outside the signed 64-bit range.
  package var integer: Int64? {
    guard tree.word(index).kind == TapeKind.integer else { return nil }
    return tree.withText(index) { ScalarResolution.integer($0) }
  }

  /// The value of a float or an integer; nil for another kind and for one too large for a double.
  package var double: Double? {
    guard kind == .float || kind == .integer, let text else { return nil }
    return ScalarResolution.double(text)
  }

  /// The elements of a sequence or the pairs of a mapping; 0 for a scalar.
  package var count: Int {
    let word = tree.word(index)
    guard word.kind == TapeKind.sequence || word.kind == TapeKind.mapping else { return 0 }
    if word.length < TapeWord.maximumLength { return word.length }
    return word.kind == TapeKind.sequence ? elements.reduce(0) { n, _ in n + 1 } : entries.reduce(0) { n, _ in n + 1 }
  }

  /// The value under a key whose text is this, aliases and merges resolved; nil for another kind of node.
  ///
  /// - Complexity: O(keys of the mapping).
  package subscript(_ key: String) -> SyntaxNode? { entry(key)?.value }

  /// The pair under a key, for a diagnostic that points at the key itself.
  package func entry(_ key: String) -> (key: SyntaxNode, value: SyntaxNode)? {
    guard tree.word(index).kind == TapeKind.mapping, let found = tree.find(key.utf8.span, in: index) else { return nil }
    return (SyntaxNode(tree: tree, index: found.key), SyntaxNode(tree: tree, index: found.value))
  }

  /// The elements of a sequence in order; empty for another kind of node.
  package var elements: SyntaxElements {
    let isSequence = tree.word(index).kind == TapeKind.sequence
    return SyntaxElements(
      tree: tree, index: isSequence ? index + 2 : 0, end: isSequence ? tree.next(after: index) : 0)
  }

  /// The pairs of a mapping in input order, merged ones last; empty for another kind of node.
  package var entries: SyntaxEntries {
    let isMapping = tree.word(index).kind == TapeKind.mapping
    return SyntaxEntries(tree: tree, index: isMapping ? index + 2 : 0, end: isMapping ? tree.next(after: index) : 0)
  }
}

/// The elements of a sequence node.
package struct SyntaxElements: Sequence, IteratorProtocol, Sendable {
  let tree: SyntaxTree
  var index: Int
  let end: Int

  package mutating func next() -> SyntaxNode? {
    guard index < end else { return nil }
    let node = tree.element(index)
    index = tree.next(after: index)
    return node
  }
}

/// The pairs of a mapping node.
package struct SyntaxEntries: Sequence, IteratorProtocol, Sendable {
  let tree: SyntaxTree
  var index: Int
  let end: Int

  package mutating func next() -> (key: SyntaxNode, value: SyntaxNode)? {
    while index < end {
      let key = index
      let value = tree.next(after: key)
      index = tree.next(after: value)
      if tree.word(key).kind == TapeKind.merge { continue }
      return (SyntaxNode(tree: tree, index: tree.resolved(key)), SyntaxNode(tree: tree, index: tree.resolved(value)))
    }
    return nil
  }
}

/// One document of a file.
package struct SyntaxDocument: Sendable {
  package var root: SyntaxNode
  /// The place of the document in its file, from 1; documents that are broken are counted too.
  package var number: Int
}
