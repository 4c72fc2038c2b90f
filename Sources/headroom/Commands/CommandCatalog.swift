/// Every verb; parsing, help and completions iterate this list.
enum CommandCatalog {
  static let all: [CommandDefinition] = [
    RunCommand.definition,
    CompareCommand.definition,
    ValidateCommand.definition,
    ImportCommand.definition,
    ConvertCommand.definition,
    PlaceCommand.definition,
    PredictCommand.definition,
    GenerateCommand.definition,
    ListCommand.definition,
    CompletionsCommand.definition,
    HelpCommand.definition,
  ]
}
