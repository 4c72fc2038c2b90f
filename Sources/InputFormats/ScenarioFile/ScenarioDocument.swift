import LiveMigration
import SimulationEngine

/// The document of a decoded scenario with everything that its files held in place of their names.
struct ScenarioDocument {
  private let base: ScenarioReader.DecodedScenario
  /// As it was written; nil where only dumps were given.
  private let written: DocumentValue?
  private let name: String
  private let inventory: DocumentValue

  private static let snapshotKeys = [ClusterKeys.snapshot.name, ClusterKeys.traces.name]
  init(_ base: ScenarioReader.DecodedScenario, written: DocumentValue?, named name: String) {
    self.base = base
    self.written = written
    self.name = name
    inventory = InventoryWriter(cluster: base.scenario.cluster).document
  }

  /// Whether dumps stand beside an inventory that is written, in all variants.
  private var readsDumps: Bool {
    base.hasDumps
      || Self.snapshotKeys.contains { key in written?["cluster"]?[key].map { $0 != .literal("null") } ?? false }
  }

  /// A variant with what the installation of its dump says.
  typealias Variant = (variant: ScenarioVariant, installed: ClusterConfiguration)

  /// - Parameter variants: as decoded, in the order of the document.
  func document(variants: [Variant]) -> DocumentValue {
    var document = written ?? .entries([])
    document["apiVersion"] = .text("headroom/v1")
    document["kind"] = .text("Scenario")
    var metadata = document["metadata"]?.mapping ?? .entries([])
    metadata["name"] = .text(name)
    document["metadata"] = metadata.sorted(by: ["name"])
    document["cluster"] = cluster(document["cluster"], base.scenario.cluster, inventory)
    let isFromDump = document["platform"] == nil && base.scenario.platform != MigrationPreset.defaultName
    if base.root == nil || isFromDump { document["platform"] = .text(base.scenario.platform) }
    let own = document["migration"]
    let keepsAll = document.setsPlatformInVariant
    let settings = installedSettings(base.installed, keepsAll: keepsAll)
    if let migration = filled(document["migration"], settings) { document["migration"] = migration }
    if case .list(let list) = document["variants"] {
      let names = variants.map(\.variant.name)
      document["variants"] = .list(
        list.map { item in
          guard let position = names.firstIndex(where: { $0 == item["name"]?.scalarText }) else { return item }
          let (variant, installed) = variants[position]
          let changed = installedSettings(installed, keepsAll: keepsAll)
          return self.variant(
            item, variant.scenario.cluster, changed,
            reset: changed == settings ? nil : filled(own, changed) ?? .entries([]))
        })
    }
    return document.sorted(by: ScenarioKeys.section.names)
  }

  // MARK: Cluster

  /// A cluster's mapping as it was written, with inventory and traces in place.
  private func cluster(
    _ written: DocumentValue?, _ cluster: ClusterSpecification, _ inventory: DocumentValue
  ) -> DocumentValue {
    var result = written?.mapping ?? .entries([])
    for key in Self.snapshotKeys { result[key] = nil }
    let standard = ClusterSpecification()
    if result["cpuAllocationRatio"] == nil, cluster.cpuAllocationRatio != standard.cpuAllocationRatio {
      result["cpuAllocationRatio"] = .integer(cluster.cpuAllocationRatio)
    }
    if result["memoryOvercommitPercentage"] == nil, cluster.memoryOvercommitPercent != standard.memoryOvercommitPercent
    {
      result["memoryOvercommitPercentage"] = .integer(cluster.memoryOvercommitPercent)
    }
    if result["uplinks"] == nil { result["uplinks"] = .nonEmpty(cluster.uplinks.flatMap(\.documents)) }
    result["storageClasses"] = storageClasses(result["storageClasses"], cluster)
    if let machines = result["machines"] { result["machines"] = embedding(machines, cluster.machineGroups) }
    result["inventory"] = inventory == .entries([]) ? nil : inventory
    return result.sorted(by: ClusterKeys.section.names)
  }

  /// The classes that are written, and those that only dumps know.
  private func storageClasses(_ written: DocumentValue?, _ cluster: ClusterSpecification) -> DocumentValue? {
    var list: [DocumentValue] = []
    if case .list(let known) = written { list = known }
    for storageClass in cluster.storageClasses.dropFirst(list.count) {
      list.append(
        .mapping([
          ("name", .text(storageClass.name)),
          ("accessModes", .list([.text(storageClass.isShared ? "ReadWriteMany" : "ReadWriteOnce")])),
        ]))
    }
    return list.isEmpty ? written : .list(list)
  }

