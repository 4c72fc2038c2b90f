import ClusterModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The same facts of the same dumps by Foundation's `JSONDecoder`: the reference beside which a line of `load-json` stands.
struct FoundationInstances {
  private let data: Data

  init(_ bytes: [UInt8]) { data = Data(bytes) }

  func decode() throws -> [Instance] { try JSONDecoder().decode(Dump.self, from: data).items }

  struct Dump: Decodable {
    var items: [Instance]
  }

  struct Instance: Decodable {
    var apiVersion: String
    var kind: String
    var metadata: Metadata
    var spec: Spec
    var status: Status
  }

  struct Metadata: Decodable {
    var name: String
    var namespace: String
    var labels: [String: String]?
    var annotations: [String: String]?
  }

  struct Spec: Decodable {
    struct Domain: Decodable {
      var cpu: CPU
      var memory: Memory
      var resources: Resources
      var devices: Devices
    }
    struct CPU: Decodable {
      var cores: Int?
      var sockets: Int?
      var threads: Int?
      var model: String?
    }
    struct Memory: Decodable { var guest: String? }
    struct Resources: Decodable {
      var requests: [String: String]?
      var limits: [String: String]?
    }
    struct Devices: Decodable {
      struct Disk: Decodable {
        var name: String
        var cdrom: CDROM?
      }
      struct CDROM: Decodable { var readonly: Bool? }
      struct Interface: Decodable {
        var name: String
        var bridge: Nothing?
      }
      var disks: [Disk]?
      var interfaces: [Interface]?
    }
    struct Network: Decodable {
      var name: String
      var pod: Nothing?
    }
    struct Volume: Decodable {
      struct Source: Decodable {
        var name: String?
        var claimName: String?
      }
      var name: String
      var dataVolume: Source?
      var persistentVolumeClaim: Source?
    }
    struct Toleration: Decodable {
      var key: String?
      var value: String?
      var effect: String?
    }
    var domain: Domain
    var evictionStrategy: String?
    var nodeSelector: [String: String]?
    var tolerations: [Toleration]?
    var networks: [Network]?
    var volumes: [Volume]?
  }

  struct Nothing: Decodable {}

  struct Status: Decodable {
    struct Condition: Decodable {
      var type: String
      var status: String
      var reason: String?
    }
    struct Volume: Decodable {
      struct Claim: Decodable { var accessModes: [String]? }
      var persistentVolumeClaimInfo: Claim?
    }
    struct Migration: Decodable {
      var startTimestamp: String?
      var endTimestamp: String?
    }
    var nodeName: String?
    var phase: String?
    var conditions: [Condition]?
    var volumeStatus: [Volume]?
    var migrationState: Migration?
  }

  static func hash(_ instances: [Instance]) -> UInt64 {
    instances.reduce(emptyHash) { hash, instance in
      var hash = hash
      let vCPUs = (instance.spec.domain.cpu.cores ?? 1) * (instance.spec.domain.cpu.sockets ?? 1)
      let name = "\(instance.metadata.namespace)/\(instance.metadata.name)"
      for byte in "\(name) \(vCPUs) \(instance.status.nodeName ?? "")".utf8 { hash = hashed(hash, UInt64(byte)) }
      return hashed(
        hash, UInt64((instance.metadata.labels ?? [:]).keys.count { !LauncherPod.volatileLabels.contains($0) }))
    }
  }
}
