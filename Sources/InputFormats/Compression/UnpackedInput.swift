/// An input as it is read: unpacked where it came as gzip, whatever its name; archives and other forms are refused.
package struct UnpackedInput: Sendable {
  package var file: SourceFile
  /// What is wrong with the compressed form; the file is then of no use when one is an error.
  package var diagnostics: [Diagnostic] = []

  package var isUsable: Bool { !diagnostics.contains { $0.severity == .error } }

  /// The file keeps its path, so that diagnostics name what the user named; their lines count in the unpacked text.
  package init(path: String, bytes: [UInt8]) {
    file = SourceFile(path: path, bytes: bytes)
    defer { refusePackedForms(isUnpacked: Gzip.recognizes(bytes)) }
    guard Gzip.recognizes(bytes) else { return }
    let head = Gzip.head(of: bytes)
    if PackedForm.isTar(head) {
      // However large it is.
      file = SourceFile(path: path, bytes: head)
      return
    }
    do throws(ByteFailure) {
      let unpacked = try Gzip.unpack(bytes)
      file = SourceFile(path: path, bytes: unpacked.bytes)
      if unpacked.ignored > 0 {
        diagnostics.append(
          Diagnostic(
            severity: .warning, code: DiagnosticCode.compressed.rawValue,
            message: "'\(path)': \(unpacked.ignored) bytes after the gzip data are ignored"))
      }
    } catch {
      diagnostics.append(Self.diagnostic(error, path: path))
    }
  }

  private mutating func refusePackedForms(isUnpacked: Bool) {
    guard isUsable, let form = PackedForm(file.bytes, path: file.path, isUnpacked: isUnpacked) else { return }
    diagnostics.append(
      Diagnostic(
        severity: .error, code: form.code.rawValue, message: "'\(file.path)': \(form.name) is not read",
        help: form.help))
  }

  /// Places in compressed bytes have no line, so the message names the byte.
  static func diagnostic(_ failure: ByteFailure, path: String) -> Diagnostic {
    Diagnostic(
      severity: .error, code: DiagnosticCode.compressed.rawValue,
      message: "cannot unpack '\(path)': \(failure.message) (byte \(failure.offset))", help: failure.help)
  }
}
