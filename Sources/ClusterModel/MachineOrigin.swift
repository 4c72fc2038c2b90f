/// Where the facts about a dumped machine come from, so that reports can say how well it is known.
package struct MachineOrigin: Sendable, Equatable {
  package enum Size: String, Sendable, CaseIterable {
    case instance = "VMI", machine = "VM", instanceType = "instance type"
  }
  package enum Request: String, Sendable, CaseIterable {
    case pod = "launcher pod", rendered = "KubeVirt's formula"
  }
  package enum Place: String, Sendable, CaseIterable {
    case instance = "VMI", pod = "launcher pod", scheduler = "scheduler", stopped = "nowhere, stopped"
  }
  package enum Migratability: String, Sendable, CaseIterable {
    case condition = "condition", rules = "KubeVirt's rules", assumed = "assumption"
  }

  package var size: Size
  package var request: Request
  package var place: Place
  package var migratability: Migratability

  package init(size: Size, request: Request, place: Place, migratability: Migratability) {
    self.size = size
    self.request = request
    self.place = place
    self.migratability = migratability
  }
}
