import Testing

@testable import Reports

/// Shares of one whole as people read them.
@Suite struct PredictionShareTests {
  @Test func `shares add up to 100, whatever is rounded`() {
    #expect(PredictionWords.percents([0.935, 0.065]) == ["94 %", "6 %"])
    #expect(PredictionWords.percents([0.405, 0.405, 0.19]) == ["41 %", "40 %", "19 %"])
    #expect(PredictionWords.percents([1]) == ["100 %"])
    #expect(PredictionWords.percents([]).isEmpty)
    for draws in 1...60 {
      for first in 0...draws {
        for second in stride(from: 0, through: draws - first, by: 3) {
          let shares = [first, second, draws - first - second].map { Double($0) / Double(draws) }
          let texts = PredictionWords.percents(shares)
          let sum = texts.reduce(0) { $0 + (Int($1.dropLast(2)) ?? 0) }
          #expect(sum == 100, "\(shares)")
        }
      }
    }
  }
}
