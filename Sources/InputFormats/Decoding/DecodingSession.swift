/// Collects everything that is wrong with inputs while they are decoded; nothing stops at the first problem.
///
/// One session serves one command on one thread. Values are read by the extensions beside this file; each returns nil
/// after it has reported why.
package final class DecodingSession {
  package private(set) var diagnostics: [Diagnostic] = []
  private var errorCount = 0
  /// Which of the overrides met a key; see `Override`.
  var usedOverrides: [Bool] = []
  /// Keeps the states of containers and the images of nodes, which only placement asks for.
  var isForPlacement = false

  package init() {}

  package var hasErrors: Bool { errorCount > 0 }

  package func report(_ diagnostic: Diagnostic) {
    diagnostics.append(diagnostic)
    if diagnostic.severity == .error { errorCount += 1 }
  }

  /// Decodes once more what was decoded before, keeping only what is new.
  /// - Parameter note: stands in the errors among it.
  func withoutRepeating<Result>(note: String, _ body: () -> Result) -> Result {
    let (before, errorsBefore) = (diagnostics, errorCount)
    let result = body()
    let fresh = diagnostics[before.count...].filter { new in
      !before.contains { $0.code == new.code && $0.message == new.message && $0.range == new.range }
    }
    diagnostics = before
    errorCount = errorsBefore
    for var diagnostic in fresh {
      if diagnostic.severity == .error { diagnostic.notes.append(note) }
      report(diagnostic)
    }
    return result
  }

  package func report(_ others: [Diagnostic]) { for diagnostic in others { report(diagnostic) } }

  /// Reports at a value, or at the first character of a collection.
  package func report(
    _ severity: Diagnostic.Severity = .error, _ code: DiagnosticCode, _ message: String, at node: SyntaxNode? = nil,
    label: String = "", notes: [String] = [], help: String? = nil
  ) {
    report(severity, code, message, at: node.map(SourcePlace.init), label: label, notes: notes, help: help)
  }

  /// Reports at a place that was kept when its value was not.
  func report(
    _ severity: Diagnostic.Severity, _ code: DiagnosticCode, _ message: String, at place: SourcePlace?,
    label: String = "", notes: [String] = [], help: String? = nil
  ) {
    report(
      Diagnostic(
        severity: severity, code: code.rawValue, message: message, file: place?.file, range: place?.range,
        label: label, notes: notes, help: help))
  }
}

/// Where diagnostics about a value point: the value, or the first character of a collection.
///
/// Holds no more than the file, so that what was read of an object can be kept and its syntax be let go.
struct SourcePlace: Sendable {
  var file: SourceFile
  var range: SourceRange

  init(_ node: SyntaxNode) {
    file = node.file
    range = node.range
    if !node.isScalar, range.end > range.start { range.end = range.start + 1 }
  }
}

/// The problems that decoding can report; the number never changes its meaning.
package enum DiagnosticCode: String, Sendable {
  // MARK: Any typed value
  case unknownKey = "S001"
  case missingKey = "S002"
  case wrongType = "S003"
  case outOfRange = "S004"
  case unknownChoice = "S005"
  case badUnit = "S006"
  case notYet = "S007"
  case badOverride = "S008"
  // MARK: Scenario
  case notAScenario = "S010"
  case duplicateName = "S011"
  case unknownReference = "S012"
  case contradiction = "S013"
  case unknownBalancer = "S014"
  case badExpression = "S015"
  case unknownMetric = "S016"
  case remark = "S020"
  // MARK: Files
  case unreadableFile = "F001"
  case unknownFormat = "F002"
  case compressed = "F003"
  case notData = "F004"
  case nothingInside = "F005"
  // MARK: Kubernetes objects
  case unknownKind = "K001"
  case unknownVersion = "K002"
  case missingName = "K003"
  case nearMiss = "K004"
  case unusableNode = "K005"
  case unsizedMachine = "K006"
  case absentNode = "K007"
  case negativeUsage = "K008"
  case timeBackwards = "K009"
  case duplicateObject = "K010"
  case emptyList = "K011"
  case notModelled = "K012"
  case skipped = "K013"
  case looseScalar = "K014"
  case oddObject = "K015"
  // MARK: Traces
  case badTraceCell = "T001"
  case badTraceShape = "T002"
  // MARK: Tables and inventories
  case badTable = "I001"
  case badCell = "I002"
}
