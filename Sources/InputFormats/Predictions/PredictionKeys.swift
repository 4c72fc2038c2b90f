import LiveMigration

/// A line of `headroom predict --cases`: one migration, in plain units.
enum PredictionKeys {
  static let id = Key.text("id", example: "a", "what the answer is called").required(help: "add \"id\":\"a\"")
  static let memoryBytes = Key.number("memoryBytes", in: 0...most, "the guest's memory, in bytes")
    .required(help: "add \"memoryBytes\":1073741824")
  static let usedBytes = Key.number(
    "usedBytes", in: 0...most, "memory that is not zeroes, in bytes"
  ).required(help: "add \"usedBytes\", at most memoryBytes")
  static let dirty = Key.list(
    "dirty", of: .section(DirtyClassKeys.section), "what the guest writes, at most four sets, at rising addresses"
  ).required(help: "add \"dirty\":[] for a guest that writes nothing")
  static let burst = Key.section("burst", BurstKeys.section, "writes only in bursts of this length")
  static let cpuBound = Key.boolean("cpuBound", default: false, "whether throttling slows the writes")
  static let bandwidthBytesPerSecond = Key.number(
    "bandwidthBytesPerSecond", in: 0...most, "the migration's cap, which paces its rounds; 0 is none"
  ).required(help: "add \"bandwidthBytesPerSecond\":0 for a migration without a cap")
  static let downtimeLimitSeconds = Key.number(
    "downtimeLimitSeconds", in: 0.001...2000, "QEMU's limit of the last copy"
  ).required(help: "add \"downtimeLimitSeconds\":0.3, which is QEMU's default")
  static let linkBytesPerSecond = Key.number(
    "linkBytesPerSecond", in: 1...most, "payload that the link carries; where absent only the host limits")
  static let completionTimeoutSeconds = Key.number(
    "completionTimeoutSeconds", in: 0...1e9, "time after which it is cancelled, or goes on as post-copy; 0 is never"
  ).required(help: "add \"completionTimeoutSeconds\":0 for a migration that is never given up")
  static let progressTimeoutSeconds = Key.number(
    "progressTimeoutSeconds", in: 0...1e9,
    "time without a new minimum of what remains until it is cancelled; 0 is never"
  ).required(help: "add \"progressTimeoutSeconds\":0 for a migration that is never given up")
  static let autoConverge = Key.boolean("autoConverge", default: false, "throttle the guest until it converges")
  static let postCopy = Key.boolean("postCopy", default: false, "switch to post-copy at the completion time-out")
  static let throttle = Key.section("throttle", ThrottleKeys.section, "steps of auto-converge")
  static let link = Key.text("link", example: "rack-1", "a link that it shares with the other cases that name it")
  static let startSeconds = Key.number("startSeconds", in: 0...1e9, default: 0, "when it starts on that link")

  static let section = KeySection(
    id, memoryBytes, usedBytes, dirty, burst, cpuBound, bandwidthBytesPerSecond, downtimeLimitSeconds,
    linkBytesPerSecond, completionTimeoutSeconds, progressTimeoutSeconds, autoConverge, postCopy, throttle, link,
    startSeconds)

  /// An exabyte.
  private static let most = 1e18
}

/// One set of pages in `dirty`.
enum DirtyClassKeys {
  static let setBytes = Key.number("setBytes", in: 0...1e18, "size of the set, in bytes")
    .required(help: "add \"setBytes\":67108864")
  static let writesPerSecond = Key.number("writesPerSecond", in: 0...1e12, "page writes a second, of 4 KiB pages")
    .required(help: "add \"writesPerSecond\":1000")
  static let access = Key<DirtyClass.Access>.choice("access", "the order in which pages are written")
    .required(help: "add \"access\":\"random\"")

  static let section = KeySection(setBytes, writesPerSecond, access)
}

enum BurstKeys {
  static let onSeconds = Key.number("onSeconds", in: 0...1e6, "length of a burst; with 0 it never writes")
    .required(help: "add \"onSeconds\":0.2")
  static let offSeconds = Key.number(
    "offSeconds", in: 0...1e6, "length of the pause after it; with 0 it always writes; not both 0"
  )
  .required(help: "add \"offSeconds\":0.8")

  static let section = KeySection(onSeconds, offSeconds)
}

enum ThrottleKeys {
  static let initialPercent = Key.number(
    "initialPercent", in: 1...99, default: AutoConverge.Settings().initialPercent, "first step")
  static let incrementPercent = Key.number(
    "incrementPercent", in: 1...99, default: AutoConverge.Settings().incrementPercent, "each further step")
  static let maximumPercent = Key.number(
    "maximumPercent", in: 1...99, default: AutoConverge.Settings().maximumPercent, "highest throttle")

  static let section = KeySection(initialPercent, incrementPercent, maximumPercent)
}
