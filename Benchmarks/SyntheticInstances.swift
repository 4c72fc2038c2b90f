import EventKernel

/// Running virtual machines as a cluster dumps them, no two alike: 1 to 4 disks, own labels, conditions, guest facts.
///
/// Shape and proportions follow dumps of KubeVirt clusters: most of the bytes are status, owner references and, where
/// wanted, `managedFields`; one machine in twenty waits for a node, one in ten has no shared disks.
struct SyntheticInstances {
  let form: ObjectWriter.Form
  let hasManagedFields: Bool
  var random = RandomStream(seed: 11, replication: 0, purpose: .durations)
  private(set) var count = 0

  init(form: ObjectWriter.Form, hasManagedFields: Bool) {
    self.form = form
    self.hasManagedFields = hasManagedFields
  }

  /// The nodes that machines may name.
  static let nodeNames = (0..<200).map { "worker-\($0).cluster-a.example.com" }

  /// A `List` of at least this many bytes.
  mutating func dump(bytes wanted: Int) -> [UInt8] {
    var writer = ObjectWriter(form, capacity: wanted + 65_536)
    writer.mapping { writer in
      writer.text("apiVersion", "v1")
      writer.list("items") { writer in
        while writer.bytes.count < wanted { writer.mapping { instance(&$0) } }
      }
      writer.text("kind", "List")
      writer.mapping("metadata") { $0.text("resourceVersion", "") }
    }
    return writer.bytes
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[random.uniform(below: elements.count)] }

  mutating func hexadecimalDigits(_ count: Int) -> String {
    let digits = hexadecimal(random.next())
    return String(digits.suffix(count))
  }

  mutating func uid() -> String {
    [8, 4, 4, 4, 12].map { hexadecimalDigits($0) }.joined(separator: "-")
  }

  mutating func time(day: Int) -> String {
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let (hour, minute, second) = (random.uniform(below: 24), random.uniform(below: 60), random.uniform(below: 60))
    return "2026-03-\(two(day))T\(two(hour)):\(two(minute)):\(two(second))Z"
  }

  /// What several parts of one object repeat.
  struct Facts {
    var name: String
    var namespace: String
    var application: String
    var disks: [(name: String, claim: String, isShared: Bool)]
    var node: String?
    var cores: Int
    var memory: String
    var interfaces: Int
    var started: String
    var isLive: Bool
  }

  private mutating func facts() -> Facts {
    count += 1
    let application = pick([
      "billing", "crm", "erp", "mail", "postgres", "sap-hana", "jenkins", "win-ad", "kafka", "web",
    ])
    let name = "\(application)-\(pick(["prod", "test", "dr", "stage"]))-\(count)"
    let isShared = random.uniform() < 0.9
    let disks = (0...random.uniform(below: 4)).map { position in
      (position == 0 ? "rootdisk" : "data-\(position)", "\(name)-disk-\(position)", isShared)
    }
    return Facts(
      name: name, namespace: "team-\(random.uniform(below: 40))-\(application)", application: application, disks: disks,
      node: random.uniform() < 0.05 ? nil : pick(Self.nodeNames), cores: pick([1, 2, 2, 4, 4, 8, 16]),
      memory: pick(["2Gi", "4Gi", "8Gi", "16Gi", "3996Mi", "32Gi"]), interfaces: 1 + random.uniform(below: 2),
      started: time(day: 1 + random.uniform(below: 9)), isLive: isShared)
  }

  private mutating func instance(_ writer: inout ObjectWriter) {
    let facts = facts()
    writer.text("apiVersion", "kubevirt.io/v1")
    writer.text("kind", "VirtualMachineInstance")
    writer.mapping("metadata") { metadata(&$0, facts) }
    writer.mapping("spec") { spec(&$0, facts) }
    writer.mapping("status") { status(&$0, facts) }
  }

  private mutating func metadata(_ writer: inout ObjectWriter, _ facts: Facts) {
    writer.mapping("annotations") { writer in
      writer.text("kubevirt.io/cluster-instancetype-name", "u1.\(pick(["small", "medium", "large"]))")
      writer.text("kubevirt.io/latest-observed-api-version", "v1")
      writer.text("kubevirt.io/storage-observed-api-version", "v1")
      writer.text("kubevirt.io/vm-generation", "\(1 + random.uniform(below: 30))")
      if random.uniform() < 0.3 { writer.text("vm.kubevirt.io/workload", pick(["server", "desktop"])) }
      if random.uniform() < 0.2 { writer.text("example.com/owner", "\(facts.application) team, Zürich") }
    }
    writer.text("creationTimestamp", facts.started)
    writer.list("finalizers", of: ["kubevirt.io/virtualMachineControllerFinalize", "foregroundDeleteVirtualMachine"])
    writer.number("generation", 8 + random.uniform(below: 40))
    writer.mapping("labels") { writer in
      writer.text("app", facts.application)
      writer.text("kubevirt.io/domain", facts.name)
      if let node = facts.node { writer.text("kubevirt.io/nodeName", node) }
      writer.text("kubevirt.io/size", pick(["small", "medium", "large"]))
      if random.uniform() < 0.5 { writer.text("network.kubevirt.io/headlessService", "headless") }
      if random.uniform() < 0.3 { writer.text("cost-center", "\(1000 + random.uniform(below: 9000))") }
    }
    if hasManagedFields { managedFields(&writer, facts) }
    writer.text("name", facts.name)
    writer.text("namespace", facts.namespace)
    writer.list("ownerReferences") { writer in
      writer.mapping { writer in
        writer.text("apiVersion", "kubevirt.io/v1")
        writer.flag("blockOwnerDeletion", true)
        writer.flag("controller", true)
        writer.text("kind", "VirtualMachine")
        writer.text("name", facts.name)
        writer.text("uid", uid())
      }
    }
    writer.text("resourceVersion", "\(100_000 + random.uniform(below: 90_000_000))")
    writer.text("uid", uid())
  }

  private mutating func managedFields(_ writer: inout ObjectWriter, _ facts: Facts) {
    let managers = [
      (
        "virt-controller", "f:metadata",
        ["f:annotations", "f:finalizers", "f:labels", "f:ownerReferences", "f:generation"]
      ),
      ("virt-handler", "f:status", ["f:conditions", "f:guestOSInfo", "f:interfaces", "f:phase", "f:volumeStatus"]),
      ("virt-controller", "f:spec", ["f:architecture", "f:domain", "f:evictionStrategy", "f:networks", "f:volumes"]),
    ]
    writer.list("managedFields") { writer in
      for (manager, part, fields) in managers {
        writer.mapping { writer in
          writer.text("apiVersion", "kubevirt.io/v1")
          writer.text("fieldsType", "FieldsV1")
          writer.mapping("fieldsV1") { writer in
            writer.mapping(part) { writer in
              for field in fields {
                writer.mapping(field) { writer in
                  writer.empty(".")
                  for disk in facts.disks {
                    writer.mapping("k:{\"name\":\"\(disk.name)\"}") { writer in
                      writer.empty(".")
                      writer.empty("f:name")
                      writer.empty("f:target")
                    }
                  }
                }
              }
            }
          }
          writer.text("manager", manager)
          writer.text("operation", "Update")
          writer.text("time", time(day: 10))
        }
      }
    }
  }
}
