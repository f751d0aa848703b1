/** Frames in which something is found: addresses that two stations use, answers, odd lengths, wrong headers. */
import { type Bytes, join, text } from "../capture/build.ts";
import { checksum, ethernet, hexBytes, ipv4, ipv6, type MadeFrame, tcpSegment, u16, u32 } from "./packets.ts";

const on = (linkType: number, ...packets: readonly Uint8Array[]): MadeFrame[] =>
  packets.map((data) => ({ linkType, data }));

const hex = hexBytes;
const UDP: Uint8Array = join(u16(1000), u16(2000), u16(8), u16(0x1234));
const HERE = "20010db8000000000000000000000001";

/** A station is told by the last byte of its hardware address; IPv4 addresses stand in 198.51.100.0/24. */
function arp(
  operation: number,
  sender: number,
  senderIp: number,
  target: number,
  targetIp: number,
): Uint8Array {
  const mac = (last: number): Bytes => (last === 0 ? new Uint8Array(6) : [2, 0, 0, 0, 1, last]);
  const ip = (last: number): Bytes => (last === 0 ? new Uint8Array(4) : [198, 51, 100, last]);
  const head = join(hex("0001080006 04"), u16(operation));
  return ethernet(0x0806, join(head, mac(sender), ip(senderIp), mac(target), ip(targetIp)));
}

function arpFrames(): MadeFrame[] {
  return on(
    1,
    arp(1, 1, 1, 0, 9),
    arp(1, 2, 1, 0, 9),
    arp(1, 1, 1, 0, 9),
    arp(2, 3, 1, 4, 9),
    arp(2, 5, 1, 6, 9),
    // Both addresses are one; a request whose target is given; a probe; an operation that is neither.
    arp(2, 7, 1, 8, 1),
    arp(1, 1, 2, 5, 1),
    arp(1, 5, 0, 0, 1),
    arp(3, 5, 1, 0, 9),
    // A group address is nobody's.
    ethernet(0x0806, hex("0001080006040001 030000000001 c6336401 000000000000 c6336409")),
  );
}

function echo(type: number, identifier: number, sequence: number, turned: boolean): Uint8Array {
  const make = (sum: number): Uint8Array =>
    join([type, 0], u16(sum), u16(identifier), u16(sequence), text("data"));
  const ends = turned ? { source: "192.0.2.2", destination: "192.0.2.1" } : {};
  return ipv4({ protocol: 1, payload: make(checksum(make(0))), ...ends });
}

function echo6(type: number, sequence: number, turned: boolean): Uint8Array {
  const there = "20010db8000000000000000000000002";
  const [source, destination] = turned ? [there, HERE] : [HERE, there];
  const make = (sum: number): Uint8Array => join([type, 0], u16(sum), u16(7), u16(sequence));
  const pseudo = join(hex(source), hex(destination), u32(8), u32(58));
  return ipv6(58, make(checksum(pseudo, make(0))), source, destination);
}

function answers(): MadeFrame[] {
  const extended = (sum: number): Uint8Array => join([0x20, 0], u16(sum), hex("0008 f7 01 deadbeef"));
  const quote = join(ipv4({ protocol: 17, payload: UDP }), new Uint8Array(100));
  const error = (extension: Bytes): Uint8Array => {
    const make = (sum: number): Uint8Array => join([11, 0], u16(sum), [0, 32, 0, 0], quote, extension);
    return ipv4({ protocol: 1, payload: make(checksum(make(0))) });
  };
  return [
    ...on(
      228,
      echo(8, 7, 1, false),
      echo(0, 7, 1, true),
      // A second answer, one from the asker itself, a request that is sent twice, one of another sequence number.
      echo(0, 7, 1, true),
      echo(8, 7, 2, false),
      echo(0, 7, 2, false),
      echo(8, 7, 2, false),
      echo(0, 7, 2, true),
      echo(8, 7, 3, false),
      echo(0, 7, 4, true),
      error(extended(0)),
      error(extended(checksum(extended(0)) ^ 1)),
    ),
    ...on(229, echo6(128, 1, false), echo6(129, 1, true), echo6(129, 2, true)),
  ];
}

