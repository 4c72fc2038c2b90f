import EventKernel

/// The two large parts of a machine: what was asked for and what has become of it.
extension SyntheticInstances {
  mutating func spec(_ writer: inout ObjectWriter, _ facts: Facts) {
    writer.text("architecture", "amd64")
    writer.mapping("domain") { domain(&$0, facts) }
    writer.text("evictionStrategy", random.uniform() < 0.9 ? "LiveMigrate" : "None")
    writer.text("hostname", facts.name)
    writer.list("networks") { writer in
      for interface in 0..<facts.interfaces {
        writer.mapping { writer in
          if interface > 0 { writer.mapping("multus") { $0.text("networkName", "vlan-\(100 + interface)") } }
          writer.text("name", interface == 0 ? "default" : "net-\(interface)")
          if interface == 0 { writer.empty("pod") }
        }
      }
    }
    if random.uniform() < 0.1 { writer.mapping("nodeSelector") { $0.text("example.com/licensed", "windows") } }
    writer.number("terminationGracePeriodSeconds", 180)
    if random.uniform() < 0.1 {
      writer.list("tolerations") { writer in
        writer.mapping { writer in
          writer.text("effect", "NoSchedule")
          writer.text("key", "dedicated")
          writer.text("operator", "Exists")
        }
      }
    }
    writer.list("volumes") { writer in
      for disk in facts.disks {
        writer.mapping { writer in
          writer.mapping("dataVolume") { $0.text("name", disk.claim) }
          writer.text("name", disk.name)
        }
      }
      writer.mapping { writer in
        writer.mapping("cloudInitNoCloud") { writer in
          writer.text(
            "userData",
            "#cloud-config\nhostname: \(facts.name)\nchpasswd:\n  expire: false\npackages:\n- qemu-guest-agent"
          )
        }
        writer.text("name", "cloudinitdisk")
      }
    }
  }

  private mutating func domain(_ writer: inout ObjectWriter, _ facts: Facts) {
    writer.mapping("cpu") { writer in
      writer.number("cores", facts.cores)
      writer.text("model", "host-model")
      writer.number("sockets", 1)
      writer.number("threads", 1)
    }
    writer.mapping("devices") { devices(&$0, facts) }
    writer.mapping("features") { writer in
      writer.mapping("acpi") { $0.flag("enabled", true) }
      writer.mapping("smm") { $0.flag("enabled", true) }
    }
    writer.mapping("firmware") { writer in
      writer.mapping("bootloader") { $0.empty("efi") }
      writer.text("uuid", uid())
    }
    writer.mapping("machine") { $0.text("type", "pc-q35-rhel9.4.0") }
    writer.mapping("memory") { $0.text("guest", facts.memory) }
    writer.mapping("resources") { writer in
      writer.mapping("requests") { writer in
        if random.uniform() < 0.3 { writer.text("cpu", "\(100 * facts.cores)m") }
        writer.text("memory", facts.memory)
      }
    }
  }

  private mutating func devices(_ writer: inout ObjectWriter, _ facts: Facts) {
    writer.list("disks") { writer in
      for (position, name) in (facts.disks.map(\.name) + ["cloudinitdisk"]).enumerated() {
        writer.mapping { writer in
          if position == 0 { writer.number("bootOrder", 1) }
          writer.mapping("disk") { $0.text("bus", "virtio") }
          writer.text("name", name)
        }
      }
    }
    writer.list("inputs") { writer in
      writer.mapping { writer in
        writer.text("bus", "usb")
        writer.text("name", "tablet")
        writer.text("type", "tablet")
      }
    }
    writer.list("interfaces") { writer in
      for interface in 0..<facts.interfaces {
        writer.mapping { writer in
          writer.text("macAddress", macAddress())
          writer.empty(interface == 0 ? "masquerade" : "bridge")
          writer.text("model", "virtio")
          writer.text("name", interface == 0 ? "default" : "net-\(interface)")
        }
      }
    }
    writer.flag("networkInterfaceMultiqueue", true)
    writer.empty("rng")
  }

  private mutating func macAddress() -> String {
    "02:" + (0..<5).map { _ in hexadecimalDigits(2) }.joined(separator: ":")
  }

  mutating func status(_ writer: inout ObjectWriter, _ facts: Facts) {
    if let node = facts.node { writer.mapping("activePods") { $0.text(uid(), node) } }
    conditions(&writer, facts)
    writer.mapping("currentCPUTopology") { writer in
      writer.number("cores", facts.cores)
      writer.number("sockets", 1)
      writer.number("threads", 1)
    }
    writer.mapping("guestOSInfo") { writer in
      writer.text("id", "rhel")
      writer.text("kernelRelease", "5.14.0-\(300 + random.uniform(below: 200)).el9.x86_64")
      writer.text("kernelVersion", "#1 SMP PREEMPT_DYNAMIC Wed Jan 14 10:21:54 EST 2026")
      writer.text("machine", "x86_64")
      writer.text("name", "Red Hat Enterprise Linux")
      writer.text("prettyName", "Red Hat Enterprise Linux 9.\(random.uniform(below: 6)) (Plow)")
      writer.text("versionId", "9.4")
    }
    if facts.node != nil { interfaces(&writer, facts) }
    writer.text(
      "launcherContainerImageVersion",
      "registry.example.com/virtualization/virt-launcher-rhel9@sha256:"
        + (0..<4).map { _ in hexadecimalDigits(16) }.joined())
    writer.mapping("memory") { writer in
      for key in ["guestAtBoot", "guestCurrent", "guestRequested"] { writer.text(key, facts.memory) }
    }
    writer.text("migrationMethod", facts.isLive ? "LiveMigration" : "BlockMigration")
    if let node = facts.node, random.uniform() < 0.3 { migrationState(&writer, node) }
    writer.text("migrationTransport", "Unix")
    if let node = facts.node { writer.text("nodeName", node) }
    let phases = ["Pending", "Scheduling"] + (facts.node == nil ? [] : ["Scheduled", "Running"])
    writer.text("phase", phases[phases.count - 1])
    writer.list("phaseTransitionTimestamps") { writer in
      for phase in phases {
        writer.mapping { writer in
          writer.text("phase", phase)
          writer.text("phaseTransitionTimestamp", facts.started)
        }
      }
    }
    writer.text("qosClass", "Burstable")
    writer.number("runtimeUser", 107)
    writer.text("selinuxContext", "system_u:object_r:container_file_t:s0:c\(random.uniform(below: 1000)),c898")
    writer.text("virtualMachineRevisionName", "revision-start-vm-\(uid())-\(1 + random.uniform(below: 20))")
    volumes(&writer, facts)
  }

