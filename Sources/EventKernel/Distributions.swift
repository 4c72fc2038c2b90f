/// A probability distribution as a plain value.
///
/// Parameters outside their range are clamped to it, so a distribution is always usable; whoever reads them from a user
/// reports them first.
package protocol Distribution: Sendable {
  func sample(using random: inout RandomStream) -> Double
  /// Infinite where the integral diverges.
  var mean: Double { get }
  var variance: Double { get }
  /// The probability of a value at or below `x`.
  func cumulative(_ x: Double) -> Double
}

extension Distribution {
  package var standardDeviation: Double { variance.squareRoot() }
}

/// A parameter forced to be a positive, finite number.
private func positive(_ x: Double) -> Double { x > 0 ? min(x, 1e300) : 1e-300 }

/// Every value between two ends is equally likely.
package struct UniformDistribution: Distribution, Equatable {
  package let low: Double
  package let high: Double

  package init(low: Double, high: Double) {
    self.low = min(low, high)
    self.high = max(low, high)
  }

  package func sample(using random: inout RandomStream) -> Double { low + (high - low) * random.uniform() }
  package var mean: Double { low + (high - low) / 2 }
  package var variance: Double { (high - low) * (high - low) / 12 }
  package func cumulative(_ x: Double) -> Double {
    x < low ? 0 : x >= high ? 1 : (x - low) / (high - low)
  }
}

/// The time to the next of events that happen independently at a constant rate.
package struct ExponentialDistribution: Distribution, Equatable {
  package let mean: Double

  package init(mean: Double) { self.mean = positive(mean) }
  package init(rate: Double) { mean = 1 / positive(rate) }

  package func sample(using random: inout RandomStream) -> Double { mean * random.exponential() }
  package var variance: Double { mean * mean }
  package func cumulative(_ x: Double) -> Double { x <= 0 ? 0 : -DeterministicMath.expm1(-x / mean) }
}

/// The normal distribution, sampled by inversion.
package struct NormalDistribution: Distribution, Equatable {
  package let mean: Double
  package let deviation: Double

  package init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = positive(deviation)
  }

  package func sample(using random: inout RandomStream) -> Double { mean + deviation * random.normal() }
  package var variance: Double { deviation * deviation }
  package func cumulative(_ x: Double) -> Double { NormalCurve.cumulative((x - mean) / deviation) }
}

/// A quantity whose logarithm is normal with mean `location` and standard deviation `scale`.
package struct LogNormalDistribution: Distribution, Equatable {
  package let location: Double
  package let scale: Double

  package init(location: Double, scale: Double) {
    self.location = location
    self.scale = positive(scale)
  }

  /// The distribution with this median and 95th percentile: scale = ln(p95 / median) / 1.6449.
  package init(median: Double, p95: Double) {
    location = DeterministicMath.log(positive(median))
    scale = positive(DeterministicMath.log(max(1, p95 / positive(median))) / 1.6448536269514722)
  }

  /// The distribution whose 5th and 95th percentiles are these: scale = ln(high / low) / 3.2897.
  package init(p05: Double, p95: Double) {
    let low = DeterministicMath.log(positive(p05))
    let high = DeterministicMath.log(positive(max(p05, p95)))
    location = (low + high) / 2
    scale = positive((high - low) / 3.2897072539029444)
  }

  /// The distribution with this mean and coefficient of variation.
  package init(mean: Double, variationCoefficient: Double) {
    let squared = DeterministicMath.log1p(variationCoefficient * variationCoefficient)
    location = DeterministicMath.log(positive(mean)) - squared / 2
    scale = positive(squared.squareRoot())
  }

  package func sample(using random: inout RandomStream) -> Double {
    DeterministicMath.exp(location + scale * random.normal())
  }
  package var median: Double { DeterministicMath.exp(location) }
  package var mean: Double { DeterministicMath.exp(location + scale * scale / 2) }
  package var variance: Double { mean * mean * DeterministicMath.expm1(scale * scale) }
  package func cumulative(_ x: Double) -> Double {
    x <= 0 ? 0 : NormalCurve.cumulative((DeterministicMath.log(x) - location) / scale)
  }
}

