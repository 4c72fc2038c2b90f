import Balancing
import Testing

struct NoBalancerTests {
  @Test func `it moves nothing, however uneven the nodes are`() {
    var seen = Seen()
    seen.node()
    seen.node()
    for _ in 0..<9 { seen.machine(on: 0) }
    #expect(NoBalancer.definition.plan(seen.observation).moves.isEmpty)
    #expect(NoBalancer.definition.parameters.isEmpty)
  }
}
