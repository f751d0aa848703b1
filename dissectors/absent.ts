/** Names that Wireshark has for our protocols and that no frame has here, each group with its reason. Filters with them compile. */
import type { FieldInfo, FieldType } from "../src/plugin.ts";

/** Lines of name, type and description. */
function group(absent: string, text: string): FieldInfo[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [name = "", type = "", ...words] = line.trim().split(" ");
      const [protocol = name] = name.split(".", 1);
      const base = /^U?INT/.test(type) ? "dec" : "none";
      // The second word of each line below is a type; the test of declared fields holds them against Wireshark's.
      return { name, type: `FT_${type}` as FieldType, base, protocol, description: words.join(" "), absent };
    });
}

/** `{}` of each line stands for each of the words. */
function each(words: readonly string[], lines: string): string {
  return words.map((word) => lines.trim().replaceAll("{}", word)).join("\n");
}

const PLACES = "needs a table of places";
const NAMES = "needs a table of names: of manufacturers, of VLANs, of the programs of a host";
const REASSEMBLY = "frames are not put together: each fragment and segment is shown as it came";
const MESSAGES = "told by the protocols above TCP and UDP (DNS, TLS), which are not read here";
const PROGRAM = "set by the user of a graphical program";
const RECORDS = "from records of other systems than capture files of packets";
const READER = "the reader of captures tells dissectors of frames, not of the file";
const HARDWARE = "hardware that no capture shows: ATM, AX.25, DRARP";
const VENDORS = "options of single vendors, whose bytes stay bytes";
const ROUTING = "routing of mobile hosts and of lossy networks, and telemetry of nodes: bytes stay bytes";
const UNVERIFIED = "check sequences of Ethernet are not verified";
const GUESS = "a guess about a payload";
const PREFIX = "only for prefixes that a user sets";
const MALFORMED =
  "bytes that contradict their format are told of by problems with codes, and by _ws.malformed";
const UNUSED = "no dissector of Wireshark gives it a value";

const geography = (protocol: string): FieldInfo[] =>
  group(
    PLACES,
    each(
      ["", "src_", "dst_"].map((end) => `${protocol}.geoip.${end}`),
      `{}country STRING Country of the address
       {}country_iso STRING Country of the address, as two letters
       {}city STRING City of the address
       {}asnum UINT32 Autonomous system of the address
       {}org STRING Organization of the address
       {}lat DOUBLE Latitude of the address, in degrees
       {}lon DOUBLE Longitude of the address, in degrees`,
    ),
  ).concat(
    group(
      PLACES,
      each(["src", "dst"], `${protocol}.geoip.{}_summary STRING Where the address is, in one line`),
    ),
  );

const processes = (protocol: string): FieldInfo[] =>
  group(
    NAMES,
    each(
      ["src", "dst"].map((end) => `${protocol}.proc.${end}`),
      `{}uid UINT32 User that the program runs as, by number
       {}pid UINT32 Process of the program
       {}uname STRING User that the program runs as
       {}cmd STRING Name of the program`,
    ),
  );

/** The parts of something whole, under the name of one part. */
const parts = (part: string): string => `
  ${part} FRAMENUM Frame of a part
  ${part}.overlap BOOLEAN A part covers bytes of another
  ${part}.overlap.conflict BOOLEAN A part covers bytes of another with other bytes
  ${part}.multipletails BOOLEAN Several parts say that they are the last
  ${part}.toolongfragment BOOLEAN A part goes behind the end
  ${part}.error FRAMENUM Frame of a part that does not fit
  ${part}.count UINT32 Number of parts`;

export const absentFrame: readonly FieldInfo[] = [
  ...group(
    PROGRAM,
    `frame.ref_time NONE Times count from this frame
     frame.coloring_rule.name STRING Name of the rule that colors the frame
     frame.coloring_rule.string STRING Filter of the rule that colors the frame`,
  ),
  ...group(
    RECORDS,
    `frame.link_nr UINT16 Number of the link of a multi-link recording
     frame.cb_pen UINT32 Enterprise number of a custom block
     frame.cb_copy BOOLEAN A custom block may be copied
     frame.bblog STRING Record of a log of a TCP stack
     frame.bblog.ticks UINT32 Clock of a log of a TCP stack
     frame.bblog.serial_nr UINT32 Running number in a log of a TCP stack
     frame.pcaplog.data_type UINT32 Kind of a log record
     frame.pcaplog.data_length UINT32 Bytes of a log record
     frame.pcaplog.data BYTES Bytes of a log record
     frame.verdict.unknown BYTES Verdict of an unknown kind`,
  ),
  ...group(UNUSED, "frame.incomplete NONE Bytes that no dissector reads"),
  ...group(
    READER,
    `frame.file_off INT64 Where the frame begins in its file
     frame.time_invalid NONE The time of the record is none`,
  ),
];

