import Foundation
package import Testing

/// Reference data that lives outside the package: suites, recorded cluster dumps, published rows.
///
/// The folder is named by `HEADROOM_REFERENCE_DATA`; without it, `../shared/data` beside the package is tried.
package enum ReferenceData {
  /// The words a test shows when it skips because a file is absent.
  package static let absent: Comment = "reference data is absent: set HEADROOM_REFERENCE_DATA to its folder"

  /// The full path of a file or folder of the reference data; nil when it is not there.
  package static func path(_ relative: String) -> String? {
    let root =
      ProcessInfo.processInfo.environment["HEADROOM_REFERENCE_DATA"]
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("../shared/data").path
    let path = root + "/" + relative
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}
