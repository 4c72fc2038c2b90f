/// Completions for three shells, written from the command and flag tables.
enum CompletionScript {
  static let shells = ["bash", "zsh", "fish"]

  static func text(for shell: String, commands: [CommandDefinition]) -> String {
    switch shell {
    case "zsh": zsh(commands)
    case "fish": fish(commands)
    default: bash(commands)
    }
  }

  private static func bash(_ commands: [CommandDefinition]) -> String {
    var text = """
      # bash completion for headroom: source <(headroom completions bash)
      _headroom() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W "\(commands.map(\.name).joined(separator: " ")) --version --help" -- "$current"))
          return
        fi
        case "${COMP_WORDS[1]} $previous" in

      """
    for command in commands {
      for flag in command.flags where !flag.choices.isEmpty {
        text += "    '\(command.name) --\(flag.name)') "
        text += "COMPREPLY=($(compgen -W \"\(flag.choices.joined(separator: " "))\" -- \"$current\")); return ;;\n"
      }
    }
    text += "  esac\n  case \"${COMP_WORDS[1]}\" in\n"
    for command in commands {
      var words = command.flags.map { "--" + $0.name }
      if case .words(let operands) = command.operandKind { words = operands + words }
      text += "    \(command.name)) COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$current\")) ;;\n"
    }
    return text + "  esac\n}\ncomplete -o default -F _headroom headroom\n"
  }

  private static func zsh(_ commands: [CommandDefinition]) -> String {
    var text =
      "#compdef headroom\n# zsh completion for headroom: headroom completions zsh > \"${fpath[1]}/_headroom\"\n"
    text += "_headroom() {\n  if (( CURRENT == 2 )); then\n    local -a commands=(\n"
    for command in commands { text += "      '\(command.name):\(quoted(command.summary))'\n" }
    text += "    )\n    _describe command commands\n    return\n  fi\n  local command=$words[2]\n"
    text += "  shift words\n  (( CURRENT-- ))\n  case $command in\n"
    for command in commands {
      text += "    \(command.name))\n      _arguments"
      for flag in command.flags {
        let again = flag.isRepeatable ? "*" : ""
        text += " \\\n        '\(again)--\(flag.name)\(flag.valueWord == nil ? "" : "=")[\(quoted(flag.summary))]"
        switch flag.value {
        case .none: break
        case .file(let word): text += ":\(word):_files"
        case .text(let word), .number(let word, _): text += ":\(word):"
        case .choice(let word, let words): text += ":\(word):(\(words.joined(separator: " ")))"
        }
        text += "'"
      }
      switch command.operandKind {
      case .none: break
      case .files: text += " \\\n        '*:file:_files'"
      case .words(let words): text += " \\\n        '1:word:(\(words.joined(separator: " ")))'"
      }
      text += "\n      ;;\n"
    }
    return text + "  esac\n}\n_headroom \"$@\"\n"
  }

  private static func fish(_ commands: [CommandDefinition]) -> String {
    var text = "# fish completion for headroom: headroom completions fish | source\n"
    for command in commands {
      let seen = "-n '__fish_seen_subcommand_from \(command.name)'"
      text += "complete -c headroom -n __fish_use_subcommand -f -a \(command.name) -d '\(quoted(command.summary))'\n"
      for flag in command.flags {
        text += "complete -c headroom \(seen) -l \(flag.name)"
        if let short = flag.short { text += " -s \(short)" }
        switch flag.value {
        case .none: break
        case .file: text += " -r"
        case .text, .number: text += " -x"
        case .choice(_, let words): text += " -x -a '\(words.joined(separator: " "))'"
        }
        text += " -d '\(quoted(flag.summary))'\n"
      }
      if case .words(let words) = command.operandKind {
        text += "complete -c headroom \(seen) -f -a '\(words.joined(separator: " "))'\n"
      }
    }
    return text
  }

  /// Text that is safe between single quotes and zsh's brackets.
  private static func quoted(_ text: String) -> String {
    text.map { "'[]:\\".contains($0) ? " " : String($0) }.joined()
  }
}
