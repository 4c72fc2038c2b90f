import Foundation

private let reader =
  ProcessInfo.processInfo.environment["HEADROOM_FUZZ"].flatMap(FuzzedReader.init(named:)) ?? .yaml

/// What libFuzzer calls for each input; `HEADROOM_FUZZ` names the reader.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  reader.read(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
