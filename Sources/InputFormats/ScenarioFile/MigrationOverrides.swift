package import LiveMigration
import SimulationEngine

/// `key=value` texts for the keys of `migration:`, for commands that have no scenario around them.
package enum MigrationOverrides {
  /// Sets what the texts say, whether or not `migration.` stands before a key, and reports what is wrong.
  package static func apply(
    _ texts: [String], to configuration: inout MigrationConfiguration, session: DecodingSession
  ) {
    let prefix = "migration."
    let parsed = Override.parse(
      texts.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }, session: session)
    guard let anchor = parsed.first?.node,
      let field = Field(
        session: session, name: "migration", node: nil, anchor: anchor,
        overrides: parsed.map { OverrideReach(override: $0, depth: 0) })
    else { return }
    var scenario = Scenario()
    scenario.migration = configuration
    MigrationSection.decode(field, into: &scenario)
    configuration = scenario.migration
  }

  /// The keys, for suggestions and help.
  package static var keys: [String] { MigrationKeys.section.keys.map(\.name) }
}
