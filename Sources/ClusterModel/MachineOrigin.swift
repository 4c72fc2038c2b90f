/// Where the facts about a dumped machine come from, so that reports can say how well it is known.
package struct MachineOrigin: Sendable, Equatable {
  package enum Size: String, Sendable, CaseIterable {
    case instance = "from VMI", machine = "from VM", instanceType = "from instance type"
  }
  package enum Request: String, Sendable, CaseIterable {
    case pod = "from launcher pod", rendered = "by KubeVirt's formula"
  }
  package enum Place: String, Sendable, CaseIterable {
    case instance = "from VMI", pod = "from launcher pod", scheduler = "left to the scheduler", stopped = "stopped"
  }
  package enum Migratability: String, Sendable, CaseIterable {
    case condition = "by condition", rules = "by KubeVirt's rules", assumed = "assumed"
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
