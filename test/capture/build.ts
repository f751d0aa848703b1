/**
 * Makes captures byte by byte, for tests of any part that reads them. It shares nothing with the library: what the
 * library writes is checked against this, and against tshark.
 */
export type Order = "little" | "big";
export type Bytes = Uint8Array | readonly number[];

export function join(...parts: readonly Bytes[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function integer(value: number | bigint, width: number, order: Order): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = BigInt.asUintN(width * 8, BigInt(value));
  for (let index = 0; index < width; index++, rest >>= 8n) {
    bytes[order === "little" ? index : width - 1 - index] = Number(rest & 255n);
  }
  return bytes;
}
export const u16 = (value: number, order: Order = "little"): Uint8Array => integer(value, 2, order);
export const u32 = (value: number | bigint, order: Order = "little"): Uint8Array => integer(value, 4, order);
export const u64 = (value: number | bigint, order: Order = "little"): Uint8Array => integer(value, 8, order);

const padding = (length: number): Uint8Array => new Uint8Array((4 - (length % 4)) % 4);
export const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Bytes of a packet that no protocol claims: 0, 1, 2 and so on. */
export const counting = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => index & 255);

export interface PcapInput {
  readonly linkType?: number;
  readonly order?: Order;
  readonly nano?: boolean;
  readonly snapLength?: number;
  /** Instead of the magic number of `nano`. */
  readonly magic?: number;
  readonly version?: readonly [number, number];
}
export interface RecordInput {
  readonly data: Bytes;
  readonly seconds?: number;
  /** Microseconds, or nanoseconds in a file of those. */
  readonly fraction?: number;
  readonly captured?: number;
  readonly original?: number;
}

export function pcapHeader(input: PcapInput = {}): Uint8Array {
  const { linkType = 1, order = "little", nano = false, snapLength = 65535, version = [2, 4] } = input;
  const magic = input.magic ?? (nano ? 0xa1b23c4d : 0xa1b2c3d4);
  return join(
    u32(magic, order),
    u16(version[0], order),
    u16(version[1], order),
    u32(0),
    u32(0),
    u32(snapLength, order),
    u32(linkType, order),
  );
}
export function pcapRecord(input: RecordInput, order: Order = "little"): Uint8Array {
  const { data, seconds = 1000, fraction = 5, captured = data.length, original = data.length } = input;
  return join(u32(seconds, order), u32(fraction, order), u32(captured, order), u32(original, order), data);
}
/** A whole pcap file; a record may be just its packet. */
export function pcap(records: readonly (RecordInput | Uint8Array)[], input: PcapInput = {}): Uint8Array {
  return join(
    pcapHeader(input),
    ...records.map((record) =>
      pcapRecord(record instanceof Uint8Array ? { data: record } : record, input.order),
    ),
  );
}

/** One option, padded. An integer value is for the caller to put in the right order. */
export function option(code: number, value: Bytes, order: Order = "little"): Uint8Array {
  return join(u16(code, order), u16(value.length, order), value, padding(value.length));
}
/** The mark behind the last option. */
export const endOfOptions: Uint8Array = new Uint8Array(4);

/** Any pcapng block. `total` and `trailing` lie about its length. */
export function block(
  type: number,
  body: Bytes,
  order: Order = "little",
  lie: { readonly total?: number; readonly trailing?: number } = {},
): Uint8Array {
  const length = 12 + body.length + padding(body.length).length;
  const { total = length, trailing = total } = lie;
  return join(u32(type, order), u32(total, order), body, padding(body.length), u32(trailing, order));
}
export function sectionBlock(
  input: {
    readonly order?: Order;
    readonly options?: Bytes;
    readonly version?: readonly [number, number];
    readonly length?: number;
  } = {},
): Uint8Array {
  const { order = "little", options = [], version = [1, 0], length = -1 } = input;
  const fixed = [u32(0x1a2b3c4d, order), u16(version[0], order), u16(version[1], order), u64(length, order)];
  return block(0x0a0d0d0a, join(...fixed, options), order);
}
export function interfaceBlock(
  input: {
    readonly linkType?: number;
    readonly snapLength?: number;
    readonly order?: Order;
    readonly options?: Bytes;
  } = {},
): Uint8Array {
  const { linkType = 1, snapLength = 0, order = "little", options = [] } = input;
  return block(1, join(u16(linkType, order), u16(0), u32(snapLength, order), options), order);
}
export interface PacketInput {
  readonly data: Bytes;
  readonly interfaceId?: number;
  /** In units of the interface. */
  readonly ticks?: bigint;
  readonly captured?: number;
  readonly original?: number;
  readonly order?: Order;
  readonly options?: Bytes;
}
function packetBody(input: PacketInput, interfaceBytes: Uint8Array): Uint8Array {
  const { data, ticks = 1_000_000n, captured = data.length, original = data.length } = input;
  const { order = "little", options = [] } = input;
  return join(
    interfaceBytes,
    u32(ticks >> 32n, order),
    u32(ticks & 0xffffffffn, order),
    u32(captured, order),
    u32(original, order),
    data,
    padding(data.length),
    options,
  );
}
export function enhancedPacket(input: PacketInput): Uint8Array {
  return block(6, packetBody(input, u32(input.interfaceId ?? 0, input.order)), input.order);
}
/** The Packet Block that the Enhanced Packet Block took the place of. */
export function obsoletePacket(input: PacketInput, drops = 0): Uint8Array {
  const head = join(u16(input.interfaceId ?? 0, input.order), u16(drops, input.order));
  return block(2, packetBody(input, head), input.order);
}
export function simplePacket(
  data: Bytes,
  original: number = data.length,
  order: Order = "little",
): Uint8Array {
  return block(3, join(u32(original, order), data), order);
}
/** A pcapng file of one section with one interface. */
export function pcapng(packets: readonly Bytes[], linkType = 1): Uint8Array {
  return join(
    sectionBlock(),
    interfaceBlock({ linkType }),
    ...packets.map((data, index) => enhancedPacket({ data, ticks: 1_000_000n + BigInt(index) })),
  );
}
