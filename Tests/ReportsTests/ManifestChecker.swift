import ClusterModel
import Reports

/// What the API server would ask of objects, as far as it concerns a dump: required fields, forms, references.
///
/// Written from the API's reference and blind to how the objects are made.
struct ManifestChecker {
  private(set) var problems: [String] = []
  private var objects: [(kind: String, namespace: String, name: String, value: JSONValue)] = []
  private var seen: Set<String> = []

  static let clusterScoped: Set = [
    "Node", "Namespace", "PriorityClass", "StorageClass", "StorageProfile", "NodeMetrics", "PersistentVolume",
  ]
  static let groups = [
    "Node": "v1", "Namespace": "v1", "Pod": "v1", "PersistentVolumeClaim": "v1",
    "PriorityClass": "scheduling.k8s.io/v1", "StorageClass": "storage.k8s.io/v1",
    "StorageProfile": "cdi.kubevirt.io/v1beta1", "KubeVirt": "kubevirt.io/v1", "VirtualMachine": "kubevirt.io/v1",
    "VirtualMachineInstance": "kubevirt.io/v1", "NodeMetrics": "metrics.k8s.io/v1beta1",
    "PodMetrics": "metrics.k8s.io/v1beta1", "Service": "v1", "PersistentVolume": "v1", "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1", "ReplicationController": "v1",
  ]

  init(_ values: [JSONValue]) {
    for value in values {
      let (kind, metadata) = (value["kind"].text ?? "", value["metadata"])
      objects.append((kind, metadata["namespace"].text ?? "", metadata["name"].text ?? "", value))
    }
    for object in objects {
      let place = "\(object.kind) \(object.namespace)/\(object.name)"
      expect(Self.groups[object.kind] == object.value["apiVersion"].text, "\(place): group")
      expect(seen.insert(place).inserted, "\(place): twice")
      expect(KubernetesName.isSubdomain(object.name), "\(place): name")
      let isGlobal = Self.clusterScoped.contains(object.kind)
      expect(isGlobal == object.namespace.isEmpty, "\(place): namespace")
      expect(isGlobal || KubernetesName.isLabel(object.namespace), "\(place): form of the namespace")
      if !isGlobal, !["default", "kube-system", "kube-public", "kube-node-lease"].contains(object.namespace) {
        expect(has("Namespace", "", object.namespace), "\(place): no Namespace")
      }
      metadata(object.value["metadata"], object.namespace, place)
      switch object.kind {
      case "Node": node(object.value, place)
      case "Pod": pod(object.value, place)
      case "PersistentVolumeClaim": claim(object.value, place)
      case "PersistentVolume": volume(object.value["spec"], place)
      case "Service": labels(object.value["spec"]["selector"], place)
      case "ReplicaSet", "StatefulSet": controller(object.value["spec"], object.value["spec"]["selector"], place)
      case "ReplicationController":
        controller(object.value["spec"], .object([("matchLabels", object.value["spec"]["selector"])]), place)
      case "VirtualMachine":
        expect(object.value["spec"]["runStrategy"].text != nil, "\(place): run strategy")
        labels(object.value["spec"]["template"]["metadata"]["labels"], place)
        instanceSpec(object.value["spec"]["template"]["spec"], object.namespace, place)
      case "VirtualMachineInstance":
        expect(["Running", "Scheduling"].contains(object.value["status"]["phase"].text), "\(place): phase")
        conditions(object.value["status"], place)
        instanceSpec(object.value["spec"], object.namespace, place)
      case "PriorityClass":
        let value = object.value["value"].integer ?? .max
        expect(value <= 1_000_000_000 && value >= Int64(Int32.min), "\(place): value")
      case "StorageClass": expect(object.value["provisioner"].text?.isEmpty == false, "\(place): provisioner")
      default: break
      }
    }
  }

  private func has(_ kind: String, _ namespace: String, _ name: String) -> Bool {
    seen.contains("\(kind) \(namespace)/\(name)")
  }

  private mutating func expect(_ holds: Bool, _ words: @autoclosure () -> String) {
    if !holds { problems.append(words()) }
  }

