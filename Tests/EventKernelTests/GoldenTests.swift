import EventKernel
import Testing

/// Numbers that must never change, on any machine and in any build: everything simulated depends on them.
@Suite struct GoldenTests {
  @Test func `the generator gives the pinned numbers`() {
    var random = RandomStream(seed: 1, replication: 2, purpose: .demand, entity: 3)
    #expect(
      (0..<4).map { _ in random.next() } == [
        0x5E7D_5DF9_5033_D8DD, 0x5F42_F447_B63F_EF09, 0x23B1_4D32_8BCA_7DCA, 0xA65A_3883_F0C3_0097,
      ])
  }

  @Test func `the keys of streams are pinned`() {
    let keys = StreamPurpose.allCases.map { RandomStream.key(seed: 7, replication: 0, purpose: $0, entity: 1) }
    #expect(
      keys == [
        0xA709_538C_BCBC_DE9F, 0x06D4_00DE_B892_A83F, 0xA5FB_EA95_1AF5_A21F, 0xB0B9_34F5_8C85_0295,
        0x77A0_1F4C_7800_55FA, 0xDCD5_A261_9507_0C06, 0xD77A_D091_B68E_0C61, 0x80CA_1BA8_319B_4B17,
        0x26BA_A3D7_CB49_D0B1, 0xC592_84D3_51CA_262F,
      ])
    #expect(StreamPurpose.allCases.map(\.rawValue) == Array(1...10))
    #expect(
      [RandomStream.hash(1, 0), RandomStream.hash(1, 1), RandomStream.hash(2, 0)] == [
        0x910A_2DEC_8902_5CC1, 0xBEEB_8DA1_658E_EC67, 0x9758_35DE_1C97_56CE,
      ])
  }

  @Test func `normal and exponential draws are pinned`() {
    var random = RandomStream(seed: 1, replication: 0, purpose: .durations)
    #expect(
      [random.uniform(), random.normal(), random.exponential()].map(\.bitPattern) == [
        0x3FE9_25F4_3A27_E33C, 0xBFDC_83AE_C375_1D4A, 0x3FC2_E4F0_DA0E_EE9B,
      ])
    #expect(
      (0..<3).map { RandomStream.normal(key: 5, counter: $0).bitPattern } == [
        0xBFD2_6A8A_0D2E_6C46, 0x3FE5_5A17_8156_8383, 0xBFE7_5BC8_649D_6D74,
      ])
    let distributions: [any Distribution] = [
      LogNormalDistribution(location: 0, scale: 1), GammaDistribution(shape: 0.7, scale: 2),
      BetaDistribution(alpha: 2, beta: 3), ParetoDistribution(minimum: 1, shape: 2),
    ]
    #expect(
      distributions.map { $0.sample(using: &random).bitPattern } == [
        0x3FE3_E341_5927_C68B, 0x3FF5_36FA_49D1_BE6A, 0x3FDA_3D60_172A_B574, 0x3FF5_954A_BC9F_6784,
      ])
  }

  /// A hash over many arguments: one differing bit in one result changes it.
  func hash(_ range: ClosedRange<Double>, _ function: (Double) -> Double) -> UInt64 {
    (0..<10_000).reduce(0) { hash, i in
      let x = range.lowerBound + (range.upperBound - range.lowerBound) * (Double(i) + 0.5) / 10_000
      return (hash ^ function(x).bitPattern) &* 0x100_0000_01B3
    }
  }

  @Test func `the elementary functions are pinned to the bit`() {
    let hashes = [
      hash(-20...20, DeterministicMath.exp), hash(0...50, DeterministicMath.log),
      hash(-3...3, DeterministicMath.sinTurns), hash(-3...3, DeterministicMath.cosTurns),
      hash(0...9) { DeterministicMath.pow($0, 2.7) }, hash(-0.9...2, DeterministicMath.log1p),
      hash(-1...1, DeterministicMath.expm1), hash(0...1, NormalCurve.quantile), hash(-6...6, NormalCurve.cumulative),
    ]
    #expect(
      hashes == [
        0x0AC0_03E9_46A7_CCC1, 0xC7C8_84B8_7B96_562A, 0x7F8B_F44E_211F_7DE6, 0x1B52_8FEA_0FF6_AF53,
        0x01FF_81BB_25B3_5C33, 0x6133_ED8B_4E30_C651, 0x2317_913B_998A_344F, 0x2E83_BE3C_EF6F_2DA0,
        0x87C6_9CB9_A371_106D,
      ])
  }
}
