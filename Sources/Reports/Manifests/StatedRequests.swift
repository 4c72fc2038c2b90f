import ClusterModel

/// `domain.resources` that make KubeVirt render the pod a machine has; nothing where it would anyway.
struct StatedRequests {
  var cpuMillicores: Int64?
  var memoryBytes: Int64?
  /// Whether the rendered pod requests exactly what the machine does.
  var isExact: Bool

  /// Memory is found by inverting `LauncherPod`: request = m + m / 512 + what does not depend on m.
  /// - Parameter containerDisks: how many of the machine's volumes come out of container images.
  init(_ machine: VirtualMachine, containerDisks: Int, cpuAllocationRatio: Int, memoryOvercommitPercent: Int) {
    var platform = LauncherPlatform()
    platform.cpuAllocationRatio = cpuAllocationRatio
    platform.memoryOvercommitPercent = memoryOvercommitPercent
    func pod(_ cpu: Int64?, _ memory: Int64?) -> LauncherPod {
      var shape = LauncherShape(vCPUs: machine.vCPUs, guestMemoryBytes: machine.guestMemoryBytes)
      shape.statedCPUMillicores = cpu
      shape.statedMemoryBytes = memory
      shape.containerDisks = containerDisks
      return LauncherPod(shape, on: platform)
    }
    let plain = pod(nil, nil)
    let wantsCPU = machine.hasCPULimit || plain.cpuRequestMillicores != machine.cpuRequestMillicores
    if wantsCPU { cpuMillicores = max(0, machine.cpuRequestMillicores - pod(0, nil).cpuRequestMillicores) }
    if plain.memoryRequestBytes != machine.memoryRequestBytes {
      let rest = min(machine.memoryRequestBytes, 1 << 50) - pod(nil, 0).memoryRequestBytes
      if rest > 0 {
        let guess = rest / 513 * 512 + rest % 513 * 512 / 513
        memoryBytes = (max(0, guess - 1)...guess + 2).first {
          pod(nil, $0).memoryRequestBytes >= machine.memoryRequestBytes
        }
      }
    }
    let rendered = pod(cpuMillicores, memoryBytes)
    isExact =
      rendered.cpuRequestMillicores == machine.cpuRequestMillicores
      && rendered.memoryRequestBytes == machine.memoryRequestBytes
  }
}
