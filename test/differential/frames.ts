/** Frames that show what neither captures nor vectors do: odd values, findings, derived addresses. */
import { type Bytes, join, text } from "../capture/build.ts";
import {
  checksum,
  ETHERNET,
  ethernet,
  hexBytes,
  ipv4,
  ipv6,
  type MadeFrame,
  tcpSegment,
  u16,
  u32,
} from "./packets.ts";

const on = (linkType: number, ...packets: readonly Uint8Array[]): MadeFrame[] =>
  packets.map((data) => ({ linkType, data }));

/** RFC 826 over Ethernet and IPv4. */
function arp(operation: number, senderIp: string, targetIp: string, targetMac = "000000000000"): Uint8Array {
  return ethernet(
    0x0806,
    join(
      hexBytes("0001080006 04"),
      u16(operation),
      hexBytes("020000000001"),
      hexBytes(senderIp),
      hexBytes(targetMac),
      hexBytes(targetIp),
    ),
  );
}

function linkFrames(): MadeFrame[] {
  const udp = join(u16(1000), u16(2000), u16(12), u16(0), [1, 2, 3, 4]);
  const packet = ipv4({ protocol: 17, payload: udp });
  const ones = new Uint8Array(20).fill(0xaa);
  return on(
    1,
    arp(1, "c0000201", "c0000202"),
    arp(2, "c0000201", "c0000202", "020000000002"),
    arp(1, "c0000201", "c0000201"),
    arp(2, "c0000201", "c0000201", "020000000002"),
    arp(1, "00000000", "c0000202"),
    arp(1, "c0000201", "c0000201", "ffffffffffff"),
    // Another hardware than Ethernet, and another protocol than IPv4.
    ethernet(0x0806, hexBytes("0018 0800 08 04 0001 0102030405060708 c0000201 0000000000000000 c0000202")),
    ethernet(
      0x0806,
      hexBytes(
        "0001 86dd 06 10 0001 020000000001 20010db8000000000000000000000001 000000000000 20010db8000000000000000000000002",
      ),
    ),
    // Sent from a group address.
    ethernet(0x0800, packet, hexBytes("020000000002 030000000001")),
    // A trailer with a check sequence; padding that is not zero.
    ethernet(0x0800, join(packet, new Uint8Array(14), ones, [1, 2, 3, 4])),
    ethernet(0x0800, join(packet, ones)),
    ethernet(0x0800, join(packet, new Uint8Array(14))),
    // IEEE 802.3: a length behind the frame's end, one that is neither length nor type, an organization's protocol.
    ethernet(200, hexBytes("424203 00000000000000")),
    ethernet(1510, hexBytes("424203 00000000000000")),
    ethernet(20, hexBytes("aaaa03 00000c 2000 01b4000000000000 00000000")),
    ethernet(20, hexBytes("aaaa03 123456 abcd 01b4000000000000 00000000")),
    // Tags in tags, and a length in a tag that is too long.
    ethernet(0x8100, join(u16(0x2001), u16(0x8100), u16(2), u16(0x8100), u16(3), u16(0x0800), packet)),
    ethernet(0x8100, join(u16(0x1005), u16(200), hexBytes("424203 00000000"))),
    // Linux cooked, with bytes behind the packet.
  ).concat(on(113, join(hexBytes("0000 0001 0006 020000000001 0000 0800"), packet, ones)));
}

function ipv4Frames(): MadeFrame[] {
  const udp = join(u16(1000), u16(2000), u16(8), u16(0));
  const withOptions = (options: string): Uint8Array =>
    ipv4({ protocol: 17, payload: udp, options: hexBytes(options) });
  return on(
    228,
    ipv4({ protocol: 17, payload: udp, ttl: 1 }),
    ipv4({ protocol: 17, payload: udp, ttl: 4 }),
    ipv4({ protocol: 17, payload: udp, ttl: 5 }),
    ipv4({ protocol: 17, payload: udp, ttl: 2, destination: "224.0.0.1" }),
    ipv4({ protocol: 17, payload: udp, ttl: 1, destination: "224.0.0.1" }),
    ipv4({ protocol: 17, payload: udp, ttl: 1, destination: "224.0.1.1" }),
    ipv4({ protocol: 17, payload: udp, ttl: 64, destination: "224.0.0.251" }),
    ipv4({ protocol: 17, payload: udp, ttl: 255, destination: "224.0.0.252" }),
    ipv4({ protocol: 17, payload: udp, fragment: 0x8000 }),
    ipv4({ protocol: 17, payload: udp, fragment: 0x2000 }),
    ipv4({ protocol: 17, payload: udp, totalLength: 10 }),
    ipv4({ protocol: 17, payload: udp, totalLength: 100 }),
    ipv4({ protocol: 17, payload: udp, checksum: 0x1234 }),
    hexBytes("4400001c00010000401100000a0000010a000002 0001000200080000"),
    withOptions("01010101 01010101"),
    withOptions("01010101 00000000"),
    withOptions("01010101 00ff0000"),
    ...["83 0b 04 0a000001 0a000002 00", "83 0b 08 0a000001 0a000002 00"].map((options) =>
      ipv4({ protocol: 253, payload: [], options: hexBytes(options) }),
    ),
    withOptions("89 0b 0c 0a000001 0a000002 00"),
    withOptions("94 05 0000 00 000000"),
    withOptions("86 0e 00000003 07 08 0000 01020304 0000"),
    withOptions("86 0a 00000003 01 04 00 07 0000"),
    withOptions("19 08 25 40 00000004"),
  );
}

