import Foundation
import Testing

@Suite struct FolderTests {
  /// A tree as `oc adm must-gather` leaves it, with logs, a page, and links that lead back.
  private func tree() throws -> (owner: TemporaryFolder, path: String) {
    let folder = try TemporaryFolder()
    let files = [
      "cluster-scoped-resources/core/nodes/w1.yaml":
        "---\napiVersion: v1\nkind: Node\nmetadata: { name: w1 }\nstatus: { allocatable: { cpu: 8, memory: 32Gi } }\n",
      "namespaces/ns/kubevirt.io/virtualmachineinstances/a.yaml": """
      apiVersion: kubevirt.io/v1
      kind: VirtualMachineInstance
      metadata: { name: a, namespace: ns }
      spec: { domain: { cpu: { cores: 2 }, memory: { guest: 4Gi } } }
      status: { phase: Running, nodeName: w1 }
      """,
      "namespaces/ns/core/pods.yaml": "apiVersion: v1\nkind: PodList\nitems: []\n",
      "namespaces/ns/pods/p/c/logs/current.log": "{ not: [ yaml\n", "event-filter.html": "<html></html>",
      "timestamp": "now\n", ".hidden.yaml": "{",
    ]
    for (name, text) in files {
      let path = folder.path + "/mg/" + name
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/mg/namespaces/loop", withDestinationPath: folder.path + "/mg")
    return (folder, folder.path + "/mg")
  }

  @Test func `a must-gather tree is one dump`() throws {
    let (owner, path) = try tree()
    let answer = try Program.run(["validate", path])
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(answer.output.contains("(1 Node, 1 VirtualMachineInstance)"), "\(answer.output)")
    #expect(answer.errors.contains("skipped 3 × file: no data by its name"), "\(answer.errors)")
    #expect(answer.errors.contains("skipped 1 × file: hidden"))
    _ = owner
  }

  @Test func `a scenario names a folder and a folder runs as it is`() throws {
    let (owner, path) = try tree()
    let scenario = try owner.file(
      "s.yaml", "apiVersion: headroom/v1\nkind: Scenario\ncluster: { snapshot: mg }\nhorizon: 1h\nreplications: 1\n")
    let named = try Program.run(["run", scenario, "--balancer", "none"])
    #expect(named.status == 0, "\(named.errors)")
    let bare = try Program.run(["run", path, "--horizon", "1h", "--replications", "1", "--balancer", "none"])
    #expect(bare.status == 0, "\(bare.errors)")
    _ = path
  }

  @Test func `a broken file in a folder is refused with its place and an empty folder says so`() throws {
    let (owner, path) = try tree()
    try Data("kind: Node\nmetadata: [\n".utf8).write(to: URL(fileURLWithPath: path + "/bad.yaml"))
    let broken = try Program.run(["validate", path])
    #expect(broken.status == 2 && broken.errors.contains("bad.yaml:2:"), "\(broken.errors)")
    let empty = try TemporaryFolder()
    let answer = try Program.run(["run", empty.path])
    #expect(answer.status != 0 && answer.errors.contains("holds no objects"), "\(answer.errors)")
    _ = owner
  }
}
