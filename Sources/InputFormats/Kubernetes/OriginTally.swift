import ClusterModel

/// Counts where the facts about machines come from, for one note.
struct OriginTally {
  private var origins: [MachineOrigin] = []

  mutating func add(_ origin: MachineOrigin) { origins.append(origin) }

  /// `3 machines: size 2 from VMI, 1 from instance type; …`; silent where an error means that none of it is used.
  func report(to session: DecodingSession) {
    guard !origins.isEmpty, !session.hasErrors else { return }
    let noun = origins.count == 1 ? "machine" : "machines"
    session.report(
      .note, .remark,
      "\(origins.count) \(noun): size \(counts(\.size)); request \(counts(\.request)); "
        + "place \(counts(\.place)); live migration \(counts(\.migratability))")
  }

  private func counts<Source: RawRepresentable & CaseIterable & Equatable>(
    _ path: KeyPath<MachineOrigin, Source>
  ) -> String where Source.RawValue == String {
    Source.allCases.compactMap { source in
      let count = origins.count { $0[keyPath: path] == source }
      return count == 0 ? nil : "\(count) \(source.rawValue)"
    }.joined(separator: ", ")
  }
}