function udpFrames(): MadeFrame[] {
  const udp = (destination: number, length: number, sum: number, payload: Bytes = [1, 2, 3, 4]): Uint8Array =>
    join(u16(1000), u16(destination), u16(length), u16(sum), payload);
  const six = "20010db8000000000000000000000001";
  return [
    ...on(
      228,
      ipv4({ protocol: 17, payload: udp(2000, 12, 0) }),
      ipv4({ protocol: 17, payload: udp(2000, 4, 0x1234) }),
      ipv4({ protocol: 17, payload: udp(2000, 100, 0x1234) }),
      ipv4({ protocol: 17, payload: udp(2000, 0, 0x1234) }),
      ipv4({ protocol: 17, payload: udp(33434, 12, 0x1234), ttl: 1 }),
      ipv4({ protocol: 17, payload: udp(33534, 12, 0x1234), ttl: 4 }),
      ipv4({ protocol: 17, payload: udp(33435, 12, 0x1234), ttl: 64 }),
    ),
    ...on(
      229,
      ipv6(17, udp(2000, 12, 0), six, six),
      ipv6(17, udp(2000, 12, 0x1234), six, six),
      ipv6(17, udp(2000, 0, 0x1234), six, six),
      ipv6(17, udp(33434, 12, 0x1234), six, six),
    ),
  ];
}

function tcpFrames(): MadeFrame[] {
  const SYN = 2;
  const ACK = 16;
  const hex = hexBytes;
  const segments: readonly Omit<Parameters<typeof tcpSegment>[0], "index">[] = [
    { flags: SYN, options: hex("020405b4") },
    { flags: SYN },
    { flags: SYN | ACK },
    { flags: SYN | ACK, options: hex("020405b4 0103030f") },
    { flags: ACK, options: hex("020405b4") },
    { flags: ACK | 1 },
    { flags: 4 },
    { flags: 4 | ACK, payload: text("no such service") },
    { flags: ACK, payload: text("hello") },
    { flags: ACK, urgent: 3 },
    { flags: ACK | 32, urgent: 3 },
    { flags: SYN, acknowledgment: 7 },
    { flags: 0, acknowledgment: 7 },
    { flags: 0x1d0 },
    { flags: 0xfd0 },
    { flags: ACK, options: hex("01010101 01010101") },
    { flags: ACK, options: hex("01010103 01010101 01010101") },
    { flags: ACK, options: hex("01010000") },
    { flags: ACK, options: hex("010100ff") },
    { flags: ACK, options: hex("080a0000 00010000 0002 00 ee") },
    { flags: ACK, options: hex("08090000 00010000 00 010101") },
    { flags: ACK, options: hex("0814 00000001 00000002") },
    { flags: ACK, options: hex("0100 fe01") },
    { flags: ACK, options: hex("fe020000") },
    { flags: ACK, options: hex("fd04 abcd") },
    { flags: ACK, options: hex("050a 00000bb8 00000fa0") },
    { flags: ACK, acknowledgment: 5000, options: hex("050a 00000bb8 00000fa0 0101") },
    { flags: ACK, acknowledgment: 2000, options: hex("0512 00000bb8 00000fa0 00000af0 00001770 0101") },
    { flags: ACK, acknowledgment: 2000, options: hex("0512 00000bb8 00000fa0 00001770 00001b58 0101") },
    { flags: ACK, options: hex("050b 00000bb8 00000fa0 01 01") },
    // MPTCP: versions that no RFC defines, lengths that none allows, an ADD_ADDR whose nibble disagrees with its length.
    { flags: SYN, options: hex("1e0c 0281 0102030405060708") },
    { flags: SYN, options: hex("1e04 0f01") },
    { flags: SYN, options: hex("1e06 0081 0102 0101") },
    { flags: ACK, options: hex("1e05 1001 02 010101") },
    { flags: ACK, options: hex("1e08 3101 0a000001") },
    { flags: ACK, options: hex("1e0a 3601 0a000001 1f90 0101") },
    { flags: ACK, options: hex("1e14 3401 20010db8000000000000000000000001") },
    { flags: ACK, options: hex("1e07 2001 0001 02 01") },
    { flags: ACK, options: hex("1e04 9000") },
    { flags: ACK, options: hex("1e02 0101") },
    { flags: ACK, options: hex("1e0c 7000 0102030405060708") },
    { flags: ACK, options: hex("1e10 7000 0102030405060708 01010101") },
    { header: hex("9c40c350 000003e8 000007d0 4010 2000 0000 0000") },
  ];
  const ports = [
    // A second connection between the same ends.
    tcpSegment({ flags: SYN, index: 9000, sequence: 1 }),
    tcpSegment({ flags: 4, index: 9000, sequence: 2 }),
    tcpSegment({ flags: SYN, index: 9000, sequence: 900_000 }),
  ];
  /** The answer to a SYN with a cookie and five bytes (RFC 7413 section 3): it acknowledges so many of them. */
  const answered = (index: number, bytes: number): Uint8Array[] => [
    tcpSegment({ flags: SYN, index, options: hex("020405b4 220a0102030405060708"), payload: text("hello") }),
    ipv4({
      protocol: 6,
      source: "192.0.2.2",
      destination: "192.0.2.1",
      payload: join(
        u16(50_000),
        u16(40_000 + index),
        u32(7000),
        u32(1001 + bytes),
        hex("5012 2000 0000 0000"),
      ),
    }),
  ];
  return on(
    228,
    ...segments.map((segment, index) => tcpSegment({ ...segment, index: 8000 + index })),
    ...ports,
    ...answered(9001, 5),
    ...answered(9002, 2),
    ...answered(9003, 0),
  );
}

