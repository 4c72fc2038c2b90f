import InputFormats
import Glibc

func cpuSeconds() -> Double {
  var u = rusage()
  getrusage(RUSAGE_SELF, &u)
  return Double(u.ru_utime.tv_sec) + Double(u.ru_utime.tv_usec) / 1e6 + Double(u.ru_stime.tv_sec) + Double(u.ru_stime.tv_usec) / 1e6
}
func load(_ path: String) -> [UInt8] {
  guard let f = path == "-" ? stdin : fopen(path, "r") else { return [] }
  var out: [UInt8] = []
  if path != "-" { fseek(f, 0, SEEK_END); out.reserveCapacity(ftell(f)); fseek(f, 0, SEEK_SET) }
  var buf = [UInt8](repeating: 0, count: 1 << 16)
  while true { let n = fread(&buf, 1, buf.count, f); if n <= 0 { break }; out += buf[0..<n] }
  return out
}
var args = Array(CommandLine.arguments.dropFirst())
switch args.first {
case "bench":
  let skip = args.contains("--skip") ? SkipRules(keys: ["managedFields", "images"]) : .none
  let bytes = load(args[1])
  for _ in 0..<3 {
    let a = cpuSeconds()
    let r = SyntaxReader.read(SourceFile(path: args[1], bytes: bytes), skipping: skip)
    let s = cpuSeconds() - a
    let b = cpuSeconds()
    var n = 0
    if let items = r.documents.first?.root["items"] { for item in items.elements { if item["status"]?["nodeName"]?.text != nil, item["metadata"]?["name"]?.text != nil { n += 1 } } }
    var u = rusage(); getrusage(RUSAGE_SELF, &u)
    print(args[1], bytes.count, "read", s, "s", Double(bytes.count) / 1e6 / s, "MB/s", r.diagnostics.count, "diags", n, "items", cpuSeconds() - b, "s walk; peak MiB", u.ru_maxrss / 1024)
  }
case "convert":
  let r = SyntaxReader.read(SourceFile(path: args[1], bytes: load(args[1])))
  let bad = r.diagnostics.contains { $0.severity == .error }
  fputs(DiagnosticRenderer.render(r.diagnostics, color: false), stderr)
  if !bad { if args.contains("yaml") { print(SyntaxWriter.yaml(r.documents.map(\.root)), terminator: "") } else { for d in r.documents { print(SyntaxWriter.json(d.root)) } } }
  exit(bad ? 2 : 0)
default: break
}