export const absentEthernet: readonly FieldInfo[] = group(
  UNVERIFIED,
  "eth.fcs_bad NONE The check sequence is wrong",
).concat(
  group(
    NAMES,
    `${each(["dst", "src", "addr"], "eth.{}.oui_resolved STRING Manufacturer of the interface")}
   vlan.id_name STRING Name of the VLAN`,
  ),
);

export const absentArp: readonly FieldInfo[] = group(
  HARDWARE,
  `${each(
    ["src", "dst"].map((end) => `arp.${end}`),
    `{}.htype BOOLEAN Kind of the ATM number
     {}.hlen UINT8 Bytes of the ATM number
     {}.stype BOOLEAN Kind of the ATM subaddress
     {}.slen UINT8 Bytes of the ATM subaddress
     {}.pln UINT8 Bytes of the protocol address
     {}.atm_num_e164 STRING ATM number of E.164
     {}.atm_num_nsap BYTES ATM number of NSAP
     {}.atm_subaddr BYTES ATM subaddress
     {}.hw_ax25 AX25 AX.25 address`,
  )}
   arp.src.atm_data_country_code UINT16 Country in an ATM address
   arp.src.atm_data_country_code_group UINT16 Country in an ATM group address
   arp.src.atm_high_order_dsp BYTES High-order part of an ATM address
   arp.src.atm_end_system_identifier BYTES End system in an ATM address
   arp.src.atm_selector UINT8 Selector of an ATM address
   arp.src.atm_international_code_designator UINT16 Organization in an ATM address
   arp.src.atm_international_code_designator_group UINT16 Organization in an ATM group address
   arp.src.atm_e.164_isdn BYTES ISDN number in an ATM address
   arp.src.atm_e.164_isdn_group BYTES ISDN number in an ATM group address
   arp.src.atm_rest_of_address BYTES Rest of an ATM address
   arp.src.atm_afi UINT8 Format of an ATM address
   arp.src.atm_afi.unknown NONE The format of an ATM address is unknown
   arp.dst.drarp_error_status UINT16 Why DRARP gave no address`,
);

const IOAM_NODE = `
  hlim UINT8 Hop limit at a node
  id UINT24 Number of a node
  iif UINT16 Interface that the packet came in by
  eif UINT16 Interface that the packet went out by
  tss UINT32 Seconds at a node
  tsf UINT32 Fraction of a second at a node
  trdelay UINT32 Delay in a node, in nanoseconds
  nsdata UINT32 Data of the namespace
  qdepth UINT32 Length of a queue
  csum UINT32 Checksum complement
  id_wide UINT56 Number of a node
  iif_wide UINT32 Interface that the packet came in by
  eif_wide UINT32 Interface that the packet went out by
  nsdata_wide UINT64 Data of the namespace
  bufoccup UINT32 Use of a buffer
  undefined UINT32 Data of a kind without a meaning
  oss.len UINT8 Words of opaque data
  oss.scid UINT24 Schema of opaque data
  oss.data BYTES Opaque data`;

export const absentIp: readonly FieldInfo[] = [
  ...geography("ip"),
  ...geography("ipv6"),
  ...group(
    REASSEMBLY,
    `${parts("ip.fragment").trim()}
     ip.fragments BYTES The parts of a packet
     ip.reassembled_in FRAMENUM Frame that shows the whole packet
     ip.reassembled.length UINT32 Bytes of the whole packet
     ip.reassembled.data BYTES The whole packet
     ${parts("ipv6.fragment").trim()}
     ipv6.fragments NONE The parts of a packet
     ipv6.reassembled.in FRAMENUM Frame that shows the whole packet
     ipv6.reassembled.length UINT32 Bytes of the whole packet
     ipv6.reassembled.data BYTES The whole packet`,
  ),
  ...group(
    ROUTING,
    IOAM_NODE.trim()
      .split("\n")
      .map((line) => `ipv6.opt.ioam.trace.node.${line.trim()}`)
      .concat(
        "ipv6.opt.ioam.trace.invalid_nodelen NONE The length of a node's data is not what its type says",
        "ipv6.opt.ioam.trace.invalid_remlen NONE More room is left than there is",
        "ipv6.opt.ioam.trace.invalid_type NONE A type of trace that nothing reads",
      )
      .join("\n"),
  ),
  ...group(
    PREFIX,
    `ipv6.embed_ipv4_u BYTES Reserved byte before an embedded IPv4 address
     ipv6.embed_ipv4.u.nonzero NONE The reserved byte is not zero
     ipv6.embed_ipv4_suffix BYTES Bytes behind an embedded IPv4 address`,
  ),
  ...group(MALFORMED, "ip.cipso.malformed NONE A label that contradicts its format"),
  ...group(
    UNUSED,
    `ip.opt.padding BYTES Padding of options
     ip.opt.addr IPv4 Address in an option`,
  ),
];

