// Square roots and roundings are exact by IEEE 754, so the C library may do them; unoptimized builds call it and need the
// link that this import brings. Nothing else of it is used below InputFormats and Reports.
#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif
