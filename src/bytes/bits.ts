/** Reading and writing of bit ranges. Bit 0 is the most significant bit of byte 0, as in the RFCs' figures. */

/** Unsigned value of `count` (0 to 64) bits. The range must lie inside the bytes. */
export function readBits(bytes: Uint8Array, bitOffset: number, count: number): bigint {
  let value = 0n;
  let at = bitOffset;
  const end = bitOffset + count;
  while (at < end) {
    const byte = bytes[at >> 3] ?? 0;
    const taken = Math.min(8 - (at & 7), end - at);
    const part = (byte >> (8 - (at & 7) - taken)) & ((1 << taken) - 1);
    value = (value << BigInt(taken)) | BigInt(part);
    at += taken;
  }
  return value;
}

/** The same for up to 32 bits, as a number. */
export function readSmallBits(bytes: Uint8Array, bitOffset: number, count: number): number {
  let value = 0;
  let at = bitOffset;
  if (count === 1) return ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
  // What most fields are: whole bytes.
  if (((at | count) & 7) === 0) {
    for (let index = at >> 3, last = (at + count) >> 3; index < last; index++)
      value = value * 256 + (bytes[index] ?? 0);
    return value;
  }
  const end = bitOffset + count;
  while (at < end) {
    const byte = bytes[at >> 3] ?? 0;
    const taken = Math.min(8 - (at & 7), end - at);
    const part = (byte >> (8 - (at & 7) - taken)) & ((1 << taken) - 1);
    value = value * (1 << taken) + part;
    at += taken;
  }
  return value;
}

const wide = new BigUint64Array(1);
const halves = new Uint32Array(wide.buffer);
wide[0] = 1n;
/** Where the lower half stands is the platform's choice. */
const LOW = halves[0] === 1 ? 0 : 1;

/** {@link readBits} by way of two numbers: faster for more than a byte. */
export function readWide(bytes: Uint8Array, bitOffset: number, count: number): bigint {
  const upper = Math.max(0, count - 32);
  halves[1 - LOW] = readSmallBits(bytes, bitOffset, upper);
  halves[LOW] = readSmallBits(bytes, bitOffset + upper, count - upper);
  return wide[0] ?? 0n;
}

/** Writes the low `count` bits of `value`; the other bits of the bytes stay. */
export function writeBits(bytes: Uint8Array, bitOffset: number, count: number, value: bigint): void {
  let left = count;
  let at = bitOffset;
  while (left > 0) {
    const room = 8 - (at & 7);
    const taken = Math.min(room, left);
    const part = Number((value >> BigInt(left - taken)) & BigInt((1 << taken) - 1));
    const shift = room - taken;
    const mask = ((1 << taken) - 1) << shift;
    bytes[at >> 3] = ((bytes[at >> 3] ?? 0) & ~mask) | (part << shift);
    at += taken;
    left -= taken;
  }
}

/** The bytes in the other order, as a new array. */
export function reverseBytes(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes).reverse();
}
