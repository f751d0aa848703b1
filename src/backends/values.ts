/** Raw bits and bytes to the values that parsed objects hold. */
import { formatEther, formatIpv4, formatIpv6 } from "../bytes/address.ts";
import { readBits, reverseBytes } from "../bytes/bits.ts";
import type { AddressField, UintField } from "../ir/nodes.ts";

/** Canonical text of an address: dotted quad, RFC 5952, colon-separated pairs. */
export function readAddress(family: AddressField["family"]): (bytes: Uint8Array) => string {
  return { ipv4: formatIpv4, ipv6: formatIpv6, ether: formatEther }[family];
}

/** One character a byte (Latin-1), so that any bytes come back when they are written. */
export function readText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/**
 * From an integer as it was read to the field's value: its number type (declared wider than 32 bits is bigint), scale and bias.
 * Undefined when the raw integer is the value already.
 */
export function convertUint(
  field: UintField,
  rawIsBigint: boolean,
): ((raw: number | bigint) => number | bigint) | undefined {
  const { scale, bias } = field;
  if (field.wide) {
    const [factor, offset] = [BigInt(scale), BigInt(bias)];
    if (scale !== 1 || bias !== 0) return (raw) => BigInt(raw) * factor + offset;
    return rawIsBigint ? undefined : BigInt;
  }
  if (scale !== 1 || bias !== 0) return (raw) => Number(raw) * scale + bias;
  return rawIsBigint ? Number : undefined;
}

/** Reads an integer of whole bytes that has no reader of its own (3, 5, 6, 7 bytes). */
export function readUint(field: UintField, bytes: Uint8Array): bigint {
  const bits = bytes.length * 8;
  const raw = readBits(field.endian === "little" ? reverseBytes(bytes) : bytes, 0, bits);
  return field.signed ? BigInt.asIntN(bits, raw) : raw;
}
