/** Packets of which less is there than their headers say: fragments, quotations in ICMP errors, cuts by the capture, wrong lengths. */
import { type Bytes, join, text } from "../capture/build.ts";
import { checksum, ethernet, hexBytes, ipv4, ipv6, type MadeFrame, u16, u32 } from "./packets.ts";

const on = (linkType: number, ...packets: readonly Uint8Array[]): MadeFrame[] =>
  packets.map((data) => ({ linkType, data }));

const HERE = "20010db8000000000000000000000001";
const THERE = "20010db8000000000000000000000002";
const LETTERS: Uint8Array = text("a".repeat(100));

/** From a port of its own, so that it belongs to no other connection. */
function segment(port: number, flags: number, options = "", payload: Bytes = LETTERS): Uint8Array {
  const more = hexBytes(options);
  return join(
    u16(port),
    u16(50_010),
    u32(1000),
    u32(flags & 16 ? 2000 : 0),
    u16(((5 + more.length / 4) << 12) | flags),
    u16(8192),
    u32(0),
    more,
    payload,
  );
}

const datagram = (port: number): Uint8Array => join(u16(port), u16(2000), u16(108), u16(0x1234), LETTERS);

/** RFC 791 section 3.2, RFC 8200 section 4.5: the first part of a message, and the rest of it. */
function fragments(): MadeFrame[] {
  const split = (protocol: number, message: Uint8Array, size: number, id: number): Uint8Array[] => [
    ipv4({ protocol, payload: message.subarray(0, size), fragment: 0x2000, id }),
    ipv4({ protocol, payload: message.subarray(size), fragment: size / 8, id }),
  ];
  const six = (offset: number, more: number, payload: Bytes): Uint8Array =>
    ipv6(44, join([6, 0], u16(offset | more), u32(9), payload), HERE, THERE);
  const whole = segment(45_006, 24);
  return [
    ...on(
      228,
      ...split(6, segment(45_001, 24), 64, 71),
      ...split(6, segment(45_002, 24, "020405b4"), 8, 72),
      ...split(6, segment(45_003, 2, "020405b401010101"), 24, 73),
      ...split(6, segment(45_004, 24), 24, 74),
      ...split(17, datagram(1075), 64, 75),
    ),
    ...on(229, six(0, 1, whole.subarray(0, 64)), six(64, 0, whole.subarray(64))),
  ];
}

/** RFC 792: the header and 8 bytes at least; RFC 1812 section 4.3.2.3: as much as there is room for. */
function quotations(): MadeFrame[] {
  const quote = ipv4({ protocol: 6, payload: segment(45_010, 24, "020405b4") });
  const error = (body: Bytes): Uint8Array => {
    const make = (sum: number): Uint8Array => join([3, 4], u16(sum), u32(1500), body);
    return ipv4({ protocol: 1, payload: make(checksum(make(0))) });
  };
  const error6 = (body: Bytes): Uint8Array => {
    const make = (sum: number): Uint8Array => join([1, 4], u16(sum), u32(0), body);
    const pseudo = join(hexBytes(HERE), hexBytes(THERE), u32(8 + body.length), u32(58));
    return ipv6(58, make(checksum(pseudo, make(0))), HERE, THERE);
  };
  const quote6 = ipv6(6, segment(45_011, 24), HERE, THERE);
  const udp = ipv4({ protocol: 17, payload: datagram(1076) });
  const sizes = [20, 28, 40, 44, 60, quote.length];
  return [
    ...on(228, ...sizes.map((size) => error(quote.subarray(0, size))), error(udp.subarray(0, 28))),
    ...on(229, ...[40, 60, 80, quote6.length].map((size) => error6(quote6.subarray(0, size)))),
  ];
}

/** Captures that keep only the first bytes of each packet. */
function cuts(): MadeFrame[] {
  const cut = (linkType: number, packet: Uint8Array, sizes: readonly number[]): MadeFrame[] =>
    sizes.map((size) => ({ linkType, data: packet.subarray(0, size), original: packet.length }));
  const options = "020405b401010101";
  return [
    ...[28, 34, 36, 40, 44, 46, 48, 60].flatMap((size, index) =>
      cut(228, ipv4({ protocol: 6, payload: segment(45_020 + index, 24, options) }), [size]),
    ),
    ...[20, 44, 60, 62, 80].flatMap((size, index) =>
      cut(229, ipv6(6, segment(45_030 + index, 24, options), HERE, THERE), [size]),
    ),
    ...[28, 60].flatMap((size, index) =>
      cut(228, ipv4({ protocol: 17, payload: datagram(1080 + index) }), [size]),
    ),
  ];
}

/** Total lengths that end in the header, at its end, and in the header behind it. */
export function lengths(): MadeFrame[] {
  const packet = (port: number, totalLength: number, options = ""): Uint8Array =>
    ipv4({ protocol: 6, payload: segment(port, 24), totalLength, options: hexBytes(options) });
  return [
    ...on(228, ...[0, 1, 19, 20, 30, 40].map((length, index) => packet(45_040 + index, length))),
    ...on(228, packet(45_050, 22, "01010101"), packet(45_051, 24, "01010101")),
    ...on(1, ethernet(0x0800, packet(45_052, 10)), ethernet(0x0800, join(packet(45_053, 19), [0, 0]))),
  ];
}

/** Packets under the link type of the other version, tags that are cut, and PPP's short forms (RFC 1661 section 6.5). */
function links(): MadeFrame[] {
  const four = ipv4({ protocol: 253, payload: [1, 2] });
  const six = ipv6(253, [1, 2], HERE, THERE);
  const tagged = ethernet(0x8100, join(hexBytes("2005 0800"), four));
  return [
    ...on(228, six),
    ...on(229, four),
    ...on(1, ...[14, 15, 16, 17, 18].map((size) => tagged.subarray(0, size))),
    ...on(9, join([0x21], four), join(hexBytes("ff0321"), four), join([0x57], six)),
  ];
}

/** Nothing is wrong with these. */
export function parts(): readonly MadeFrame[] {
  return [...fragments(), ...quotations(), ...cuts()];
}

export function partFrames(): readonly MadeFrame[] {
  return [...parts(), ...lengths(), ...links()];
}
