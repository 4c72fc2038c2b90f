import ClusterModel
import Testing

@testable import InputFormats

struct PlacementReaderTests {
  private func read(_ text: String) -> (cluster: PlacementCluster, session: DecodingSession) {
    let session = DecodingSession()
    let cluster = PlacementInput.read(["c.yaml"], source: TestFiles(files: ["c.yaml": text]).source, session: session)
    return (cluster, session)
  }

  private func quantity(_ text: String) -> Quantity { (try? Quantity(text)) ?? Quantity(nanoUnits: -1) }

  private let nodeText = """
    kind: Node
    apiVersion: v1
    metadata: {name: a, labels: {env: prod}}
    spec: {unschedulable: true, taints: [{key: k, effect: NoSchedule}, {key: odd, effect: Sometimes}]}
    status:
      capacity: {cpu: "9", memory: 9Gi, pods: "9"}
      allocatable: {cpu: 7.5, memory: 1e9, nvidia.com/gpu: 1k, ephemeral-storage: 17179869184000m}
      images: [{names: [a:1], sizeBytes: 5}]

    """

  @Test func `a node is what its allocatable says, quantities in any spelling, and nothing of its capacity`() throws {
    let node = try #require(read(nodeText).cluster.nodes.first)
    #expect(node.allocatable["cpu"] == quantity("7500m") && node.allocatable["memory"] == quantity("1G"))
    #expect(node.allocatable["ephemeral-storage"]?.wholeUnits == 16 << 30 && node.allocatable["pods"] == nil)
    #expect(node.isCordoned && node.taints.map(\.key) == ["k"] && node.labels == ["env": "prod"])
    #expect(node.images == [NodeImage(names: ["a:1"], sizeBytes: 5)])
  }

