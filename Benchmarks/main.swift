exitProcess(benchmarkMain(arguments: Array(CommandLine.arguments.dropFirst())))