  /// Groups with their traces in place of the files.
  private func embedding(_ written: DocumentValue, _ groups: [MachineGroup]) -> DocumentValue {
    guard case .list(let list) = written, list.count == groups.count else { return written }
    return .list(
      zip(list, groups).map { item, group in
        var item = item
        item.embed(group.trace)
        return item
      })
  }

  // MARK: Migration

  /// What a dumped installation says about migrations: where it differs from the platform, or all of it.
  private func installedSettings(_ installed: ClusterConfiguration, keepsAll: Bool) -> [DocumentValue.Entry] {
    fieldsOf(installed, keepsAll: keepsAll) + MigrationPolicyWriter.entries(installed)
  }

  private func fieldsOf(_ installed: ClusterConfiguration, keepsAll: Bool) -> [DocumentValue.Entry] {
    guard let preset = MigrationPreset.named(base.scenario.platform)?.configuration,
      let migrations = installed.migrations
    else { return [] }
    var reading = DocumentReading(fileBytes: migrations.file.bytes.count)
    let read = reading.value(migrations, as: .section(MigrationKeys.section))
    guard case .entries(let entries) = read, reading.overrun == nil else { return [] }
    return entries.filter { entry in
      guard entry.value != .literal("null"), let node = DocumentValue.entries([entry]).node else { return false }
      var changed = preset
      let unknown = MigrationSection.dumped(node, DecodingSession(), into: &changed)
      return unknown.isEmpty && (keepsAll || changed != preset)
    }
  }

  /// A scenario's own settings before those of the installation.
  private func filled(_ written: DocumentValue?, _ settings: [DocumentValue.Entry]) -> DocumentValue? {
    guard !settings.isEmpty else { return written }
    var result = written?.mapping ?? .entries([])
    for entry in settings {
      guard let own = result[entry.key] else {
        result[entry.key] = entry.value
        continue
      }
      // Of the switches each counts by itself.
      guard entry.key == MigrationKeys.experimental.name, own != .literal("null"),
        case .entries(let switches) = entry.value,
        var merged = own.mapping
      else { continue }
      for entry in switches where merged[entry.key] == nil { merged[entry.key] = entry.value }
      result[entry.key] = merged
    }
    return result
  }

  // MARK: Variants

  /// A variant whose paths mean the same where the dump stands in the scenario.
  /// - Parameters:
  ///   - settings: what the installation of the variant's dump says about migrations.
  ///   - reset: the whole of `migration` where that is not what the scenario's dump says.
  private func variant(
    _ item: DocumentValue, _ cluster: ClusterSpecification, _ settings: [DocumentValue.Entry], reset: DocumentValue?
  ) -> DocumentValue {
    guard case .entries(let entries) = item["set"] else { return item }
    let own = InventoryWriter(cluster: cluster).document
    var result: [DocumentValue.Entry] = []
    var setsCluster = false
    for entry in entries {
      let path = entry.key.split(separator: ".").map(String.init)
      var value = entry.value
      if path == ["cluster"] {
        setsCluster = true
        value = self.cluster(value, cluster, own)
      } else if path == ["migration"] {
        value = filled(value, settings) ?? value
      } else if path[0] == "cluster", path.count > 1 {
        if Self.snapshotKeys.contains(path[1]) { continue }
        if path.count > 3, path[1] == "machines", path[3] == MachineGroupKeys.trace.name { continue }
        value = clusterValue(value, path, cluster)
      }
      result.append(DocumentValue.Entry(entry.key, value))
    }
    if let reset, !entries.contains(where: { $0.key == "migration" }) {
      result.insert(DocumentValue.Entry("migration", reset), at: 0)
    }
    if setsCluster {
      result.removeAll(where: Self.isInventory)
    } else {
      addSettings(cluster, to: &result)
      addTraces(cluster.machineGroups, to: &result)
      addInventory(own, entries, to: &result)
    }
    var changed = item
    changed["set"] = .entries(result)
    return changed
  }

  /// A whole list or element of the cluster that a variant sets.
  private func clusterValue(
    _ value: DocumentValue, _ path: [String], _ cluster: ClusterSpecification
  ) -> DocumentValue {
    if path == ["cluster", "storageClasses"] { return storageClasses(value, cluster) ?? value }
    if path == ["cluster", "machines"] { return embedding(value, cluster.machineGroups) }
    guard path.count == 3, path[1] == "machines" else { return value }
    let name = value["name"]?.scalarText
    let atPosition = Int(path[2]).flatMap {
      cluster.machineGroups.indices.contains($0) ? cluster.machineGroups[$0] : nil
    }
    let group = atPosition?.name == name ? atPosition : cluster.machineGroups.first { $0.name == name }
    guard let group else { return value }
    var result = value
    result.embed(group.trace)
    return result
  }

