/// Columns of text for a terminal: aligned, never wider than asked, hostile text made harmless.
///
/// Cells are escaped as they come in. Colour is added around padded cells, hence never counts as width.
package struct TerminalTable {
  package enum Alignment: Sendable { case left, right }

  package struct Cell: Sendable {
    var text: String
    var style: TerminalStyle

    package init(_ text: String, style: TerminalStyle = .plain) {
      self.text = TerminalText.escaped(text)
      self.style = style
    }
  }

  package struct Column: Sendable {
    var title: String
    var alignment: Alignment
    /// Narrower than this, the table gives up its width limit instead.
    var leastWidth: Int

    package init(_ title: String, _ alignment: Alignment = .left, leastWidth: Int = 8, mostTitle: Int = 60) {
      self.title = TerminalText.truncated(TerminalText.escaped(title), to: mostTitle)
      self.alignment = alignment
      self.leastWidth = leastWidth
    }
  }

  private enum Row {
    case cells([Cell])
    case heading(String)
  }

  private let columns: [Column]
  private var rows: [Row] = []

  package init(_ columns: [Column]) { self.columns = columns }

  package mutating func add(_ cells: [Cell]) { rows.append(.cells(cells)) }
  package mutating func add(_ cells: [String]) { rows.append(.cells(cells.map { Cell($0) })) }
  /// A line of its own above the rows that follow.
  package mutating func add(heading: String) { rows.append(.heading(TerminalText.escaped(heading))) }

  /// Lines without trailing spaces, each ended by a newline.
  package func text(width: Int, color: Bool) -> String {
    let widths = columnWidths(width)
    var output = ""
    if columns.contains(where: { !$0.title.isEmpty }) {
      output += line(columns.map { Cell(escaped: $0.title, style: .bold) }, widths, color)
    }
    for row in rows {
      switch row {
      case .cells(let cells): output += line(cells, widths, color)
      case .heading(let text):
        output += TerminalStyle.bold.wrap(TerminalText.truncated(text, to: max(width, 8)), color) + "\n"
      }
    }
    return output
  }

  private static let gap = 2

  private func columnWidths(_ limit: Int) -> [Int] {
    var widths = columns.map { TerminalText.width($0.title) }
    for case .cells(let cells) in rows {
      for (index, cell) in cells.enumerated() where index < widths.count {
        widths[index] = max(widths[index], TerminalText.width(cell.text))
      }
    }
    var excess = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) - limit
    while excess > 0 {
      let shrinkable = widths.indices.filter { widths[$0] > columns[$0].leastWidth }
      guard let widest = shrinkable.max(by: { (widths[$0], $1) < (widths[$1], $0) }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ color: Bool) -> String {
    var output = ""
    var pendingSpaces = 0
    for index in columns.indices {
      let cell = index < cells.count ? cells[index] : Cell("")
      let text = TerminalText.truncated(cell.text, to: widths[index])
      let padding = widths[index] - TerminalText.width(text)
      let before = columns[index].alignment == .right ? padding : 0
      pendingSpaces += before + (index > 0 ? Self.gap : 0)
      if !text.isEmpty {
        let content = String(text.reversed().drop { $0 == " " }.reversed())
        output += String(repeating: " ", count: pendingSpaces) + cell.style.wrap(content, color)
        pendingSpaces = text.count - content.count
      }
      pendingSpaces += padding - before
    }
    return output + "\n"
  }
}

extension TerminalTable.Cell {
  fileprivate init(escaped: String, style: TerminalStyle) {
    text = escaped
    self.style = style
  }
}

/// What a stretch of text means; shown by colour where the terminal allows, and never by colour alone.
package enum TerminalStyle: Sendable {
  case plain, bold, good, bad, faint

  package func wrap(_ text: String, _ color: Bool) -> String {
    guard color, !text.isEmpty else { return text }
    return switch self {
    case .plain: text
    case .bold: "\u{1B}[1m\(text)\u{1B}[0m"
    case .good: "\u{1B}[32m\(text)\u{1B}[0m"
    case .bad: "\u{1B}[31m\(text)\u{1B}[0m"
    case .faint: "\u{1B}[2m\(text)\u{1B}[0m"
    }
  }
}
