import ClusterModel

/// Node labels that Kubernetes and KubeVirt set by themselves, which launcher pods select nodes by.
///
/// New nodes of a pool beside a dump would carry them too: they get each label that a dumped node has or a dumped machine
/// asks for, so a pool is taken to run, and to take over, every machine. A pool's own labels win.
enum PlatformLabels {
  private static let names: Set<String> = ["kubevirt.io/schedulable", "kubernetes.io/arch", "kubernetes.io/os"]

  static func common(_ nodes: [Node], _ machines: [VirtualMachine]) -> [String: String] {
    var result: [String: String] = [:]
    for labels in machines.map(\.nodeSelector) + nodes.map(\.labels) {
      for (key, value) in labels where isPlatform(key) && value != "false" {
        result[key] = min(result[key] ?? value, value)
      }
    }
    return result
  }

  private static func isPlatform(_ key: String) -> Bool {
    names.contains(key) || key.utf8.firstRange(of: ".node.kubevirt.io/".utf8) != nil
  }
}
