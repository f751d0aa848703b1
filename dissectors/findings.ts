/** Which fields tell of something worth a look, how serious it is and what it is about, as Wireshark ranks them. */
import type { Finding, FindingGroup } from "../src/plugin.ts";

const rank =
  (severity: Finding["severity"], group: FindingGroup) =>
  (field: string, more: Pick<Finding, "message" | "about"> = {}): Finding => ({
    field,
    severity,
    group,
    ...more,
  });

const chat = rank("chat", "sequence");
const note = rank("note", "sequence");
const warn = rank("warn", "sequence");
const chatOfProtocol = rank("chat", "protocol");
const noteOfProtocol = rank("note", "protocol");
const warnOfProtocol = rank("warn", "protocol");
const errorOfProtocol = rank("error", "protocol");
const malformed = rank("error", "malformed");

export const frameFindings: readonly Finding[] = [
  rank("comment", "comment")("frame.comment.expert", { message: "{}", about: "frame.comment" }),
  malformed("frame.len_lt_caplen"),
];

export const ethernetFindings: readonly Finding[] = [
  warnOfProtocol("eth.src_not_group"),
  malformed("eth.len.past_end"),
  malformed("vlan.len.past_end"),
  noteOfProtocol("eth.padding_bad"),
  rank("warn", "undecoded")("vlan.too_many_tags"),
];

export const arpFindings: readonly Finding[] = [
  warn("arp.duplicate-address-detected"),
  note("arp.packet-storm-detected"),
];

export const ipFindings: readonly Finding[] = [
  note("ip.ttl.too_small"),
  rank("error", "checksum")("ip.checksum_bad.expert"),
  warnOfProtocol("ip.evil_packet"),
  note("ip.ttl.lncb"),
  warnOfProtocol("ip.nop"),
  errorOfProtocol("ip.bogus_ip_version"),
  errorOfProtocol("ip.bogus_header_length"),
  errorOfProtocol("ip.bogus_ip_length"),
  warnOfProtocol("ip.opt.len.invalid"),
  warnOfProtocol("ip.opt.ptr.before_address"),
  warnOfProtocol("ip.opt.ptr.middle_address"),
  warnOfProtocol("ip.subopt_too_long"),
  malformed("ipv6.bogus_ipv6_version"),
  malformed("ipv6.invalid_header"),
  warnOfProtocol("ipv6.plen_exceeds_framing"),
  chatOfProtocol("ipv6.plen_zero"),
  malformed("ipv6.opt.invalid_len"),
  warnOfProtocol("ipv6.opt.header_mismatch"),
  rank("note", "deprecated")("ipv6.opt.deprecated"),
  rank("note", "undecoded")("ipv6.opt.unknown_data.expert"),
  malformed("ipv6.opt.jumbo.missing"),
  warnOfProtocol("ipv6.opt.jumbo.prohibited"),
  warnOfProtocol("ipv6.opt.jumbo.truncated"),
  warnOfProtocol("ipv6.opt.jumbo.fragment"),
];

const UNANSWERED = { message: "Echo request without a reply" };

export const icmpFindings: readonly Finding[] = [
  rank("warn", "checksum")("icmp.checksum_bad"),
  rank("warn", "checksum")("icmp.ext.checksum_bad"),
  warn("icmp.resp_not_found", UNANSWERED),
  warn("icmpv6.resp_not_found", UNANSWERED),
];

export const udpFindings: readonly Finding[] = [
  rank("error", "checksum")("udp.checksum.zero"),
  rank("error", "checksum")("udp.checksum.bad"),
  malformed("udp.length.bad"),
  chat("udp.possible_traceroute"),
  warnOfProtocol("udp.length.bad_zero"),
];

const SERVER = { about: "tcp.dstport", message: "Connection asked for, at port {}" };
const FROM_SERVER = { about: "tcp.srcport", message: "Connection accepted, at port {}" };
const REPEATED = { about: "tcp.analysis.duplicate_ack_num", message: "Repeats an acknowledgment (#{})" };

export const tcpFindings: readonly Finding[] = [
  errorOfProtocol("tcp.bogus_header_length"),
  rank("error", "checksum")("tcp.checksum_bad.expert"),
  rank("warn", "checksum")("tcp.checksum.ffff"),
  rank("warn", "malformed")("tcp.short_segment"),
  note("tcp.option.len.invalid"),
  malformed("tcp.suboption_malformed"),
  noteOfProtocol("tcp.ack.nonzero"),
  warn("tcp.connection.rst"),
  chat("tcp.connection.syn", SERVER),
  chat("tcp.connection.synack", FROM_SERVER),
  chat("tcp.connection.fin"),
  note("tcp.connection.fin_active"),
  note("tcp.connection.fin_passive"),
  noteOfProtocol("tcp.urgent_pointer.non_zero"),
  noteOfProtocol("tcp.options.mss.absent"),
  warnOfProtocol("tcp.options.mss.present"),
  warnOfProtocol("tcp.options.wscale.shift.invalid"),
  warnOfProtocol("tcp.nop"),
  errorOfProtocol("tcp.non_zero_bytes_after_eol"),
  warn("tcp.options.sack.dsack"),
  note("tcp.analysis.reused_ports"),
  note("tcp.analysis.retransmission"),
  note("tcp.analysis.fast_retransmission"),
  note("tcp.analysis.spurious_retransmission"),
  warn("tcp.analysis.out_of_order"),
  warn("tcp.analysis.lost_segment"),
  warn("tcp.analysis.ack_lost_segment"),
  chat("tcp.analysis.window_update"),
  warn("tcp.analysis.window_full"),
  note("tcp.analysis.keep_alive"),
  note("tcp.analysis.keep_alive_ack"),
  note("tcp.analysis.zero_window_probe"),
  warn("tcp.analysis.zero_window"),
  note("tcp.analysis.zero_window_probe_ack"),
  note("tcp.analysis.duplicate_ack", REPEATED),
  note("tcp.analysis.tfo_syn"),
  note("tcp.analysis.tfo_ack"),
  note("tcp.analysis.tfo_ignored"),
];

export const mptcpFindings: readonly Finding[] = [
  warnOfProtocol("mptcp.dss.infinite_mapping"),
  warnOfProtocol("mptcp.dss.missing_mapping"),
  warnOfProtocol("mptcp.connection.echoed_key_mismatch"),
  warnOfProtocol("mptcp.connection.missing_algorithm"),
  warnOfProtocol("mptcp.connection.unsupported_algorithm"),
];