  private mutating func labels(_ labels: JSONValue, _ place: String) {
    for (key, value) in labels.entries {
      expect(KubernetesName.isKey(key), "\(place): label key '\(key)'")
      expect(value.text.map(KubernetesName.isLabelValue) == true, "\(place): label \(key)")
    }
  }

  private mutating func metadata(_ metadata: JSONValue, _ namespace: String, _ place: String) {
    labels(metadata["labels"], place)
    for (key, value) in metadata["annotations"].entries {
      expect(KubernetesName.isKey(key) && value.text != nil, "\(place): annotation '\(key)'")
    }
    for owner in metadata["ownerReferences"].elements {
      let (kind, name) = (owner["kind"].text ?? "", owner["name"].text ?? "")
      // A controller may be gone.
      guard kind.hasPrefix("VirtualMachine") else {
        expect(Self.groups[kind] == owner["apiVersion"].text && owner["uid"].text != nil, "\(place): owner \(name)")
        continue
      }
      let found = objects.first { $0.kind == kind && $0.namespace == namespace && $0.name == name }
      expect(found != nil && found?.value["metadata"]["uid"].text == owner["uid"].text, "\(place): owner \(name)")
    }
  }

  private mutating func conditions(_ status: JSONValue, _ place: String) {
    for condition in status["conditions"].elements {
      expect(condition["type"].text?.isEmpty == false, "\(place): condition without type")
      expect(["True", "False", "Unknown"].contains(condition["status"].text), "\(place): status of a condition")
      if let reason = condition["reason"].text { expect(!reason.isEmpty, "\(place): empty reason") }
    }
  }

