/// Diagnostics as text, all at once, in the manner compilers taught people to read.
package enum DiagnosticRenderer {
  package static func render(_ diagnostics: [Diagnostic], limit: Int = 20, color: Bool) -> String { "" }
}
