/** Frames of which a preference shows more, with the fields that it shows. */
import { type Bytes, join, text } from "../capture/build.ts";
import { checksum, ethernet, hexBytes, ipv4, ipv6, tcpSegment, u16, u32 } from "./packets.ts";

const HERE = "20010db8000000000000000000000001";
const THERE = "20010db8000000000000000000000002";

/** A segment or datagram with its checksum, `off` by so much, over IPv4 or IPv6. */
function message(protocol: 6 | 17, payload: Bytes, off = 0, over6 = false): Uint8Array {
  const make = (sum: number): Uint8Array =>
    protocol === 6
      ? join(
          u16(40_000 + payload.length),
          u16(50_000),
          u32(1000),
          u32(2000),
          u16(0x5018),
          u16(8192),
          u16(sum),
          u16(0),
          payload,
        )
      : join(u16(1000), u16(2000), u16(8 + payload.length), u16(sum), payload);
  const length = make(0).length;
  const pseudo = over6
    ? join(hexBytes(HERE), hexBytes(THERE), u32(length), u32(protocol))
    : join([192, 0, 2, 1, 192, 0, 2, 2], u16(protocol), u16(length));
  const whole = make((checksum(pseudo, make(0)) + off) & 0xffff);
  return over6 ? ipv6(protocol, whole, HERE, THERE) : ipv4({ protocol, payload: whole });
}

/** A segment whose payload brings its checksum to zero, which is sent as all ones. */
function allOnes(): Uint8Array {
  const checksumAt = 20 + 16;
  return message(6, message(6, [0, 0]).subarray(checksumAt, checksumAt + 2), 0xffff);
}

const UDP: Uint8Array = join(u16(1000), u16(2000), u16(8), u16(0x1234));
const timestamp = (value: number): Uint8Array =>
  tcpSegment({ options: join(hexBytes("080a"), u32(value), u32(0)), index: value & 0xff, sequence: value });
const arp: Uint8Array = ethernet(
  0x0806,
  hexBytes("0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202"),
);

export interface PreferenceCase {
  readonly settings: readonly string[];
  readonly linkType: number;
  readonly frames: readonly Uint8Array[];
  /** Microseconds from one frame to the next. */
  readonly step?: number;
  readonly names: readonly string[];
}

const CHECKS = ["ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE"];
const SUMS = ["status", "calculated"].flatMap((what) =>
  ["ip", "tcp", "udp"].map((name) => `${name}.checksum${what === "status" ? "." : "_"}${what}`),
);

export const PREFERENCE_CASES: Readonly<Record<string, PreferenceCase>> = {
  "checksums over IPv4": {
    settings: CHECKS,
    linkType: 228,
    frames: [
      message(6, text("hello")),
      message(6, text("hello!"), 1),
      message(17, text("world")),
      message(17, text("world!"), 5),
      ipv4({ protocol: 17, payload: join(u16(1), u16(2), u16(8), u16(0)) }),
      ipv4({ protocol: 17, payload: UDP, checksum: 0x1234 }),
    ],
    names: [
      ...SUMS,
      "ip.checksum_bad.expert",
      "tcp.checksum_bad.expert",
      "udp.checksum.bad",
      "_ws.expert.group",
    ],
  },
  "checksums over IPv6": {
    settings: CHECKS,
    linkType: 229,
    frames: [
      message(6, text("hello"), 0, true),
      message(17, text("hello"), 0, true),
      message(17, text("x"), 3, true),
    ],
    names: [...SUMS, "udp.checksum.bad"],
  },
  "a checksum of all ones": {
    settings: CHECKS,
    linkType: 228,
    frames: [allOnes(), message(6, text("hello"))],
    names: ["tcp.checksum.ffff", "tcp.checksum_calculated", "tcp.checksum_bad.expert"],
  },
  "one checksum of three": {
    settings: ["tcp.check_checksum:TRUE"],
    linkType: 228,
    frames: [message(6, text("hello"), 1), message(17, text("world"), 1)],
    names: [...SUMS, "tcp.checksum_bad.expert", "udp.checksum.bad"],
  },
  "type of service": {
    settings: ["ip.decode_tos_as_diffserv:FALSE"],
    linkType: 228,
    frames: [0, 0xb8, 0x10, 0x02, 0xff].map((tos) => ipv4({ protocol: 17, payload: UDP, tos })),
    names: ["", ".precedence", ".delay", ".throughput", ".reliability", ".cost"].map(
      (name) => `ip.tos${name}`,
    ),
  },
  "security flag": {
    settings: ["ip.security_flag:TRUE"],
    linkType: 228,
    frames: [0x8000, 0, 0x4000].map((fragment) => ipv4({ protocol: 17, payload: UDP, fragment })),
    names: ["ip.flags.sf", "ip.evil_packet"],
  },
  "canonical format": {
    settings: ["vlan.version:IEEE 802.1Q-2005"],
    linkType: 1,
    frames: [0x1005, 0x0005].map((tag) =>
      ethernet(0x8100, join(u16(tag), u16(0x0800), ipv4({ protocol: 17, payload: UDP }))),
    ),
    names: ["vlan.cfi"],
  },
  "SYN cookies": {
    settings: ["tcp.read_seq_as_syn_cookie:TRUE"],
    linkType: 228,
    frames: [71, 0xdead_beef, 0x30, 0xffff_ffff].map(timestamp),
    names: [
      ...["time", "mss", "hash"].map((name) => `tcp.syncookie.${name}`),
      ...["timestamp", "ecn", "sack", "wscale"].map(
        (name) => `tcp.options.timestamp.tsval.syncookie.${name}`,
      ),
    ],
  },
  "hashes of frames": {
    settings: ["frame.generate_md5_hash:TRUE"],
    linkType: 228,
    frames: [message(6, text("hello")), message(17, [])],
    names: ["frame.md5_hash"],
  },
  "storms of requests": {
    settings: ["arp.detect_request_storms:TRUE"],
    linkType: 1,
    frames: Array.from({ length: 200 }, () => arp),
    step: 2500,
    names: ["arp.packet-storm-detected"],
  },
  "no storm, as the requests come slowly": {
    settings: ["arp.detect_request_storms:TRUE"],
    linkType: 1,
    frames: Array.from({ length: 60 }, () => arp),
    step: 5000,
    names: ["arp.packet-storm-detected"],
  },
  "a storm of few": {
    settings: [
      "arp.detect_request_storms:TRUE",
      "arp.detect_storm_number_of_packets:3",
      "arp.detect_storm_period:20",
    ],
    linkType: 1,
    frames: Array.from({ length: 30 }, () => arp),
    step: 5000,
    names: ["arp.packet-storm-detected"],
  },
};
