import Foundation

private let reader = ProcessInfo.processInfo.environment["HEADROOM_FUZZ"].flatMap(FuzzedReader.init) ?? .yaml

/// What libFuzzer calls for each input; the environment variable `HEADROOM_FUZZ` names the reader.
///
/// ```
/// export HEADROOM_FUZZ=yaml SWIFT_BACKTRACE=enable=no
/// swift build -c release --sanitize=fuzzer -Xswiftc -sanitize=fuzzer,address --product Fuzzing --scratch-path .build/fuzz
/// .build/fuzz/release/Fuzzing -max_total_time=1800 -timeout=25 /tmp/corpus Tests/Fuzzing/Corpus/yaml
/// ```
/// An input that it finds goes into the corpus, where the tests read it again. The two sanitizers are named in one flag
/// because the compiler heeds the last one only.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  reader.read(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
