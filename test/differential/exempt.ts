/** Fields of Wireshark that we leave out, with the reason. Patterns are names, `*` at the end standing for any rest. */
export interface Exemption {
  readonly fields: readonly string[];
  readonly reason: string;
}

export const EXEMPT: readonly Exemption[] = [
  { reason: "needs a table of places", fields: ["ip.geoip.*", "ipv6.geoip.*"] },
  {
    reason: "needs a table of names (manufacturers, VLANs, users of a host)",
    fields: [
      "eth.dst.oui_resolved",
      "eth.src.oui_resolved",
      "eth.addr.oui_resolved",
      "vlan.id_name",
      "tcp.proc.*",
      "udp.proc.*",
    ],
  },
  {
    reason: "several frames are put together",
    fields: [
      "ip.fragment",
      "ip.fragment.*",
      "ip.fragments",
      "ip.reassembled*",
      "ipv6.fragment",
      "ipv6.fragment.*",
      "ipv6.fragments",
      "ipv6.reassembled*",
      "tcp.segment",
      "tcp.segment.*",
      "tcp.segments",
      "tcp.segment_data",
      "tcp.reassembled*",
      "tcp.continuation_to",
      "tcp.pdu.*",
      "udp.pdu.size",
      "tcp.fin_retransmission",
    ],
  },
  {
    reason: "appears only under a preference that is off by default",
    fields: [
      "frame.md5_hash",
      "frame.file_off",
      "ip.tos",
      "ip.tos.*",
      "ip.flags.sf",
      "ip.evil_packet",
      "ip.checksum_calculated",
      "ip.checksum_bad.expert",
      "tcp.checksum_calculated",
      "tcp.checksum_bad.expert",
      "tcp.checksum.ffff",
      "udp.checksum_calculated",
      "udp.checksum.bad",
      "udplite.checksum_coverage.bad",
      "eth.fcs_bad",
      "vlan.cfi",
      "vlan.too_many_tags",
      "tcp.syncookie.*",
      "tcp.options.timestamp.tsval.syncookie.*",
      "arp.packet-storm-detected",
      "ipv6.embed_ipv4_u",
      "ipv6.embed_ipv4_suffix",
      "ipv6.embed_ipv4.u.nonzero",
    ],
  },
  {
    reason: "a guess about a payload or a port",
    fields: ["icmp.data_time", "icmp.data_time_relative", "udp.possible_traceroute", "tcp.reset_cause"],
  },
  {
    reason: "a table over all frames read: requests with their answers, addresses with their owners",
    fields: ["icmp.resp_in", "icmp.no_resp", "icmp.resp_not_found", "tcp.flags.ace"],
  },
  {
    reason: "what the user of a graphical program set, or a record that captures of other systems carry",
    fields: [
      "frame.ref_time",
      "frame.coloring_rule.*",
      "frame.p2p_dir",
      "frame.link_nr",
      "frame.interface_queue",
      "frame.packet_id",
      "frame.verdict",
      "frame.verdict.*",
      "frame.drop_count",
      "frame.cb_*",
      "frame.bblog*",
      "frame.pcaplog.*",
      "frame.time_invalid",
      "frame.incomplete",
      "frame.len_lt_caplen",
    ],
  },
  {
    reason: "another hardware or protocol: ATM and AX.25 ARP, DRARP, GRE over cooked links",
    fields: [
      "arp.*.atm_*",
      "arp.src.htype",
      "arp.src.hlen",
      "arp.src.stype",
      "arp.src.slen",
      "arp.src.pln",
      "arp.dst.htype",
      "arp.dst.hlen",
      "arp.dst.stype",
      "arp.dst.slen",
      "arp.dst.pln",
      "arp.src.hw_ax25",
      "arp.dst.hw_ax25",
      "arp.dst.drarp_error_status",
      "sll.gretype",
    ],
  },
  {
    reason: "options of vendors",
    fields: ["tcp.options.rvbd.*", "tcp.options.scps.*", "tcp.options.snack.*"],
  },
  {
    reason:
      "options of other fields of work: routing in lossy networks, multicast forwarding, telemetry, labels",
    fields: [
      "icmp.mip.*",
      "ipv6.opt.rpl.*",
      "ipv6.opt.mpl.*",
      "ipv6.opt.dff.*",
      "ipv6.opt.smf_dpd.*",
      "ipv6.opt.ioam.*",
      "ipv6.opt.calipso.*",
      "ipv6.opt.pdm.*",
      "ipv6.opt.lio.*",
      "ipv6.opt.ilnp_nonce",
      "ipv6.opt.tpf_information",
      "icmp.int_info.ipunknown",
      "icmp.int_ident.address",
      "icmp.mpls.data",
      "ip.cipso.categories",
      "ip.cipso.malformed",
      "icmpv6.opt.cga",
      "icmpv6.opt.cga.*",
      "icmpv6.opt.linkaddr_eui64",
      "icmpv6.opt.src_linkaddr_eui64",
      "icmpv6.opt.target_linkaddr_eui64",
    ],
  },
  {
    reason: "bytes that contradict their format are told of by problems with codes, and by _ws.malformed",
    fields: [
      "ip.opt.padding",
      "ipv6.opt.unknown_data.expert",
      "ipv6.opt_unknown_data",
      "icmpv6.unknown_data",
    ],
  },
  {
    reason: "a source route is shown as it stands in the option",
    fields: ["ip.opt.addr", "ip.cur_rt", "ip.cur_rt_host"],
  },
  {
    reason: "no dissector of the reference gives it a value",
    fields: ["icmpv6.nonce", "icmpv6.opt.padding"],
  },
];

/** Reason why a field is left out, or undefined. */
export function exemption(field: string): string | undefined {
  const fits = (pattern: string): boolean =>
    new RegExp(
      `^${pattern
        .split("*")
        .map((part) => part.replace(/[.]/g, "\\."))
        .join(".*")}$`,
    ).test(field);
  return EXEMPT.find((row) => row.fields.some(fits))?.reason;
}
