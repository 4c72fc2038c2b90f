import Foundation

/// Names that act where they are written raw: on terminals, in spreadsheets, in pages, in YAML and in shells.
enum HostileNames {
  static let short: [String] = [
    "\u{1B}[31mred\u{1B}[0m", "\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "\u{1B}]52;c;cGF3bmVk\u{7}",
    "\u{9B}31mC1", "<script>alert(1)</script>", "=cmd|'/c calc'!A0", "+1+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1",
    "line\nbreak", "carriage\rreturn", "tab\tbed", "nul\u{0}byte", "rtl\u{202E}exe.txt", "zero\u{200B}width",
    "\u{FEFF}bom", "hangul\u{3164}filler", "q\"u'o\\t|e`s", "---", "- item", "key: value", "!!tag x", "%s%n", "# c",
    "{a: b}", "&anchor", "*alias", "1. x", "~", "null", "1e3", "| a | b |", "[x](http://y)", "www.example.org", " ",
  ]
  static let long = "long" + String(repeating: "name", count: 2500)
  static let all = short + [long]
  /// All of them in one word that no system call refuses.
  static let word = short.joined(separator: "·").replacing("\u{0}", with: "")

  /// Nodes, machines, pods, claims and classes that carry the names wherever the API has a text.
  static func dump(_ names: [String]) -> [String: Any] {
    var items: [[String: Any]] = []
    for (index, name) in names.enumerated() {
      items.append([
        "apiVersion": "v1", "kind": "Node",
        "metadata": ["name": name, "labels": ["topology.kubernetes.io/zone": name, name: name]],
        // Untainted nodes are where evicted machines go.
        "spec": ["taints": index < 8 ? [["key": name, "value": name, "effect": "PreferNoSchedule"]] : []],
        "status": ["allocatable": ["cpu": "16", "memory": "64Gi", "pods": "250"]],
      ])
      for (suffix, isLive) in [("", true), ("2", false)] {
        let condition = ["type": "LiveMigratable", "status": isLive ? "True" : "False", "reason": name]
        let volume = ["name": name, "persistentVolumeClaim": ["claimName": name]] as [String: Any]
        items.append([
          "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance",
          "metadata": ["name": name + suffix, "namespace": name, "labels": [name: name]],
          "spec": [
            "domain": ["cpu": ["cores": 4], "memory": ["guest": "8Gi"]], "volumes": [volume],
            "evictionStrategy": "LiveMigrate",
          ],
          "status": [
            "phase": "Running", "nodeName": names[index / 6], "conditions": [condition],
          ],
        ])
      }
      items.append([
        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": name, "namespace": name],
        "spec": ["nodeName": index % 2 == 0 ? name : "absent" + name, "containers": [["name": name]]],
        "status": ["phase": "Running"],
      ])
      items.append([
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": ["name": name, "namespace": name],
        "spec": ["accessModes": ["ReadWriteMany"], "storageClassName": name],
      ])
      items.append(["apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": ["name": name]])
      items.append(["apiVersion": name + "/v1", "kind": name, "metadata": ["name": name]])
    }
    return ["apiVersion": "v1", "kind": "List", "items": items]
  }

  static let labels = [0, 1, 3, 4, 5, 7, 9].map { short[$0] } + ["- item", "1. x", "| a | b |", long]

  static var scenario: [String: Any] {
    let low = ["cpu": 10, "memory": 10]
    let high = ["cpu": 15, "memory": 15]
    return [
      "apiVersion": "headroom/v1", "kind": "Scenario", "metadata": ["name": short.joined(separator: " ")],
      "cluster": ["snapshot": "dump.json"], "horizon": "1h", "replications": 2,
      "balancers": ["none"]
        + labels.map {
          ["name": "low-node-utilization", "label": $0, "every": "10m", "thresholds": low, "targetThresholds": high]
            as [String: Any]
        }, "expect": ["skew.cpu.stddev.mean <= 90%"],
    ]
  }

  /// JSON in ASCII, everything else escaped.
  static func json(_ object: Any) throws -> String {
    let data = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
    return String(decoding: data, as: UTF8.self).unicodeScalars.map { scalar in
      if scalar.value >= 0x20, scalar.value < 0x7F { return String(scalar) }
      return UTF16.encode(scalar)?.map { "\\u" + String(0x10000 + Int($0), radix: 16).dropFirst() }.joined() ?? ""
    }.joined()
  }
}
