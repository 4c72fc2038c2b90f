/// All benches, in the order in which they run: one line each.
let benchCatalog: [Bench] = [
  holdBench,
  demandSweepBench,
  placementBench,
  capacityBench,
  predictBench,
  migrationsBench,
  loadJSONBench,
  loadYAMLBench,
]
