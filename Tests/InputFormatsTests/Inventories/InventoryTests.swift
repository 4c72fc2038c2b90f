import ClusterModel
import Foundation
@testable import InputFormats
import SimulationEngine
import TestSupport
import Testing

@Suite struct InventoryTests {
  private func read(_ files: [String: String]) -> (objects: ClusterObjects, lines: [String]) {
    read(files.mapValues { Array($0.utf8) })
  }

  private func read(_ files: [String: [UInt8]]) -> (objects: ClusterObjects, lines: [String]) {
    let session = DecodingSession()
    var reader = InventoryReader(session: session, workloadTypes: TestFiles.vocabulary.workloadTypes)
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      let opened = FormatCatalog.open(SourceFile(path: path, bytes: bytes), session: session)
      #expect(opened.kind == .inventory, "\(path)")
      reader.add(opened)
    }
    let objects = reader.finish()
    return (objects, session.diagnostics.lines)
  }

  @Test func `a table of machines needs a name, CPUs and memory and takes more`() throws {
    let (objects, lines) = read([
      "m.csv": """
      Name;vCPUs;Memory (GiB);Namespace;Count;Type;Node;Storage Class;CPU usage %;Memory usage %;State;Colour
      web;2;8;shop;3;general-purpose;;;;;;red
      db;16;64,5;;;database;w1;odf;35%;70;on;
      "=cmd(); <b>";1;0,5;;;;;;;;off;
      """
    ])
    #expect(
      lines == ["note K013 - skipped 1 × column: not one of a table of machines: Colour | see: headroom list formats"])
    #expect(
      objects.machines.map(\.qualifiedName) == [
        "shop/web-1", "shop/web-2", "shop/web-3", "default/db", "default/=cmd(); <b>",
      ])
    let db = objects.machines[3]
    #expect(db.vCPUs == 16 && db.guestMemoryBytes == Int64(64.5 * 0x1p30) && db.workloadType == "database")
    #expect(db.nodeName == "w1" && db.storageClassName == "odf")
    #expect(db.observedUsage == ObservedUsage(cpuCores: 5.6, memoryBytes: 0.7 * Double(db.guestMemoryBytes)))
    #expect(objects.machines[4].isRunning == false && objects.machines[4].guestMemoryBytes == 512 << 20)
  }

  @Test func `bad cells are told with line, column and a fix`() {
    let (objects, lines) = read([
      "m.csv": "name,cpu,memory,type\na,2,4096,\nb,x,4Gi,\nc,1,4GB,\n,1,1Gi,\nd,1,1Gi,databse\n"
    ])
    #expect(objects.machines.isEmpty)
    #expect(
      lines == [
        "error I002 2:5 memory: 4 KiB is too little memory, found '4096' | write 16Gi, or call the column memoryGiB or memoryMiB",
        "error I002 3:3 vcpus: not a whole number, found 'x'",
        "error I002 4:5 memory: unknown unit 'GB' in '4GB', found '4GB' | did you mean 4G (10^9) or 4Gi (2^30)?",
        "error I002 5:1 name: the row has no name",
        "error I002 6:9 type: unknown workload type, found 'databse' | did you mean 'database'?",
      ])
  }

  @Test func `two machines of one name are kept apart`() {
    let (objects, lines) = read(["m.csv": "vm,cpu,memoryMiB\na,1,1024\na,1,1024\na,1,1024\n"])
    #expect(objects.machines.map(\.name) == ["a", "a-2", "a-3"])
    #expect(lines.count == 1 && lines[0].hasPrefix("warning K010"))
  }

  @Test func `tabs of RVTools are joined and templates counted`() throws {
    let (objects, lines) = read([
      "vInfo.csv": """
      VM,Powerstate,Template,SRM Placeholder,CPUs,Memory,NICs,Host,Cluster,VM ID
      web,poweredOn,False,False,4,"8,192",1,esx1,A,vm-1
      old,poweredOff,False,False,2,4096,1,esx1,A,vm-2
      base,poweredOff,True,False,2,4096,1,esx1,A,vm-3
      late,poweredOn,False,False,,,1,esx9,A,vm-4
      none,poweredOn,False,False,,,1,esx9,A,vm-5
      """,
      "vCPU.csv":
        "VM,Powerstate,Template,CPUs,Sockets,Max,Overall\nweb,poweredOn,False,4,1,8000,2000\nlate,poweredOn,False,8,1,0,0\n",
      "vMemory.csv":
        "VM,Powerstate,Template,Size MiB,Overhead,Consumed,VM ID\nweb,poweredOn,False,8192,1,4096,vm-1\nx,poweredOn,False,2048,1,1,vm-4\n",
      "vDisk.csv":
        "VM,Powerstate,Template,Disk,Capacity MiB,Raw\nweb,poweredOn,False,d,1024,False\nbase,poweredOff,True,d,999999,False\n",
      "vHost.csv":
        "Host,Cluster,in Maintenance Mode,HT Active,# CPU,Cores per CPU,# Cores,CPU usage %,# Memory,Memory usage %\nesx1,A,True,True,2,16,32,50,262144,25\n",
      "vNetwork.csv": "VM,Powerstate,Template,NIC label\nweb,poweredOn,False,n\n",
    ])
    #expect(objects.machines.map(\.name) == ["web", "old", "late"])
    let web = objects.machines[0]
    #expect(web.vCPUs == 4 && web.guestMemoryBytes == 8 << 30 && web.nodeName == "esx1" && web.isRunning)
    #expect(web.observedUsage == ObservedUsage(cpuCores: 1, memoryBytes: Double(4 << 30)))
    #expect(
      !objects.machines[1].isRunning && objects.machines[2].vCPUs == 8
        && objects.machines[2].guestMemoryBytes == 2 << 30)
    let host = try #require(objects.nodes.first)
    #expect(host.cpuMillicores == 32_000 && host.memoryBytes == 256 << 30 && host.isCordoned)
    #expect(host.observedUsage == ObservedUsage(cpuCores: 16, memoryBytes: Double(64 << 30)))
    #expect(lines.contains { $0.contains("1 machine states no CPUs or no memory: left out: none") }, "\(lines)")
    #expect(lines.contains("note K013 - skipped 1 × VM: a template"))
    #expect(lines.contains("note K013 - skipped 1 × RVTools tab: not needed"))
    #expect(!lines.contains { $0.hasPrefix("error") })
  }

  @Test func `an inventory is a cluster for a scenario and for a run without one`() throws {
    let files = TestFiles(files: [
      "m.csv": "name,cpu,memory,node\na,2,4Gi,n1\nb,2,4Gi,gone\n",
      "nodes.csv": "sn,cpu_milli,memory_mib,gpu,model\nn1,32000,262144,2,T4\n",
      "s.yaml": "apiVersion: headroom/v1\nkind: Scenario\ncluster: { snapshot: [m.csv, nodes.csv] }\n",
    ])
    for reading in [files.read("s.yaml"), files.read(["m.csv", "nodes.csv"])] {
      let cluster = try #require(reading.scenario, "\(reading.diagnostics.lines)").cluster
      #expect(cluster.snapshotMachines.map(\.nodeName) == ["n1", nil])
      #expect(cluster.snapshotNodes[0].labels["nvidia.com/gpu.count"] == "2")
      #expect(reading.diagnostics.lines.contains { $0.contains("1 machine runs on hosts that the inventory does not") })
    }
  }

  @Test func `every cut and every changed byte of an inventory ends without a trap`() {
    let bytes = Array("name,cpu,memory,count\na,2,4Gi,2\n\"b\",1,\"1,5Gi\",\n".utf8)
    let files = { (bytes: [UInt8]) in
      Validation(vocabulary: TestFiles.vocabulary, source: CompressedInputTests.source(["f": bytes])).verdict(of: "f")
    }
    for length in 0..<bytes.count { _ = files(Array(bytes.prefix(length))) }
    for index in bytes.indices {
      for byte in stride(from: UInt8.min, through: 250, by: 5) {
        var changed = bytes
        changed[index] = byte
        _ = files(changed)
      }
    }
  }

  private func reference(_ name: String) throws -> [UInt8] {
    let path = try #require(ReferenceData.path("kubernetes/traces/" + name))
    return UnpackedInput(path: name, bytes: Array(try Data(contentsOf: URL(fileURLWithPath: path)))).file.bytes
  }

  @Test(.enabled(if: ReferenceData.path("kubernetes/traces/rvtools-example1.xlsx") != nil, ReferenceData.absent))
  func `a workbook of RVTools gives its machines and hosts`() throws {
    let (objects, lines) = read(["r.xlsx": try reference("rvtools-example1.xlsx")])
    #expect(objects.machines.count == 9 && objects.nodes.count == 7)
    #expect(objects.machines.map(\.name) == (1...9).map { "vm-\($0)" })
    #expect(objects.machines.map(\.vCPUs) == [1, 2, 3, 8, 8, 7, 9, 13, 18])
    #expect(
      objects.machines.map { $0.guestMemoryBytes >> 20 } == [
        2224, 2046, 3526, 17230, 16799, 16461, 13146, 34321, 40960,
      ])
    #expect(objects.machines.filter(\.isRunning).map(\.name) == ["vm-3", "vm-8", "vm-9"])
    #expect(objects.nodes.allSatisfy { $0.cpuMillicores == 32_000 && $0.memoryBytes == 261_797 << 20 })
    #expect(!lines.contains { $0.hasPrefix("error") || $0.hasPrefix("warning") }, "\(lines)")
  }

  @Test(.enabled(if: ReferenceData.path("kubernetes/traces/azure-vmtable.csv.gz") != nil, ReferenceData.absent))
  func `published tables give their machines and nodes`() throws {
    let azure = read(["vmtable.csv": try reference("azure-vmtable.csv.gz")]).objects.machines
    #expect(azure.count == 10 && azure[3].vCPUs == 8 && azure[3].guestMemoryBytes == 56 << 30)
    #expect(azure[1].guestMemoryBytes == 768 << 20 && azure[0].applicationGroup.hasPrefix("Pc2VLB8a"))
    let nodes = read(["n.csv": try reference("openb_node_list_all_node.csv")]).objects.nodes
    #expect(nodes.count == 1523 && nodes[0].name == "openb-node-0000")
    #expect(nodes[0].cpuMillicores == 32_000 && nodes[0].memoryBytes == 256 << 30)
  }
}