  private mutating func conditions(_ writer: inout ObjectWriter, _ facts: Facts) {
    let agent = random.uniform() < 0.8
    let at = time(day: 11)
    func condition(_ writer: inout ObjectWriter, _ type: String, _ status: Bool, _ why: (reason: String, text: String)?)
    {
      writer.mapping { writer in
        writer.null("lastProbeTime")
        if type == "Ready" { writer.text("lastTransitionTime", at) } else { writer.null("lastTransitionTime") }
        if let why {
          writer.text("message", why.text)
          writer.text("reason", why.reason)
        }
        writer.text("status", status ? "True" : "False")
        writer.text("type", type)
      }
    }
    writer.list("conditions") { writer in
      condition(&writer, "Ready", facts.node != nil, nil)
      condition(
        &writer, "DataVolumesReady", true, ("AllDVsReady", "All of the VMI's DVs are bound and not running"))
      condition(
        &writer, "LiveMigratable", facts.isLive,
        facts.isLive
          ? nil
          : (
            "DisksNotLiveMigratable",
            "cannot migrate VMI: PVC \(facts.disks[0].claim) is not shared, live migration requires that all PVCs "
              + "must be shared (using ReadWriteMany access mode)"
          ))
      if agent { condition(&writer, "AgentConnected", true, nil) }
    }
  }

  private mutating func interfaces(_ writer: inout ObjectWriter, _ facts: Facts) {
    writer.list("interfaces") { writer in
      for interface in 0..<facts.interfaces {
        let address = "10.\(128 + interface).\(random.uniform(below: 250)).\(random.uniform(below: 250))"
        writer.mapping { writer in
          writer.text("infoSource", "domain, guest-agent")
          writer.text("interfaceName", "eth\(interface)")
          writer.text("ipAddress", address)
          writer.list("ipAddresses", of: [address, "fe80::\(hexadecimalDigits(2)):ddff:fe00:\(hexadecimalDigits(4))"])
          writer.text("mac", macAddress())
          writer.text("name", interface == 0 ? "default" : "net-\(interface)")
          writer.number("queueCount", facts.cores)
        }
      }
    }
  }

  private mutating func migrationState(_ writer: inout ObjectWriter, _ node: String) {
    let minute = 10 + random.uniform(below: 48)
    writer.mapping("migrationState") { writer in
      writer.flag("completed", true)
      writer.text("endTimestamp", "2026-03-12T09:\(minute + 1):\(10 + random.uniform(below: 50))Z")
      writer.mapping("migrationConfiguration") { writer in
        writer.flag("allowAutoConverge", false)
        writer.flag("allowPostCopy", false)
        writer.text("bandwidthPerMigration", "0")
        writer.number("completionTimeoutPerGiB", 150)
        writer.text("nodeDrainTaintKey", "kubevirt.io/drain")
        writer.number("parallelMigrationsPerCluster", 5)
        writer.number("parallelOutboundMigrationsPerNode", 2)
        writer.number("progressTimeout", 150)
        writer.flag("unsafeMigrationOverride", false)
      }
      writer.text("migrationUid", uid())
      writer.text("mode", "PreCopy")
      writer.text("sourceNode", pick(Self.nodeNames))
      writer.text("startTimestamp", "2026-03-12T09:\(minute):\(10 + random.uniform(below: 50))Z")
      writer.text("targetNode", node)
      writer.text("targetNodeAddress", "10.131.\(random.uniform(below: 250)).69")
    }
  }

  private mutating func volumes(_ writer: inout ObjectWriter, _ facts: Facts) {
    writer.list("volumeStatus") { writer in
      writer.mapping { writer in
        writer.text("name", "cloudinitdisk")
        writer.number("size", 1_048_576)
        writer.text("target", "vdz")
      }
      for (position, disk) in facts.disks.enumerated() {
        let size = "\(10 * (1 + random.uniform(below: 20)))Gi"
        writer.mapping { writer in
          writer.text("name", disk.name)
          writer.mapping("persistentVolumeClaimInfo") { writer in
            writer.list("accessModes", of: [disk.isShared ? "ReadWriteMany" : "ReadWriteOnce"])
            writer.mapping("capacity") { $0.text("storage", size) }
            writer.text("claimName", disk.claim)
            writer.text("filesystemOverhead", "0.055")
            writer.mapping("requests") { $0.text("storage", size) }
            writer.text("volumeMode", disk.isShared ? "Block" : "Filesystem")
          }
          writer.text("target", "vd\(["a", "b", "c", "d", "e"][position])")
        }
      }
    }
  }
}
