#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Processor time of this process so far, user and system.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// The largest resident set so far.
func peakMemoryBytes() -> Int {
  var usage = rusage()
  #if canImport(Darwin)
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss
  #elseif canImport(Musl)
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss * 1024
  #else
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  #endif
}

/// Lets `peakMemoryBytes` count from now on where the system can (Linux); elsewhere it stays that of the whole process.
func resetPeakMemory() {
  #if os(Linux)
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  #endif
}

/// The resident set now; 0 where the system has no `/proc`.
func residentBytes() -> Int {
  guard let fields = textOfFile("/proc/self/statm")?.split(separator: " "), fields.count > 1 else { return 0 }
  return (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// Bytes of the heap in use; 0 where the allocator does not say.
func heapBytes() -> Int {
  #if canImport(Glibc)
    var text: UnsafeMutablePointer<CChar>?
    var count = 0
    guard let file = open_memstream(&text, &count) else { return 0 }
    _ = describeHeap(0, file)
    fclose(file)
    guard let text else { return 0 }
    defer { free(text) }
    let lines = String(cString: text).split(separator: "\n")
    func size(_ start: String) -> Int {
      let line = lines.last { $0.hasPrefix(start) }
      return line?.split(separator: "\"").last(where: { $0.allSatisfy(\.isNumber) }).flatMap { Int($0) } ?? 0
    }
    let free = size("<total type=\"fast\"") + size("<total type=\"rest\"")
    return size("<system type=\"current\"") + size("<total type=\"mmap\"") - free
  #else
    return 0
  #endif
}

/// Gives freed memory back to the system, so that the resident set is what is in use and growth shows.
func returnFreeMemory() {
  #if canImport(Glibc)
    _ = trimHeap(0)
  #endif
}

#if canImport(Glibc)
  // Swift's module of the C library leaves `malloc.h` out.
  @_silgen_name("malloc_trim")
  private func trimHeap(_ padding: Int) -> Int32

  @_silgen_name("malloc_info")
  private func describeHeap(_ options: Int32, _ file: UnsafeMutablePointer<FILE>) -> Int32
#endif

/// The text of a file, or nil when it cannot be read.
func textOfFile(_ path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { break }
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// Writes a line to standard error.
func complain(_ message: String) {
  let bytes = Array((message + "\n").utf8)
  _ = write(2, bytes, bytes.count)
}

/// Writes a line to standard output at once, so that a pipe sees each bench when it is done.
func say(_ line: String) {
  print(line)
  fflush(nil)
}

func exitProcess(_ status: Int32) -> Never { exit(status) }
