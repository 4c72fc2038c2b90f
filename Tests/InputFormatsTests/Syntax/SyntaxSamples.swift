import InputFormats

/// Short ways to read text in tests.
enum SyntaxSamples {
  static func read(
    _ text: String, path: String = "sample.yaml", skipping rules: SkipRules = .none
  ) -> (documents: [SyntaxDocument], diagnostics: [Diagnostic]) {
    SyntaxReader.read(SourceFile(path: path, bytes: Array(text.utf8)), skipping: rules)
  }

  /// Every document as JSON, or the errors.
  static func json(_ text: String, path: String = "sample.yaml") -> [String] {
    let result = read(text, path: path)
    let errors = result.diagnostics.filter { $0.severity == .error }
    if !errors.isEmpty { return errors.map { "error: \($0.message)" } }
    return result.documents.map { SyntaxWriter.json($0.root) }
  }

  /// The first error's message, line and column.
  static func error(_ text: String, path: String = "sample.yaml") -> String {
    guard let first = read(text, path: path).diagnostics.first(where: { $0.severity == .error }) else { return "none" }
    let position = first.position ?? (0, 0)
    return "\(position.line):\(position.column) \(first.message)"
  }

  static let machine = """
    # a machine
    apiVersion: kubevirt.io/v1
    kind: "VirtualMachineInstance"
    metadata: {name: vm1, labels: {'a.b/c': "d\\te", e: [1, 2.5, ~]}}
    spec:
      domain: &domain
        cpu:
          cores: 0x10
        script: |
          #!/bin/sh
            echo hi

      folded: >-
        one
        two

        three
      copy: *domain
      volumes:
      - name: a
        size: 10Gi
      -
        - b
        - ? complex
          : key
    ---
    <<: {a: 1}
    "quoted \\u00e9": 'it''s'
    ...
    %YAML 1.2
    --- !!str 12

    """

  static let node = """
    {"kind":"Node","metadata":{"name":"w1","labels":{"a":"b\\n\\ud83d\\ude00"}},\r
     "status": {"allocatable": {"cpu": "16", "memory": -1.5e+3, "x": [true, false, null, 0, []]}}}
    {"kind": "Second", "empty": {}}

    """
}

/// A small generator for tests whose every failure names a seed (SplitMix64).
struct TestRandom {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
