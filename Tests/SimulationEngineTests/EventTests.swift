import EventKernel
import Testing

@testable import SimulationEngine

struct EventTests {
  @Test func `a queue entry takes 24 bytes`() {
    #expect(MemoryLayout<EventQueue<Event>.Entry>.stride == 24)
    #expect(MemoryLayout<Event>.size <= 8)
  }

  @Test(arguments: [0, 1, 255, MigrationTicket.slotCount - 1])
  func `a ticket gives back its slot and generation`(slot: Int) {
    for generation: UInt32 in [0, 1, 12_345, MigrationTicket.generationMask] {
      let ticket = MigrationTicket(slot: slot, generation: generation)
      #expect(ticket.slot == slot && ticket.generation == generation)
    }
  }

  @Test func `generations wrap without touching the slot`() {
    let ticket = MigrationTicket(slot: 5, generation: MigrationTicket.generationMask + 2)
    #expect(ticket == MigrationTicket(slot: 5, generation: 1))
  }
}
