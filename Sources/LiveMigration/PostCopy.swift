/// Post-copy: the guest already runs on the target while the pages that are missing follow at link speed.
///
/// Asked for it, QEMU switches when it next looks at its threshold. Execution moves with the device state, a short pause. Until the set the guest writes at random has arrived, page
/// faults over the network slow it down (`MigrationModel.postCopySlowdownShare`). No time-out ends post-copy; losing
/// either side or the link loses the guest. Source: QEMU `migration.c`; slow-down reasoned from published runs.
extension PreCopyTransfer {
  /// Reads the bitmap a last time and stops the guest for the hand-over.
  mutating func beginPostCopy() {
    _ = readBitmap()
    usedPostCopy = true
    postCopySlowBytes = min(dirty.randomSetBytes, unsent.data)
    stage = .postCopyHandover
    phase = .stopAndCopy
  }

  /// Guest seconds lost while the hot pages are still on their way.
  mutating func chargePostCopyFaults(seconds: Double, sentBytes: Double) {
    guard postCopySlowBytes > 0, sentBytes > 0 else { return }
    let slowShare = min(1, postCopySlowBytes / sentBytes)
    brownOutSeconds += seconds * slowShare * model.postCopySlowdownShare
    postCopySlowBytes = max(0, postCopySlowBytes - sentBytes)
  }
}