/** A connection with what only timers bring about: keep-alives, probes of a closed window, an acknowledgment of lost data. */
function talk(): MadeFrame[] {
  const send = (
    down: boolean,
    sequence: number,
    acknowledgment: number,
    flags: number,
    window: number,
    payload: Bytes = [],
  ): Uint8Array => {
    const ports = [u16(41_000), u16(50_001)];
    const [source, destination] = down ? ["192.0.2.2", "192.0.2.1"] : ["192.0.2.1", "192.0.2.2"];
    const header = join(
      ...(down ? ports.reverse() : ports),
      u32(sequence),
      u32(acknowledgment),
      u16(0x5000 | flags),
      u16(window),
      u32(0),
    );
    return ipv4({ protocol: 6, source, destination, payload: join(header, payload) });
  };
  const open = [
    send(false, 100, 0, 2, 8192),
    send(true, 500, 101, 18, 8192),
    send(false, 101, 501, 16, 8192),
  ];
  const alive = [send(false, 100, 501, 16, 8192), send(true, 501, 101, 16, 8192)];
  const closed = [
    send(true, 501, 101, 16, 0),
    send(false, 101, 501, 16, 8192, [1]),
    send(true, 501, 101, 16, 0),
  ];
  const lost = [send(false, 101, 900, 16, 8192), send(false, 101, 900, 16, 8000)];
  const again = [
    send(true, 501, 101, 24, 8192, text("hello, hello")),
    send(true, 513, 101, 24, 8192, text("once more")),
    send(true, 513, 101, 24, 8192, text("once more")),
    send(true, 501, 101, 24, 8192, text("hello, hello")),
  ];
  const close = [
    send(false, 101, 522, 17, 8192),
    send(true, 522, 102, 17, 8192),
    send(false, 102, 523, 16, 8192),
  ];
  return on(228, ...open, ...alive, ...closed, ...lost, ...again, ...close);
}

/** RFC 4884 extension structure: version 2, checksum, objects. */
function extension(objects: Bytes): Uint8Array {
  const make = (sum: number): Uint8Array => join([0x20, 0], u16(sum), objects);
  return make(checksum(make(0)));
}

