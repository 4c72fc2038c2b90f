import Testing

@testable import SimulationEngine

struct SkewTests {
  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

  @Test func `standard deviations are those of the population`() {
    #expect(rounded(Skew([85, 78, 42, 38]).standardDeviation) == 20.94)
    #expect(rounded(Skew([65, 58, 62, 55]).standardDeviation) == 3.81)
  }

  @Test func `all five measures of 1, 2, 3 and 6`() {
    // Mean 3, squares 4 + 1 + 0 + 9; mean absolute difference 36 / 16 over all ordered pairs, over twice the mean.
    let skew = Skew([6, 1, 3, 2])
    #expect(rounded(skew.standardDeviation) == 1.87)
    #expect(rounded(skew.coefficientOfVariation) == 0.62)
    #expect(skew.maximumOverMean == 2)
    #expect(skew.range == 5)
    #expect(rounded(skew.gini) == 0.33)
  }

  @Test func `equal nodes have no skew, and one node alone has none`() {
    for shares in [[0.5, 0.5, 0.5], [0.7]] {
      let skew = Skew(shares)
      #expect(skew.standardDeviation == 0 && skew.range == 0 && abs(skew.gini) < 1e-12 && skew.maximumOverMean == 1)
    }
  }

  @Test func `idle and absent nodes give zeroes, never NaN`() {
    #expect(Skew([0, 0]) == Skew([]))
    #expect(Skew([]).maximumOverMean == 0)
  }

  @Test func `one busy node among n has a Gini coefficient of (n − 1) / n`() {
    #expect(abs(Skew([0, 0, 0, 1]).gini - 0.75) < 1e-12)
  }
}