export const absentIcmp: readonly FieldInfo[] = [
  ...group(
    ROUTING,
    `icmp.mip.type UINT8 Kind of an extension of mobile hosts
     icmp.mip.length UINT8 Bytes of an extension
     icmp.mip.prefixlength UINT8 Length of a prefix
     icmp.mip.seq UINT16 Running number of an advertisement
     icmp.mip.life UINT16 Seconds for which a registration may hold
     icmp.mip.flags UINT16 What an agent offers
     icmp.mip.r BOOLEAN Registration is required
     icmp.mip.b BOOLEAN The agent is busy
     icmp.mip.h BOOLEAN Home agent
     icmp.mip.f BOOLEAN Foreign agent
     icmp.mip.m BOOLEAN Minimal encapsulation
     icmp.mip.g BOOLEAN GRE encapsulation
     icmp.mip.v BOOLEAN Van Jacobson compression
     icmp.mip.rt BOOLEAN Reverse tunneling
     icmp.mip.u BOOLEAN UDP tunneling
     icmp.mip.x BOOLEAN Revocation of registrations
     icmp.mip.reserved UINT16 Reserved bits
     icmp.mip.coa IPv4 Care-of address
     icmp.mip.challenge BYTES Challenge of an agent
     icmp.mip.content BYTES Bytes of an extension`,
  ),
  ...group(
    GUESS,
    `icmp.data_time ABSOLUTE_TIME Time in the data of an echo
     icmp.data_time_relative RELATIVE_TIME Time from that in the data of an echo to the frame's`,
  ),
  ...group(
    MALFORMED,
    `icmp.mpls.data BYTES Bytes that are no whole label
     icmp.int_info.ipunknown BYTES Address of an unknown family
     icmpv6.unknown_data BYTES Bytes that nothing reads`,
  ),
  ...group(UNUSED, "icmpv6.nonce BYTES Nonce of a message"),
];

export const absentTcp: readonly FieldInfo[] = [
  ...group(
    REASSEMBLY,
    `${parts("tcp.segment").trim()}
     tcp.segments NONE The segments of a message
     tcp.segment_data BYTES A segment's part of a message
     tcp.reassembled_in FRAMENUM Frame that shows the whole message
     tcp.reassembled.length UINT32 Bytes of the whole message
     tcp.reassembled.data BYTES The whole message
     tcp.continuation_to FRAMENUM Frame in which the message begins
     tcp.fin_retransmission FRAMENUM Frame whose FIN is sent again`,
  ),
  ...group(
    MESSAGES,
    `tcp.pdu.size UINT32 Bytes of a message
     tcp.pdu.time RELATIVE_TIME Time from the first segment of a message to its last
     tcp.pdu.last_frame FRAMENUM Last frame of a message`,
  ),
  ...processes("tcp"),
  ...group(
    VENDORS,
    `tcp.options.rvbd.probe.type2 UINT8 Kind of a probe
     tcp.options.rvbd.probe.version_raw UINT8 Version of a probe
     tcp.options.rvbd.probe.client.ip IPv4 Address of the client
     tcp.options.rvbd.probe.storeid UINT32 Store
     tcp.options.rvbd.probe.flags UINT8 Flags of a probe
     tcp.options.rvbd.probe.flags.notcfe BOOLEAN Not the client-side end
     tcp.options.rvbd.probe.flags.last BOOLEAN Last notification
     tcp.options.rvbd.probe.flags.probe BOOLEAN Probe cache
     tcp.options.rvbd.probe.flags.ssl BOOLEAN With TLS
     tcp.options.rvbd.probe.flags.server BOOLEAN Server-side end
     tcp.options.rvbd.trpy.client.port UINT16 Port of the client
     tcp.options.scps.binding.id UINT8 Binding space
     tcp.options.scps.binding.len UINT8 Bytes of a binding
     tcp.options.scps.binding.data BYTES Binding data
     tcp.options.snack.le UINT16 Left edge of a hole
     tcp.options.snack.re UINT16 Right edge of a hole
     tcp.options.snack.sequence NONE Order of the numbers of a hole`,
  ),
];

export const absentUdp: readonly FieldInfo[] = [
  ...processes("udp"),
  ...group(MESSAGES, "udp.pdu.size UINT32 Bytes of a message"),
  ...group(
    "UDP-Lite is not read",
    "udplite.checksum_coverage.bad NONE The checksum covers an impossible number of bytes",
  ),
];