function ipv4Findings(): MadeFrame[] {
  const withOptions = (options: string): Uint8Array =>
    ipv4({ protocol: 253, payload: [], options: hex(options) });
  const ttls = [
    ["224.0.0.5", 1],
    ["224.0.0.18", 255],
    ["224.0.0.18", 1],
    ["224.0.0.102", 64],
    ["224.0.0.251", 255],
    ["224.0.0.252", 7],
    ["255.255.255.255", 1],
  ] as const;
  return on(
    228,
    ...ttls.map(([destination, ttl]) => ipv4({ protocol: 17, payload: UDP, destination, ttl })),
    ipv4({ protocol: 2, payload: new Uint8Array(8), destination: "224.0.0.252", ttl: 7 }),
    withOptions("07 0b 03 0a000001 0a000002 00"),
    withOptions("07 0b 05 0a000001 0a000002 00"),
    withOptions("83 0b 06 0a000001 0a000002 00"),
    withOptions("07 05 04 0000 000000"),
    withOptions("44 06 05 00 0000 0000"),
    withOptions("19 08 00 25 00000004"),
    hex("5500001c000100004011 0000 c0000201c0000202 03e807d000081234"),
  );
}

function cutHeader(): MadeFrame[] {
  return on(1, ethernet(0x86dd, hex("60000000 0014 3b 40 20010db800000000")));
}

function ipv6Findings(): MadeFrame[] {
  const behind = (first: number, options: string, length?: number): Uint8Array =>
    ipv6(first, join(hex(options), UDP), HERE, HERE, length);
  return on(
    229,
    join(hex("70000000 0008 11 40"), hex(HERE), hex(HERE), UDP),
    // Router alert and jumbo payload among destination options, tunnel limit and home address among hop-by-hop options.
    behind(60, "11 00 0502 0000 0100"),
    behind(60, "11 00 c204 00010000"),
    behind(0, "11 00 0401 07 010100"),
    behind(0, "11 02 0102 0000 c910 20010db8000000000000000000000001"),
    behind(0, "11 00 c203 000100 00"),
    behind(0, "11 00 8a04 01020304"),
    behind(0, "11 00 0104 00000000", 0),
    behind(0, "11 01 2606 00 11 00000004 0104 00000000"),
    ipv6(0, join(hex("2c 00 c204 00010000 1100 0000 00000001"), UDP), HERE, HERE, 0),
  );
}

/** Fast Open (RFC 7413): data that the server takes, leaves out, or gets without a cookie. */
function fastOpen(): MadeFrame[] {
  const cookie = hex("220a 0102030405060708");
  const exchange = (port: number, options: Bytes, payload: Bytes, acknowledged: number): Uint8Array[] => {
    const segment = (down: boolean, flags: number, sequence: number, acknowledgment: number): Uint8Array => {
      const ports = [u16(port), u16(50_002)];
      const [source, destination] = down ? ["192.0.2.2", "192.0.2.1"] : ["192.0.2.1", "192.0.2.2"];
      const own = down ? [] : join(options, new Uint8Array((4 - (options.length % 4)) % 4).fill(1));
      const header = join(
        ...(down ? ports.reverse() : ports),
        u32(sequence),
        u32(acknowledgment),
        u16(((5 + own.length / 4) << 12) | flags),
        u16(8192),
        u32(0),
        own,
      );
      return ipv4({ protocol: 6, source, destination, payload: join(header, down ? [] : payload) });
    };
    return [segment(false, 2, 100, 0), segment(true, 18, 500, 101 + acknowledged)];
  };
  return on(
    228,
    ...exchange(42_000, cookie, text("hello"), 5),
    ...exchange(42_001, cookie, text("hello"), 0),
    ...exchange(42_002, cookie, [], 0),
    ...exchange(42_003, [], text("hello"), 5),
    ...exchange(42_004, [], text("hello"), 0),
  );
}

function tcpFindings(): MadeFrame[] {
  const options = ["0203 05 01", "0305 010203 010101", "0602 0101", "1304 0102", "6410 0102"];
  return on(
    228,
    ...options.map((bytes, index) => tcpSegment({ options: hex(bytes), index: 8500 + index })),
    tcpSegment({ header: hex("9c40c350 000003e8 000007d0 f010 2000 0000 0000"), index: 8510 }),
  );
}

export function findingFrames(): readonly MadeFrame[] {
  return [
    ...arpFrames(),
    ...answers(),
    ...ipv4Findings(),
    ...ipv6Findings(),
    ...cutHeader(),
    ...fastOpen(),
    ...tcpFindings(),
  ];
}
