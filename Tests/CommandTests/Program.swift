import Foundation

/// The built program, run as a user runs it.
enum Program {
  struct Answer {
    var status: Int32
    var output: String
    var errors: String
  }

  /// Beside the test bundle in `.build/<configuration>`.
  static let path: String = {
    let bundle = Bundle.allBundles.map(\.bundlePath).first { $0.hasSuffix(".xctest") }
    let start = bundle ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: start).deletingLastPathComponent().appendingPathComponent("headroom").path
  }()

  static func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    var variables = ["PATH": "/usr/bin:/bin", "COLUMNS": "100"]
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    let folder = try TemporaryFolder()
    let (inputFile, outputFile, errorFile) = (
      try folder.file("in", input), try folder.file("out", ""), try folder.file("err", "")
    )
    let handles = [
      try FileHandle(forReadingFrom: URL(fileURLWithPath: inputFile)),
      try FileHandle(forWritingTo: URL(fileURLWithPath: outputFile)),
      try FileHandle(forWritingTo: URL(fileURLWithPath: errorFile)),
    ]
    process.standardInput = handles[0]
    process.standardOutput = handles[1]
    process.standardError = handles[2]
    try process.run()
    process.waitUntilExit()
    return Answer(
      status: process.terminationStatus, output: try String(contentsOfFile: outputFile, encoding: .utf8),
      errors: try String(contentsOfFile: errorFile, encoding: .utf8))
  }
}

/// A folder that goes away with its owner.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "headroom-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func file(_ name: String, _ text: String) throws -> String {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
