package import ClusterModel

extension DirtyFit {
  /// What a scenario states of this machine; nil where the data do not tell the curve.
  package var statement: DirtyStatement? {
    guard tellsCurve else { return nil }
    var statement = DirtyStatement(
      hotSetBytes: hotSetBytes.figure, tauSeconds: tauSeconds.figure, coldBytesPerSecond: coldBytesPerSecond.figure)
    // A cap that nobody saw is all memory in use, which is what an absent one means.
    if workingSetBytes.isIdentified { statement.workingSetBytes = workingSetBytes.figure }
    return statement
  }
}

extension DirtyFit.Estimate {
  var figure: DirtyStatement.Figure { DirtyStatement.Figure(low: low, typical: typical, high: high) }
}