  @Test func `a pod carries all that the scheduler looks at`() throws {
    let text = """
      kind: Pod
      apiVersion: v1
      metadata: {name: p, namespace: n, deletionTimestamp: "2026-01-01T00:00:00Z", labels: {app: web},
        ownerReferences: [{kind: ReplicaSet, name: r, controller: true}]}
      spec:
        hostNetwork: true
        containers:
        - {name: c, image: i, resources: {limits: {cpu: 2, memory: 1Gi}, requests: {cpu: 1}}, ports: [{containerPort: 80}]}
        initContainers: [{name: s, restartPolicy: Always, resources: {requests: {cpu: 0.1}}}]
        overhead: {cpu: 250m}
        resources: {requests: {memory: 3Gi}, limits: {cpu: 9, hugepages-2Mi: 4Mi}}
        tolerations: [{key: k}, {operator: Exists}, {key: z, operator: Gt}]
        volumes: [{name: v, persistentVolumeClaim: {claimName: disk}}, {name: e, ephemeral: {}}]
        affinity:
          nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
            {matchFields: [{key: metadata.name, operator: In, values: [a]}]}, {}]}}
          podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [
            {weight: 7, podAffinityTerm: {topologyKey: t, labelSelector: null, namespaceSelector: {}}}]}
        topologySpreadConstraints:
        - {maxSkew: 2, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, labelSelector: {}, nodeTaintsPolicy: Honor,
           nodeAffinityPolicy: Ignore, minDomains: 3, matchLabelKeys: [app]}
      status:
        phase: Running
        conditions: [{type: PodResizePending, reason: Infeasible}]
        containerStatuses: [{name: c, resources: {requests: {cpu: 3}}, allocatedResources: {cpu: 2}}]
      """
    let pod = try #require(read(nodeText + "---\n" + text).cluster.pods.first)
    #expect(pod.isTerminating && !pod.isFinished && pod.isResizeInfeasible)
    #expect(
      pod.containers[0].requests == ResourceAmounts([("cpu", quantity("1")), ("memory", quantity("1Gi"))]))
    #expect(pod.containers[0].ports == [HostPort(number: 80)])
    #expect(pod.containers[0].actualRequests?["cpu"] == quantity("3"))
    #expect(pod.initContainers[0].isSidecar && pod.overhead["cpu"] == quantity("0.25"))
    #expect(pod.podRequests.entries.map(\.name) == ["hugepages-2Mi", "memory"], "a container requests cpu")
    #expect(pod.tolerations == [Toleration(key: "k"), Toleration(operator: .exists)])
    #expect(pod.claimNames == ["disk", "p-e"] && pod.controller == ControllerReference(kind: "ReplicaSet", name: "r"))
    #expect(pod.requiredNodeTerms?.count == 2 && pod.requiredNodeTerms?[1] == NodeSelectorTerm())
    let term = try #require(pod.preferredAntiAffinity.first)
    #expect(term.weight == 7 && term.term.selector == nil && term.term.namespaceSelector == LabelSelector())
    let spread = try #require(pod.spreadConstraints.first)
    #expect(!spread.isHard && spread.maxSkew == 2 && spread.minDomains == 3 && spread.matchLabelKeys == ["app"])
    #expect(spread.honorsTaints && !spread.honorsNodeAffinity && spread.selector == LabelSelector())
  }

  @Test func `services, controllers, claims, volumes and namespaces are found in lists too`() {
    let text = """
      kind: List
      apiVersion: v1
      items:
      - {kind: Service, apiVersion: v1, metadata: {name: s, namespace: n}, spec: {selector: {app: web}}}
      - {kind: Service, apiVersion: v1, metadata: {name: t, namespace: n}, spec: {}}
      - {kind: StatefulSet, apiVersion: apps/v1, metadata: {name: d, namespace: n}, spec: {selector: {matchLabels: {a: b}}}}
      - {kind: Namespace, apiVersion: v1, metadata: {name: n, labels: {env: dev}}}
      - {kind: PersistentVolumeClaim, apiVersion: v1, metadata: {name: c, namespace: n}, spec: {volumeName: v}}
      - {kind: PersistentVolume, apiVersion: v1, metadata: {name: v}, spec: {nodeAffinity: {required: {nodeSelectorTerms: []}}}}
      """
    let cluster = read(nodeText + "---\n" + text).cluster
    #expect(cluster.objects.services.map(\.selector) == [["app": "web"], nil])
    #expect(cluster.objects.controllers.first?.selector == LabelSelector(matchLabels: ["a": "b"]))
    #expect(cluster.objects.namespaces == [.init(name: "n", labels: ["env": "dev"])])
    #expect(cluster.objects.claims.first?.volumeName == "v" && cluster.objects.volumes.first?.requiredNodeTerms == [])
  }

  @Test func `without a node there is nothing to place on, and a case without its pod is told`() {
    #expect(read("kind: Pod\napiVersion: v1\nmetadata: {name: p}\n").session.hasErrors)
    let session = DecodingSession()
    let file = SourceFile(path: "c.jsonl", bytes: Array("{\"id\":\"x\",\"nodes\":[]}\n{\"nodes\":[]}\n".utf8))
    #expect(PlacementCase.read(file, session: session).isEmpty)
    #expect(
      session.diagnostics.map(\.message) == ["case 'x' has no 'pending' pod to place", "a case has no 'id'"])
  }

  @Test func `storage, budgets and what preemption asks of a pod are read`() throws {
    let text =
      nodeText + """
        ---
        {kind: StorageClass, apiVersion: storage.k8s.io/v1, metadata: {name: local}, provisioner: d,
          volumeBindingMode: WaitForFirstConsumer,
          allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [z1, z2]}]}]}
        ---
        {kind: CSINode, apiVersion: storage.k8s.io/v1, metadata: {name: a},
          spec: {drivers: [{name: d, allocatable: {count: 7}}, {name: e}]}}
        ---
        {kind: PersistentVolumeClaim, apiVersion: v1, metadata: {name: c, namespace: n},
          spec: {accessModes: [ReadWriteOncePod], storageClassName: local, resources: {requests: {storage: 5Gi}}}}
        ---
        {kind: PersistentVolume, apiVersion: v1, metadata: {name: v},
          spec: {csi: {driver: d, volumeHandle: h}, capacity: {storage: 9Gi}, accessModes: [ReadWriteOnce]}}
        ---
        {kind: PodDisruptionBudget, apiVersion: policy/v1, metadata: {name: b, namespace: n},
          spec: {selector: {matchLabels: {app: web}}}, status: {disruptionsAllowed: 1, disruptedPods: {p: now}}}
        ---
        {kind: Pod, apiVersion: v1, metadata: {name: p, namespace: n}, spec: {preemptionPolicy: Never,
          schedulingGates: [{name: g}], volumes: [{name: d, iscsi: {iqn: q, readOnly: true}}]},
          status: {startTime: "1970-01-01T00:01:00Z"}}
        """
    let (cluster, session) = read(text)
    #expect(!session.hasErrors)
    let objects = cluster.objects
    let zones = NodeSelectorTerm.Expression(key: "zone", operator: .isIn, values: ["z1", "z2"])
    let allowed = NodeSelectorTerm(expressions: [zones])
    #expect(
      objects.storageClasses == [
        .init(name: "local", provisioner: "d", waitsForConsumer: true, allowedTerms: [allowed])
      ])
    #expect(objects.volumeLimits == [.init(nodeName: "a", driver: "d", count: 7)])
    let claim = try #require(objects.claims.first)
    #expect(claim.accessModes == ["ReadWriteOncePod"] && claim.storageClassName == "local")
    let volume = try #require(objects.volumes.first)
    #expect(volume.isFree && volume.driver == "d" && volume.handle == "h" && volume.capacity == quantity("9Gi"))
    #expect(objects.budgets.first?.disruptionsAllowed == 1 && objects.budgets.first?.disruptedPods == ["p"])
    let pod = try #require(cluster.pods.first)
    #expect(pod.circumstances.schedulingGates == ["g"] && pod.circumstances.neverPreempts)
    #expect(pod.circumstances.startSeconds == 60)
    #expect(pod.disks == [InlineDisk(.iscsi(target: "q"), isReadOnly: true)])
  }
}
