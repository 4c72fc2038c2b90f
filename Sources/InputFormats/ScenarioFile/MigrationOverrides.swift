package import LiveMigration
import SimulationEngine

/// `key=value` texts for the keys of `migration:`, for commands that have no scenario around them.
package enum MigrationOverrides {
  /// Sets what the texts say, whether or not `migration.` stands before a key, and reports what is wrong.
  /// - Parameter platform: the name of the preset that `configuration` is of, for messages.
  package static func apply(
    _ texts: [String], to configuration: inout MigrationConfiguration, platform: String, session: DecodingSession
  ) {
    let inner = DecodingSession()
    let parsed = Override.parse(texts.map(bare), session: inner)
    var scenario = Scenario()
    scenario.platform = platform
    scenario.migration = configuration
    if let anchor = parsed.first?.node,
      let field = Field(
        session: inner, name: "migration", node: nil, anchor: anchor,
        overrides: parsed.map { OverrideReach(override: $0, depth: 0) })
    {
      MigrationSection.decode(field, into: &scenario)
      configuration = scenario.migration
    }
    for item in parsed { checkEffect(item, inner) }
    for var diagnostic in inner.diagnostics {
      if let help = diagnostic.help, let flags = flags.first(where: { $0.help == help }) {
        diagnostic.help = flags.text
      }
      session.report(diagnostic)
    }
  }

  /// What a scenario's help asks for, as flags: there is no scenario here.
  private static let flags: [(help: String, text: String)] = [
    ("set platform: next", "add --preset next"),
    ("add allowWorkloadDisruption: true", "add --set allowWorkloadDisruption=true"),
    (
      "with platform: next, add experimental: {downtimeTuning: true}",
      "add --preset next --set experimental.downtimeTuning=true"
    ),
  ]

  /// Keys that do nothing here or anywhere.
  private static func checkEffect(_ override: Override, _ session: DecodingSession) {
    guard let name = override.path.first else { return }
    if name == MigrationKeys.policies.name {
      session.report(
        .error, .notModelled, "'policies' choose machines by labels, and one machine has none here", at: override.node,
        help: "write what the policy says: --set allowPostCopy=true")
    } else if MigrationKeys.section.keys.contains(where: { $0.name == name && $0.hasNoEffect }) {
      session.report(
        .warning, .notModelled, "'\(name)' is read but changes nothing in this version", at: override.node,
        label: "has no effect yet")
    }
  }

  /// The key of a `key=value` text without `migration.` before it.
  package static func key(_ text: String) -> String {
    String(bare(text).prefix { $0 != "=" })
  }

  private static func bare(_ text: String) -> String {
    let prefix = "migration."
    return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
  }

  /// The keys, for suggestions and help.
  package static var keys: [String] {
    MigrationKeys.section.keys.map(\.name).filter { $0 != MigrationKeys.policies.name }
  }
}