  private mutating func node(_ node: JSONValue, _ place: String) {
    for name in ["cpu", "memory", "pods"] {
      let (part, whole) = (node["status"]["allocatable"][name].amount, node["status"]["capacity"][name].amount)
      expect(part != nil && whole != nil && part! <= whole!, "\(place): \(name)")
    }
    let info = [
      "architecture", "bootID", "containerRuntimeVersion", "kernelVersion", "kubeProxyVersion", "kubeletVersion",
      "machineID", "operatingSystem", "osImage", "systemUUID",
    ]
    for key in info { expect(node["status"]["nodeInfo"][key].text != nil, "\(place): nodeInfo.\(key)") }
    expect(node["status"]["conditions"].elements.contains { $0["type"].text == "Ready" }, "\(place): not ready")
    conditions(node["status"], place)
    for taint in node["spec"]["taints"].elements {
      expect(KubernetesName.isKey(taint["key"].text ?? ""), "\(place): taint key")
      expect(KubernetesName.isLabelValue(taint["value"].text ?? ""), "\(place): taint value")
      expect(["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(taint["effect"].text), "\(place): taint effect")
    }
  }

  private mutating func placement(_ spec: JSONValue, _ place: String) {
    labels(spec["nodeSelector"], place)
    for toleration in spec["tolerations"].elements {
      let (key, value) = (toleration["key"].text ?? "", toleration["value"].text ?? "")
      let exists = toleration["operator"].text == "Exists"
      expect(key.isEmpty ? exists : KubernetesName.isKey(key), "\(place): toleration key")
      expect(exists ? value.isEmpty : KubernetesName.isLabelValue(value), "\(place): toleration value")
    }
    let (required, preferred) = (
      "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
    )
    let nodes = spec["affinity"]["nodeAffinity"]
    if nodes[required] != .null { nodeSelector(nodes[required], place) }
    for preference in nodes[preferred].elements {
      expect((1...100).contains(preference["weight"].integer ?? 0), "\(place): weight")
      nodeTerm(preference["preference"], place)
    }
    for kind in ["podAffinity", "podAntiAffinity"] {
      let terms = spec["affinity"][kind]
      for term in terms[required].elements { podTerm(term, place) }
      for preference in terms[preferred].elements {
        expect((1...100).contains(preference["weight"].integer ?? 0), "\(place): weight")
        podTerm(preference["podAffinityTerm"], place)
      }
    }
    for constraint in spec["topologySpreadConstraints"].elements {
      expect((constraint["maxSkew"].integer ?? 0) > 0, "\(place): skew")
      expect(KubernetesName.isKey(constraint["topologyKey"].text ?? ""), "\(place): topology key")
      let isHard = constraint["whenUnsatisfiable"].text == "DoNotSchedule"
      expect(isHard || constraint["whenUnsatisfiable"].text == "ScheduleAnyway", "\(place): when unsatisfiable")
      expect(isHard || constraint["minDomains"] == .null, "\(place): domains of a soft constraint")
      selector(constraint["labelSelector"], place)
    }
  }

  private mutating func nodeSelector(_ selector: JSONValue, _ place: String) {
    expect(!selector["nodeSelectorTerms"].elements.isEmpty, "\(place): no node selector term")
    for term in selector["nodeSelectorTerms"].elements { nodeTerm(term, place) }
  }

  private mutating func nodeTerm(_ term: JSONValue, _ place: String) {
    expressions(term["matchExpressions"], place)
    for field in term["matchFields"].elements {
      expect(field["key"].text == "metadata.name" && field["values"].elements.count == 1, "\(place): field")
    }
  }

  private mutating func podTerm(_ term: JSONValue, _ place: String) {
    expect(KubernetesName.isKey(term["topologyKey"].text ?? ""), "\(place): topology key")
    selector(term["labelSelector"], place)
    selector(term["namespaceSelector"], place)
    for name in term["namespaces"].elements {
      expect(KubernetesName.isLabel(name.text ?? ""), "\(place): namespace of a term")
    }
  }

  private mutating func selector(_ selector: JSONValue, _ place: String) {
    labels(selector["matchLabels"], place)
    expressions(selector["matchExpressions"], place)
  }

  private mutating func expressions(_ expressions: JSONValue, _ place: String) {
    for expression in expressions.elements {
      let (sign, values) = (expression["operator"].text ?? "", expression["values"].elements.compactMap(\.text))
      expect(KubernetesName.isKey(expression["key"].text ?? ""), "\(place): expression key")
      switch sign {
      case "In", "NotIn": expect(!values.isEmpty, "\(place): values of an expression")
      case "Gt", "Lt": expect(values.count == 1 && Int(values[0]) != nil, "\(place): number of an expression")
      default: expect(["Exists", "DoesNotExist"].contains(sign) && values.isEmpty, "\(place): operator '\(sign)'")
      }
      expect(values.allSatisfy(KubernetesName.isLabelValue), "\(place): value of an expression")
    }
  }

  private mutating func controller(_ spec: JSONValue, _ selector: JSONValue, _ place: String) {
    self.selector(selector, place)
    let labels = spec["template"]["metadata"]["labels"]
    for (key, value) in selector["matchLabels"].entries {
      expect(labels[key].text == value.text, "\(place): template without \(key)")
    }
    expect(!spec["template"]["spec"]["containers"].elements.isEmpty, "\(place): no container")
  }

  private mutating func volume(_ spec: JSONValue, _ place: String) {
    expect(!spec["accessModes"].elements.isEmpty, "\(place): access modes")
    expect((spec["capacity"]["storage"].amount ?? 0) > 0, "\(place): size")
    expect(spec["csi"]["driver"].text != nil && spec["csi"]["volumeHandle"].text != nil, "\(place): source")
    if spec["nodeAffinity"] != .null { nodeSelector(spec["nodeAffinity"]["required"], place) }
    guard let claim = spec["claimRef"]["name"].text else { return }
    expect(has("PersistentVolumeClaim", spec["claimRef"]["namespace"].text ?? "", claim), "\(place): no claim \(claim)")
  }

  private mutating func pod(_ pod: JSONValue, _ place: String) {
    let spec = pod["spec"]
    placement(spec, place)
    let containers = spec["containers"].elements
    expect(!containers.isEmpty, "\(place): no container")
    var total: Int128 = 0
    var hasLimits = false
    for container in containers {
      expect(KubernetesName.isLabel(container["name"].text ?? ""), "\(place): container name")
      expect(container["image"].text?.isEmpty == false, "\(place): no image")
      for (name, request) in container["resources"]["requests"].entries {
        guard let amount = request.amount else { return expect(false, "\(place): request of \(name)") }
        expect(amount >= 0, "\(place): negative request")
        // Others say nothing of its quality.
        if name == "cpu" || name == "memory" { total += amount }
        if let limit = container["resources"]["limits"][name].amount {
          expect(limit >= amount, "\(place): \(name) beyond its limit")
        }
      }
      hasLimits = hasLimits || container["resources"]["limits"].entries.contains { ["cpu", "memory"].contains($0.key) }
      for port in container["ports"].elements {
        let number = port["hostPort"].integer
        expect((1...65_535).contains(number ?? 0) && port["containerPort"].integer == number, "\(place): port")
      }
    }
    for volume in spec["volumes"].elements {
      expect(KubernetesName.isLabel(volume["name"].text ?? ""), "\(place): name of a volume")
      expect(KubernetesName.isSubdomain(volume["persistentVolumeClaim"]["claimName"].text ?? ""), "\(place): claim")
    }
    let quality = total == 0 && !hasLimits ? "BestEffort" : "Burstable"
    expect(pod["status"]["qosClass"].text == quality, "\(place): QoS class")
    if let node = spec["nodeName"].text {
      expect(has("Node", "", node), "\(place): on no Node")
      expect(pod["status"]["phase"].text == "Running", "\(place): phase")
    } else {
      expect(pod["status"]["phase"].text == "Pending", "\(place): phase")
      let condition = pod["status"]["conditions"].elements.first { $0["type"].text == "PodScheduled" }
      expect(condition?["reason"].text == "Unschedulable", "\(place): why it waits")
    }
    priority(spec, place)
  }

  private mutating func priority(_ spec: JSONValue, _ place: String) {
    guard let name = spec["priorityClassName"].text else { return }
    let given: [String: Int64] = ["system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000]
    let value = objects.first { $0.kind == "PriorityClass" && $0.name == name }?.value["value"].integer ?? given[name]
    expect(value != nil, "\(place): no class \(name)")
    if let stated = spec["priority"].integer { expect(stated == value, "\(place): not its class's priority") }
  }

  private mutating func claim(_ claim: JSONValue, _ place: String) {
    let modes = claim["spec"]["accessModes"].elements.compactMap(\.text)
    expect(modes == ["ReadWriteMany"] || modes == ["ReadWriteOnce"], "\(place): access modes")
    expect((claim["spec"]["resources"]["requests"]["storage"].amount ?? 0) > 0, "\(place): size")
    guard let name = claim["spec"]["storageClassName"].text, !name.isEmpty else { return }
    expect(has("StorageClass", "", name), "\(place): no class \(name)")
  }

  private mutating func instanceSpec(_ spec: JSONValue, _ namespace: String, _ place: String) {
    placement(spec, place)
    priority(spec, place)
    let domain = spec["domain"]
    for key in ["cores", "sockets", "threads"] { expect((domain["cpu"][key].integer ?? 0) > 0, "\(place): \(key)") }
    expect((domain["memory"]["guest"].amount ?? 0) > 0, "\(place): guest memory")
    let disks = domain["devices"]["disks"].elements.compactMap { $0["name"].text }
    let volumes = spec["volumes"].elements
    expect(disks == volumes.compactMap { $0["name"].text } && !disks.isEmpty, "\(place): disks and volumes")
    let networks = spec["networks"].elements.compactMap { $0["name"].text }
    let interfaces = domain["devices"]["interfaces"].elements.compactMap { $0["name"].text }
    expect(networks == interfaces, "\(place): networks and interfaces")
    for volume in volumes {
      guard let claim = volume["persistentVolumeClaim"]["claimName"].text else { continue }
      expect(has("PersistentVolumeClaim", namespace, claim), "\(place): no claim \(claim)")
    }
    let resources = domain["resources"]
    if let limit = resources["limits"]["cpu"].amount {
      expect(limit >= resources["requests"]["cpu"].amount ?? .max, "\(place): CPU request beyond its limit")
    }
  }
}

extension JSONValue {
  /// The member of an object; null where there is none.
  subscript(_ key: String) -> JSONValue { entries.first { $0.key == key }?.value ?? .null }

  var entries: [(key: String, value: JSONValue)] {
    if case .members(let members) = self { members.map { ($0.key, $0.value) } } else { [] }
  }

  var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  /// A quantity in billionths.
  var amount: Int128? { text.flatMap { try? Quantity($0).nanoUnits } }
}