  /// What another dump says about requests and storage.
  private func addSettings(_ cluster: ClusterSpecification, to entries: inout [DocumentValue.Entry]) {
    typealias Keys = ClusterKeys
    let known = base.scenario.cluster
    var added: [(key: String, value: DocumentValue)] = []
    if cluster.cpuAllocationRatio != known.cpuAllocationRatio {
      added.append((Keys.cpuAllocationRatio.name, .integer(cluster.cpuAllocationRatio)))
    }
    if cluster.memoryOvercommitPercent != known.memoryOvercommitPercent {
      added.append((Keys.memoryOvercommitPercentage.name, .integer(cluster.memoryOvercommitPercent)))
    }
    if cluster.uplinks != known.uplinks {
      added.append((Keys.uplinks.name, .list(cluster.uplinks.flatMap(\.documents))))
    }
    if cluster.storageClasses != known.storageClasses, let classes = storageClasses(nil, cluster) {
      added.append((Keys.storageClasses.name, classes))
    }
    for (key, value) in added where !entries.contains(where: { $0.key.hasPrefix("cluster.\(key)") }) {
      entries.append(DocumentValue.Entry("cluster.\(key)", value))
    }
  }

  /// Traces of groups that are not the beginning of the scenario's own.
  private func addTraces(_ groups: [MachineGroup], to entries: inout [DocumentValue.Entry]) {
    if entries.contains(where: { $0.key == "cluster.machines" }) { return }
    for (position, group) in groups.enumerated() where base.scenario.cluster.machineGroups.indices.contains(position) {
      let known = base.scenario.cluster.machineGroups[position].trace?.keepingFirst(group.count)
      let isSet = [String(position), group.name].contains { element in
        let path = "cluster.machines.\(element)"
        return entries.contains { $0.key == path || $0.key == "\(path).\(MachineGroupKeys.recording.name)" }
      }
      if known != group.trace, !isSet {
        entries.append(
          DocumentValue.Entry(
            "cluster.machines.\(Self.element(position, groups)).\(MachineGroupKeys.recording.name)",
            group.trace?.document ?? .literal("null")))
      }
    }
  }

  /// How a path calls a group and no other: by its name, or by its position where the name will not do.
  private static func element(_ position: Int, _ groups: [MachineGroup]) -> String {
    let name = groups[position].name
    let isElsewhere = Int(name).map { $0 != position && groups.indices.contains($0) } ?? false
    let isUnique = groups.count { $0.name == name } == 1 && !isElsewhere && !name.utf8.contains(UInt8(ascii: "."))
    return isUnique ? name : String(position)
  }

  private static func isInventory(_ entry: DocumentValue.Entry) -> Bool {
    entry.key == "cluster.inventory" || entry.key.hasPrefix("cluster.inventory.")
  }

  /// An inventory of its own where the variant reads other dumps, sees them differently or adds to them.
  ///
  /// Paths into an inventory stay where no file adds to it, none goes by position (an inventory is written in order of
  /// names) and nothing else changes how it is read.
  private func addInventory(
    _ own: DocumentValue, _ written: [DocumentValue.Entry], to entries: inout [DocumentValue.Entry]
  ) {
    if entries.contains(where: Self.isInventory) {
      let others = Self.snapshotKeys + ["migrationNetwork", "cpuAllocationRatio", "memoryOvercommitPercentage"]
      let isApart = !written.contains { entry in others.contains { entry.key.hasPrefix("cluster.\($0)") } }
      let isByName = !written.contains { entry in
        Self.isInventory(entry) && entry.key.split(separator: ".").contains { Int($0) != nil }
      }
      if !readsDumps, isApart, isByName { return }
      entries.removeAll(where: Self.isInventory)
    }
    if own != inventory { entries.append(DocumentValue.Entry("cluster.inventory", own)) }
  }
}

extension DocumentValue {
  /// Itself where it is a mapping.
  fileprivate var mapping: DocumentValue? {
    if case .entries = self { self } else { nil }
  }

  /// Puts a group's trace in place of its files, and its keys in order.
  fileprivate mutating func embed(_ trace: UsageTrace?) {
    if let trace {
      self[MachineGroupKeys.trace.name] = nil
      self[MachineGroupKeys.recording.name] = trace.document
    }
    self = sorted(by: MachineGroupKeys.section.names)
  }

  /// Whether any of a scenario's variants sets another platform.
  fileprivate var setsPlatformInVariant: Bool {
    guard case .list(let variants) = self["variants"] else { return false }
    return variants.contains { $0["set"]?["platform"] != nil }
  }
}