/// The gamma distribution: `shape` exponential stages of mean `scale`, for any positive shape.
package struct GammaDistribution: Distribution, Equatable {
  package let shape: Double
  package let scale: Double

  package init(shape: Double, scale: Double) {
    self.shape = positive(shape)
    self.scale = positive(scale)
  }

  /// Rejection from a transformed normal (Marsaglia and Tsang, 2000), which takes a varying number of random numbers.
  ///
  /// A shape below 1 is drawn at shape + 1 and multiplied by uniform^(1/shape).
  package func sample(using random: inout RandomStream) -> Double {
    let raised = shape < 1 ? shape + 1 : shape
    let d = raised - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = random.normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      guard DeterministicMath.log(random.openUniform()) < 0.5 * x * x + d * (1 - v + DeterministicMath.log(v)) else {
        continue
      }
      let small = shape < 1 ? DeterministicMath.pow(random.openUniform(), 1 / shape) : 1
      return d * v * small * scale
    }
  }
  package var mean: Double { shape * scale }
  package var variance: Double { shape * scale * scale }
  package func cumulative(_ x: Double) -> Double { x <= 0 ? 0 : SpecialFunctions.incompleteGamma(shape, x / scale) }
}

/// A share between 0 and 1: the beta distribution.
package struct BetaDistribution: Distribution, Equatable {
  package let alpha: Double
  package let beta: Double

  package init(alpha: Double, beta: Double) {
    self.alpha = positive(alpha)
    self.beta = positive(beta)
  }

  /// The distribution with this mean and concentration alpha + beta.
  package init(mean: Double, concentration: Double) {
    let share = min(max(mean, 1e-12), 1 - 1e-12)
    self.init(alpha: share * concentration, beta: (1 - share) * concentration)
  }

  /// X / (X + Y) with X and Y of gamma distributions.
  package func sample(using random: inout RandomStream) -> Double {
    let x = GammaDistribution(shape: alpha, scale: 1).sample(using: &random)
    let y = GammaDistribution(shape: beta, scale: 1).sample(using: &random)
    // Both underflow only for tiny shapes, where the mass sits at the ends.
    guard x + y > 0 else { return random.uniform() < mean ? 1 : 0 }
    return x / (x + y)
  }
  package var mean: Double { alpha / (alpha + beta) }
  package var variance: Double {
    let sum = alpha + beta
    return (alpha / sum) * (beta / sum) / (sum + 1)
  }
  package func cumulative(_ x: Double) -> Double { SpecialFunctions.incompleteBeta(x, alpha, beta) }
}

/// A heavy tail from `minimum` up: P(X > x) = (minimum / x)^shape.
package struct ParetoDistribution: Distribution, Equatable {
  package let minimum: Double
  package let shape: Double

  package init(minimum: Double, shape: Double) {
    self.minimum = positive(minimum)
    self.shape = positive(shape)
  }

  package func sample(using random: inout RandomStream) -> Double {
    minimum * DeterministicMath.exp(random.exponential() / shape)
  }
  package var mean: Double { shape > 1 ? minimum * shape / (shape - 1) : .infinity }
  package var variance: Double {
    shape > 2 ? minimum * minimum * shape / ((shape - 1) * (shape - 1) * (shape - 2)) : .infinity
  }
  package func cumulative(_ x: Double) -> Double {
    x <= minimum ? 0 : 1 - DeterministicMath.exp(-shape * DeterministicMath.log(x / minimum))
  }
}

/// Observed values, each as likely as it was frequent.
package struct EmpiricalDistribution: Distribution, Equatable {
  /// Ascending.
  package let values: [Double]
  package let mean: Double
  package let variance: Double

  /// NaN is dropped; without values the distribution is constantly zero.
  package init(_ values: [Double]) {
    let usable = values.filter { !$0.isNaN }.sorted()
    self.values = usable.isEmpty ? [0] : usable
    var moments = Welford()
    for value in self.values { moments.add(value) }
    mean = moments.mean
    variance = moments.populationVariance
  }

  package func sample(using random: inout RandomStream) -> Double { values[random.uniform(below: values.count)] }

  package func cumulative(_ x: Double) -> Double {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] <= x { low = middle + 1 } else { high = middle }
    }
    return Double(low) / Double(values.count)
  }
}
