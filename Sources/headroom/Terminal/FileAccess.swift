import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads inputs and writes answers; the only place that touches files.
enum FileAccess {
  /// The whole file, or standard input for `-`.
  static func read(_ path: String) throws(ProgramError) -> [UInt8] {
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY)
    guard descriptor >= 0 else { throw failure("cannot read", path) }
    defer { if path != "-" { _ = close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = systemRead(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("cannot read", path)
      }
      bytes += chunk[..<count]
    }
  }

  /// Fails where `write` would fail to begin; leaves no trace.
  static func checkWritable(_ path: String) throws(ProgramError) {
    var existing = stat()
    if stat(path, &existing) == 0, existing.st_mode & S_IFMT != S_IFREG {
      if existing.st_mode & S_IFMT == S_IFIFO { return }
      let descriptor = open(path, O_WRONLY)
      guard descriptor >= 0 else { throw failure("cannot write", path) }
      _ = close(descriptor)
      return
    }
    let temporary = "\(resolved(path)).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o666)
    guard descriptor >= 0 else { throw failure("cannot write", path) }
    _ = close(descriptor)
    _ = unlink(temporary)
  }

  /// Whether two paths lead to one file.
  static func isSame(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    guard stat(a, &first) == 0, stat(b, &second) == 0, first.st_mode & S_IFMT == S_IFREG else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// To a file that appears only when complete, or to standard output for nil and `-`.
  static func write(_ text: String, to path: String?) throws(ProgramError) {
    guard let path, path != "-" else { return try write(text, descriptor: 1, name: "standard output") }
    var existing = stat()
    if stat(path, &existing) == 0, existing.st_mode & S_IFMT != S_IFREG {
      // A device or a pipe: nothing to rename.
      let descriptor = open(path, O_WRONLY)
      guard descriptor >= 0 else { throw failure("cannot write", path) }
      defer { _ = close(descriptor) }
      return try write(text, descriptor: descriptor, name: path)
    }
    let target = resolved(path)
    let temporary = "\(target).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o666)
    guard descriptor >= 0 else { throw failure("cannot write", path) }
    do throws(ProgramError) {
      try write(text, descriptor: descriptor, name: path)
    } catch {
      _ = close(descriptor)
      _ = unlink(temporary)
      throw error
    }
    guard close(descriptor) == 0, rename(temporary, target) == 0 else {
      let error = failure("cannot write", path)
      _ = unlink(temporary)
      throw error
    }
  }

  /// Why a file cannot be read, without its name.
  static func reason(_ error: ProgramError) -> String {
    guard case .file(let text) = error, let colon = text.lastIndex(of: ":") else { return "\(error)" }
    return String(text[colon...].dropFirst(2))
  }

  /// Talk: never fails the command.
  static func writeToStandardError(_ text: String) {
    _ = try? write(text, descriptor: 2, name: "standard error")
  }

  private static func write(_ text: String, descriptor: Int32, name: String) throws(ProgramError) {
    let bytes = ContiguousArray(text.utf8)
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress! + start, $0.count - start) }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { throw .brokenPipe }
        throw failure("cannot write", name)
      }
      start += count
    }
  }

  /// Where a symbolic link leads, so that the link survives the renaming.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func failure(_ what: String, _ path: String) -> ProgramError {
    .file("\(what) '\(TerminalText.shown(path))': \(String(cString: strerror(errno)))")
  }

  private static func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8], _ count: Int) -> Int {
    buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, min(count, $0.count)) }
  }

  private static func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, start, count)
  }

  private static func read(_ descriptor: Int32, _ start: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, start, count)
    #elseif canImport(Musl)
      Musl.read(descriptor, start, count)
    #else
      Darwin.read(descriptor, start, count)
    #endif
  }

  private static func write(_ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, start, count)
    #elseif canImport(Musl)
      Musl.write(descriptor, start, count)
    #else
      Darwin.write(descriptor, start, count)
    #endif
  }
}
