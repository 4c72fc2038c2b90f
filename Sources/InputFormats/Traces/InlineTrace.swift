import EventKernel
import SimulationEngine

/// Traces written into a scenario: shares to their last digit.
extension Field {
  func inlineTrace() -> UsageTrace? {
    typealias Keys = InlineTraceKeys
    guard var mapping = mapping(Keys.section, "'\(name)'") else { return nil }
    let (title, step) = (mapping.value(Keys.name), mapping.value(Keys.step))
    let rowsField = mapping.field(Keys.rows)
    let rows = rowsField?.value(Keys.rows)?.compactMap { $0.inlineRow() }
    mapping.finish()
    guard let title, let step, let rows, let rowsField, let first = rows.first else {
      if rows?.isEmpty == true { rowsField?.fail(.badTraceShape, "the trace has no rows") }
      return nil
    }
    let width = first.cpu.count
    if let odd = rows.first(where: { $0.cpu.count != width || ($0.memory?.count ?? width) != width }) {
      rowsField.fail(
        .badTraceShape, "the rows of the trace differ in length: '\(odd.machine)' has not \(width) samples")
      return nil
    }
    var trace = UsageTrace(
      name: title, step: step, machineNames: rows.map(\.machine), cpuShares: rows.flatMap(\.cpu),
      samplesPerMachine: width)
    let memory = rows.compactMap(\.memory)
    if memory.count == rows.count { trace.memoryShares = memory.flatMap { $0 } }
    if !memory.isEmpty, memory.count < rows.count {
      rowsField.fail(.badTraceShape, "some rows of the trace have memory and some have none")
    }
    return trace
  }

  private func inlineRow() -> (machine: String, cpu: [Float], memory: [Float]?)? {
    typealias Keys = InlineTraceRowKeys
    guard var mapping = mapping(Keys.section, "'\(name)'") else { return nil }
    let (machine, cpu, memory) = (mapping.value(Keys.machine), mapping.value(Keys.cpu), mapping.value(Keys.memory))
    mapping.finish()
    guard let machine, let cpu else { return nil }
    return (machine, cpu, memory)
  }

  /// Numbers from 0 to 1.
  func shares() -> [Float]? {
    value { node in
      guard node.kind == .sequence else {
        session.wrongType(node, name, "a list")
        return nil
      }
      var shares: [Float] = []
      for element in node.elements {
        guard let value = element.float, (0...1).contains(value) else {
          session.wrongType(element, name, "numbers from 0 to 1")
          return nil
        }
        shares.append(value)
      }
      return shares
    }
  }
}

extension SyntaxNode {
  /// The number nearest to the text; nil for what is no number.
  ///
  /// Up to 2^53 and 22 decimals go through a double in one step: its nearest float is that of the text too, unless the
  /// double is halfway between two floats.
  fileprivate var float: Float? {
    guard kind == .float || kind == .integer else { return nil }
    let quick = tree.withText(index) { text -> Float? in
      guard text.count < 17, let value = DecimalText.value(text, 0, text.count, isCommaSeparated: true),
        value.bitPattern & 0x1FFF_FFFF != 0x1000_0000
      else { return nil }
      return Float(value)
    }
    return quick ?? text.flatMap { Float($0) }
  }
}

extension UsageTrace {
  /// As `inlineTrace` reads it.
  var document: DocumentValue {
    let rows = machineNames.indices.map { row -> DocumentValue in
      let range = row * samplesPerMachine..<(row + 1) * samplesPerMachine
      func list(_ shares: [Float]) -> DocumentValue { .list(shares[range].map { .literal(ExactAmount.number($0)) }) }
      return .mapping([
        (InlineTraceRowKeys.machine.name, .text(machineNames[row])), (InlineTraceRowKeys.cpu.name, list(cpuShares)),
        (InlineTraceRowKeys.memory.name, memoryShares.isEmpty ? nil : list(memoryShares)),
      ])
    }
    return .mapping([
      (InlineTraceKeys.name.name, .text(name)),
      (InlineTraceKeys.step.name, .text(ExactAmount.duration(microseconds: step.microseconds))),
      (InlineTraceKeys.rows.name, .list(rows)),
    ])
  }
}
