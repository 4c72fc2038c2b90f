import EventKernel
import Foundation
package import Testing

/// Runs a property over many seeds; a failure names the seed that replays it.
///
/// `HEADROOM_SEED=17 swift test --filter …` runs seed 17 alone.
package enum Seeds {
  /// Stops at the first seed for which `problem` says in words what is wrong.
  package static func each(
    _ count: Int, sourceLocation: SourceLocation = #_sourceLocation, _ problem: (UInt64) throws -> String?
  ) rethrows {
    for seed in chosen(count) {
      if let words = try problem(seed) {
        Issue.record("\(words) (HEADROOM_SEED=\(seed) replays it)", sourceLocation: sourceLocation)
        return
      }
    }
  }

  private static func chosen(_ count: Int) -> [UInt64] {
    if let text = ProcessInfo.processInfo.environment["HEADROOM_SEED"], let seed = UInt64(text) { return [seed] }
    return (0..<UInt64(count)).map { $0 }
  }
}
