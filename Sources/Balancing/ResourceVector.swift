/// Amounts of cpu (millicores), memory (bytes) and pods, indexed by `Resource`.
package struct ResourceVector: Sendable, Equatable {
  package var cpu: Double
  package var memory: Double
  package var pods: Double

  package init(cpu: Double = 0, memory: Double = 0, pods: Double = 0) {
    self.cpu = cpu
    self.memory = memory
    self.pods = pods
  }

  package subscript(_ resource: Resource) -> Double {
    get {
      switch resource {
      case .cpu: cpu
      case .memory: memory
      case .pods: pods
      }
    }
    set {
      switch resource {
      case .cpu: cpu = newValue
      case .memory: memory = newValue
      case .pods: pods = newValue
      }
    }
  }

  package static func += (a: inout ResourceVector, b: ResourceVector) {
    a.cpu += b.cpu
    a.memory += b.memory
    a.pods += b.pods
  }

  package static func -= (a: inout ResourceVector, b: ResourceVector) {
    a.cpu -= b.cpu
    a.memory -= b.memory
    a.pods -= b.pods
  }
}
