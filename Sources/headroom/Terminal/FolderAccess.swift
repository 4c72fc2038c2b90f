import InputFormats

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Lists folders for inputs that are trees of files.
enum FolderAccess {
  /// What a folder holds; nil for a path that is no folder.
  ///
  /// Links to folders are left out, so that no tree is endless.
  static func list(_ path: String) -> [FileSource.Entry]? {
    guard path != "-", let stream = opendir(path) else { return nil }
    defer { closedir(stream) }
    var entries: [FileSource.Entry] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      var status = stat()
      guard lstat("\(path)/\(name)", &status) == 0 else {
        // Most likely a name that is not UTF-8: whoever reads it says that it cannot be read.
        entries.append(FileSource.Entry(name: name, isFolder: false))
        continue
      }
      let isLink = status.st_mode & S_IFMT == S_IFLNK
      if isLink, stat("\(path)/\(name)", &status) != 0 { continue }
      let kind = status.st_mode & S_IFMT
      if kind == S_IFDIR {
        if !isLink { entries.append(FileSource.Entry(name: name, isFolder: true)) }
      } else if kind == S_IFREG {
        entries.append(FileSource.Entry(name: name, isFolder: false))
      }
    }
    return entries
  }
}