function icmpFrames(): MadeFrame[] {
  const quote = ipv4({ protocol: 17, payload: join(u16(1000), u16(2000), u16(8), u16(0)) });
  const padded = join(quote, new Uint8Array(128 - quote.length));
  const icmp = (head: Bytes, body: Bytes, wrong = false): Uint8Array => {
    const [type = 0, code = 0, ...rest] = join(head);
    const make = (sum: number): Uint8Array => join([type, code], u16(sum), rest, body);
    return ipv4({ protocol: 1, payload: make(checksum(make(0)) ^ (wrong ? 1 : 0)) });
  };
  // RFC 4950: two labels; RFC 5837: interface 7 with an address and a name; RFC 8335: by name.
  const mpls = hexBytes("000c 01 01 00010140 00fffe3f");
  const ifInfo = join(
    u16(4 + 4 + 8 + 8 + 4),
    hexBytes("02 0f 00000007 0001 0000 0a000001"),
    [8],
    text("eth0"),
    [0, 0, 0],
    u32(1500),
  );
  return on(
    228,
    icmp([11, 0, 0, 32, 0, 0], join(padded, extension(mpls))),
    icmp([3, 1, 0, 32, 0, 0], join(padded, extension(join(mpls, ifInfo)))),
    icmp([3, 1, 0, 32, 0, 0], join(padded, extension(hexBytes("0008 f7 01 deadbeef")))),
    icmp([12, 0, 20, 32, 0, 0], join(padded, extension(hexBytes("0004 f7 01")))),
    icmp([11, 0, 0, 0, 0, 0], join(padded, extension(mpls))),
    icmp([3, 1, 0, 0, 0, 0], quote),
    icmp([5, 1, 10, 0, 0, 1], quote),
    icmp([8, 0, 0, 1, 0, 1], text("ping"), true),
    icmp([42, 0, 0, 1, 1, 1], extension(join(u16(4 + 8), hexBytes("03 01"), text("eth0"), [0, 0, 0, 0]))),
    icmp([42, 0, 0, 1, 1, 1], extension(hexBytes("0008 03 02 00000007"))),
    icmp([42, 0, 0, 1, 1, 1], extension(hexBytes("000c 03 03 0001 04 00 0a000001"))),
    icmp([42, 0, 0, 1, 1, 1], extension(hexBytes("0018 03 03 0002 10 00 20010db8000000000000000000000001"))),
    icmp(
      [3, 1, 0, 32, 0, 0],
      join(padded, extension(hexBytes("0018 02 04 0002 0000 20010db8000000000000000000000001"))),
    ),
    icmp([43, 0, 0, 1, 1, 0x46], []),
    icmp([40, 0, 0, 0, 0, 4], quote),
  );
}

function ipv6Frames(): MadeFrame[] {
  const udp = join(u16(1000), u16(2000), u16(8), u16(0x1234));
  const between = (source: string, destination: string): Uint8Array => ipv6(17, udp, source, destination);
  const plain = "20010db8000000000000000000000001";
  return on(
    229,
    // RFC 4291 appendix A, RFC 5214, RFC 3056, RFC 4380, RFC 6052.
    between("fe800000000000000200 00fffe000001", "20010db80000000012345 6fffe789abc"),
    between("fe80000000000000 00005efe c0000201", "20010db800000000 02005efe c0000202"),
    between("2002c0000201 0005 0000000000000001", "2002c0000202 0006 0000000000000002"),
    between("20010000 c0000263 0000 fc17 3ffffdfe", "20010000 c0000263 8000 fc18 3ffffdfd"),
    between("0064ff9b 0000000000000000 c0000201", "0064ff9b 0000000000000000 c0000202"),
    ipv6(17, udp, plain, plain, 0),
    ipv6(17, udp, plain, plain, 100),
    ipv6(59, [], plain, plain, 0),
    // Hop-by-hop: Quick-Start with a function that is none, options of unknown kinds, jumbo payload length.
    ipv6(0, join(hexBytes("11 01 26 06 8000 0000 0000 0104 00000000"), udp), plain, plain),
    ipv6(0, join(hexBytes("11 00 3e 04 01020304"), udp), plain, plain),
    ipv6(0, join(hexBytes("11 00 c2 04 00010000"), udp), plain, plain, 0),
    ipv6(0, join(hexBytes("11 00 c2 04 00000010"), udp), plain, plain),
    ipv6(0, join(hexBytes("11 00 05 03 0000 00 00"), udp), plain, plain),
    // A routing header of an unknown type (RFC 4727: 253).
    ipv6(43, join(hexBytes("11 00 fd 00 01020304"), udp), plain, plain),
    // Fragments.
    ipv6(44, join(hexBytes("11 00 0001 00000001"), udp), plain, plain),
    ipv6(44, join(hexBytes("11 00 0008 00000001"), udp), plain, plain),
  );
}

export function extraFrames(): readonly MadeFrame[] {
  return [
    ...linkFrames(),
    ...ipv4Frames(),
    ...udpFrames(),
    ...tcpFrames(),
    ...talk(),
    ...icmpFrames(),
    ...ipv6Frames(),
    ...on(1, ETHERNET),
  ];
}
