import ClusterModel

/// Whether KubeVirt keeps a machine up: what decides if it waits for a node, in `place` and in runs.
///
/// By run strategy, last phase and requests (kubevirt/kubevirt `pkg/virt-controller/watch/vm/vm.go`): Always starts
/// anew after every end, RerunOnFailure after a failure, Manual on request, Once never again; a receiver waits for a
/// migration from elsewhere and its pod comes with that.
extension ReadMachine {
  /// `status.printableStatus` of a machine that has no instance and, as far as the status knows, needs none.
  private static let restingStates = ["Stopped", "Stopping", "Terminating"]

  /// Whether it gets an instance where the dump has none; a dump of machines alone tells by their status.
  var startsWithoutInstance: Bool {
    guard !isBeingDeleted else { return false }
    if isStartRequested { return runStrategy != .waitAsReceiver }
    let isResting = printableStatus.map(Self.restingStates.contains)
    switch runStrategy {
    case .halted, .waitAsReceiver: return false
    case .manual: return isResting == false
    case .always, .rerunOnFailure, .once: return isResting != true
    }
  }

  /// Whether it gets another instance after its last one ended so.
  func startsAgain(after end: ReadInstance.End) -> Bool {
    guard !isBeingDeleted else { return false }
    if isStartRequested { return runStrategy != .waitAsReceiver }
    switch runStrategy {
    case .always: return true
    case .rerunOnFailure: return end == .failed
    case .manual, .once, .halted, .waitAsReceiver: return false
    }
  }

  /// Whether an instance of it that has no node yet goes away again instead of getting one.
  var withdrawsInstance: Bool { isBeingDeleted || runStrategy == .halted && !isStartRequested }
}

extension ReadInstance {
  enum End {
    case succeeded, failed
    /// Deleted before it had a node.
    case removed
  }

  /// How it ended; nil while it lives, which it does on its node until its pod is gone.
  func end(under machine: ReadMachine?) -> End? {
    switch phase {
    case "Succeeded": return .succeeded
    case "Failed": return .failed
    default:
      let isWithdrawn = isBeingDeleted || machine?.withdrawsInstance == true
      return isWithdrawn && nodeName == nil ? .removed : nil
    }
  }
}
