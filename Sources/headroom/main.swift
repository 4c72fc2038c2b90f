#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

Terminal.installSignalHandlers()
exit(await Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
