/** Frames for fields that need several frames, many tags, or values that no other test shows. */
import { type Bytes, join, text } from "../capture/build.ts";
import { ethernet, hexBytes, ipv4, type MadeFrame, tcpSegment, u16, u32 } from "./packets.ts";

const on = (linkType: number, ...packets: readonly Uint8Array[]): MadeFrame[] =>
  packets.map((data) => ({ linkType, data }));

const UDP: Uint8Array = join(u16(1000), u16(2000), u16(8), u16(0x1234));

/** A connection whose ends may agree on Accurate ECN (RFC 9768), by the flags of SYN and SYN-ACK. */
function accurateEcn(port: number, syn: number, answer: number): Uint8Array[] {
  const segment = (
    down: boolean,
    flags: number,
    sequence: number,
    acknowledgment: number,
    payload: Bytes = [],
  ) => {
    const ports = [u16(port), u16(50_003)];
    const [source, destination] = down ? ["192.0.2.2", "192.0.2.1"] : ["192.0.2.1", "192.0.2.2"];
    const header = join(
      ...(down ? ports.reverse() : ports),
      u32(sequence),
      u32(acknowledgment),
      u16(0x5000 | flags),
      u16(8192),
      u32(0),
    );
    return ipv4({ protocol: 6, source, destination, payload: join(header, payload) });
  };
  return [
    segment(false, syn, 100, 0),
    segment(true, answer, 500, 101),
    segment(false, 0x150, 101, 501),
    segment(false, 0x1d8, 101, 501, text("hi")),
    segment(true, 0x010, 501, 103),
    segment(true, 0x050, 501, 103),
  ];
}

function tcpFrames(): MadeFrame[] {
  const answers = [0x052, 0x092, 0x0d2, 0x112, 0x152, 0x192, 0x1d2, 0x012];
  const reasons = ["out of office", "two\nlines\there", "a\0b", "\0", "\x7f\x01"];
  return on(
    228,
    ...answers.flatMap((answer, index) => accurateEcn(43_000 + index, 0x1c2, answer)),
    ...accurateEcn(43_100, 0x0c2, 0x112),
    ...reasons.map((reason, index) => tcpSegment({ flags: 20, payload: text(reason), index: 8700 + index })),
  );
}

/** Data goes on after a reset without ACK, in the upper half of the sequence numbers. */
function resets(): MadeFrame[] {
  const send = (down: boolean, flags: number, sequence: number, ack: number, payload: Bytes = []) => {
    const ports = [u16(43_200), u16(50_004)];
    const [source, destination] = down ? ["192.0.2.2", "192.0.2.1"] : ["192.0.2.1", "192.0.2.2"];
    const header = join(
      ...(down ? ports.reverse() : ports),
      u32(sequence),
      u32(ack),
      u16(0x5000 | flags),
      u16(8192),
      u32(0),
    );
    return ipv4({ protocol: 6, source, destination, payload: join(header, payload) });
  };
  const high = 0xf000_0000;
  return on(
    228,
    send(true, 0x18, high, 100, text("some")),
    send(false, 0x10, 100, high + 4),
    send(false, 0x04, 100, 0),
    send(true, 0x18, high + 4, 100, text("more")),
    send(false, 0x04, 100, 0),
    send(true, 0x18, high + 8, 100, text("still more")),
  );
}

function udpFrames(): MadeFrame[] {
  const ports = [33_434, 33_435, 33_464, 33_465];
  const send = (from: number, to: number): Uint8Array =>
    ipv4({ protocol: 17, payload: join(u16(from), u16(to), u16(8), u16(0x1234)) });
  return on(228, ...ports.flatMap((port) => [send(1000, port), send(port, 1000)]));
}

/** Labels with bits, numbers and ranges of categories, and without any (FIPS 188). */
function labels(): MadeFrame[] {
  const options = [
    "86 0a 00000003 01 04 00 07 0000",
    "86 0e 00000003 01 08 00 07 c0000001 0000",
    "86 10 00000003 02 0a 00 07 0001 0005 0007",
    "86 12 00000003 05 0c 00 07 0009 0005 0003 0001 0000",
    "86 10 00000003 05 0a 00 07 0009 0005 0003",
  ];
  return on(228, ...options.map((hex) => ipv4({ protocol: 253, payload: [1, 2], options: hexBytes(hex) })));
}

function linkFrames(): MadeFrame[] {
  const tags = (count: number): Bytes =>
    join(
      ...Array.from({ length: count }, (_, index) =>
        join(u16(index + 1), u16(index + 1 === count ? 0x0800 : 0x8100)),
      ),
    );
  const cooked = (hardware: number, protocol: number): Uint8Array =>
    join(
      u16(0),
      u16(hardware),
      hexBytes("0006 020000000001 0000"),
      u16(protocol),
      ipv4({ protocol: 17, payload: UDP }),
    );
  return [
    ...on(
      1,
      ethernet(0x8100, join(tags(20), ipv4({ protocol: 17, payload: UDP }))),
      ethernet(0x8100, join(tags(21), ipv4({ protocol: 17, payload: UDP }))),
    ),
    ...on(113, cooked(778, 0x0800), cooked(1, 0x0800)),
  ];
}

export function oddFrames(): readonly MadeFrame[] {
  return [...tcpFrames(), ...resets(), ...udpFrames(), ...labels(), ...linkFrames()];
}
