import ClusterModel

/// Pods that are not machines, and the usage of all pods where it was observed.
extension ManifestWriter {
  static let podImage = "registry.k8s.io/pause:3.10"

  /// Nil for a pod on a node that the cluster does not have: it takes no room here either.
  mutating func otherPod(_ index: Int) -> JSONValue? {
    let pod = inventory.pods[index]
    let namespace = ManifestNames.namespace(pod.namespace)
    guard let node = inventory.node(named: pod.nodeName).map({ names.nodes[$0.index] }) else {
      tally.absentPods += 1
      return nil
    }
    let requests = amounts(pod.terms.extraRequests)
    let priority = Self.priority(of: pod.priority)
    let owner = pod.terms.controller.map { controller in
      let name = ManifestNames.subdomain(controller.name)
      return ManifestOwner(
        apiVersion: Self.apiVersion(ofController: controller.kind), kind: controller.kind, name: name,
        uid: KubernetesName.uid(controller.kind, namespace, name))
    }
    let isEmpty = pod.cpuRequestMillicores == 0 && pod.memoryRequestBytes == 0
    return .manifest(
      "v1", "Pod",
      [
        (
          "metadata",
          metadata(
            names.pods[index], original: pod.name, namespace: namespace, labels: pod.labels,
            uid: KubernetesName.uid("Pod", namespace, names.pods[index]), owner: owner)
        ),
        (
          "spec",
          .object(
            [
              (
                "containers",
                .array([
                  Self.container(
                    "main", image: Self.podImage, cpu: pod.cpuRequestMillicores, memory: pod.memoryRequestBytes,
                    further: requests, ports: pod.terms.hostPorts)
                ])
              ), ("nodeName", .string(node)), ("priority", priority.map { .integer(Int64($0.value)) }),
              ("priorityClassName", priority.map { .string($0.className) }),
              ("volumes", Self.volumes(pod.terms.claimNames)),
            ] + placementRules(pod))
        ),
        (
          "status",
          .object([("phase", .string("Running")), ("qosClass", .string(isEmpty ? "BestEffort" : "Burstable"))])
        ),
      ])
  }

  /// `metrics.k8s.io PodMetrics`: machines first, then other pods.
  mutating func podMetrics() -> [JSONValue] {
    var result: [JSONValue] = []
    for (index, machine) in inventory.machines.enumerated() where machine.isRunning {
      guard let usage = machine.observedUsage else { continue }
      result.append(metrics(names.launchers[index], machine.namespace, container: "compute", usage))
    }
    for (index, pod) in inventory.pods.enumerated() {
      guard let usage = pod.observedUsage, inventory.node(named: pod.nodeName) != nil else { continue }
      result.append(metrics(names.pods[index], pod.namespace, container: "main", usage))
    }
    return result
  }

  private mutating func metrics(
    _ name: String, _ namespace: String, container: String, _ usage: ObservedUsage
  ) -> JSONValue {
    .manifest(
      "metrics.k8s.io/v1beta1", "PodMetrics",
      [
        (
          "containers", .array([.object([("name", .string(container)), ("usage", Self.usage(usage))])])
        ), ("metadata", metadata(name, namespace: ManifestNames.namespace(namespace))),
        ("timestamp", .string(Self.epoch)), ("window", .string("0s")),
      ])
  }
}
