import Foundation
import Fuzzing
import Testing

/// Inputs that libFuzzer found to reach every branch it could, and every input that once broke a reader.
struct FuzzCorpusTests {
  static func files(_ reader: FuzzedReader) throws -> [URL] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let folder = tests.appendingPathComponent("Fuzzing/Corpus/\(reader.rawValue)")
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
  }

  @Test(arguments: FuzzedReader.allCases)
  func `every input of the corpus ends in a value or a diagnostic, and values survive writing`(
    reader: FuzzedReader
  ) throws {
    let files = try Self.files(reader)
    #expect(!files.isEmpty)
    for file in files { reader.read(Array(try Data(contentsOf: file))) }
  }
}
