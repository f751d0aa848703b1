/** One field's value → its raw integer or bytes. Nothing is cut or wrapped: what does not fit is refused by name. */
import { parseEther, parseIpv4, parseIpv6 } from "../bytes/address.ts";
import { toHex } from "../bytes/hex.ts";
import { CraftError } from "../errors.ts";
import type { AddressField, BytesField, UintField } from "../ir/nodes.ts";

/** A short text of what the caller gave, for messages. */
export function describe(value: unknown): string {
  if (value instanceof Uint8Array)
    return `${value.length} bytes${value.length <= 16 ? ` (${toHex(value)})` : ""}`;
  switch (typeof value) {
    case "string":
      return value.length > 40 ? `${JSON.stringify(value.slice(0, 40))}…` : JSON.stringify(value);
    case "bigint":
      return `${value}n`;
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    default:
      return value === null
        ? "null"
        : Array.isArray(value)
          ? `a list of ${value.length}`
          : `a ${typeof value}`;
  }
}

/** Raw integer of a value, before its width is known; undefined where the value's type is wrong. */
function rawOf(field: UintField, value: unknown): number | bigint | undefined {
  if (field.wide) {
    if (typeof value === "bigint") return value;
    // A safe integer says exactly what is meant.
    return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : undefined;
  }
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}

function limits(field: UintField, bits: number): readonly [bigint, bigint] {
  const top = 1n << BigInt(field.signed ? bits - 1 : bits);
  return [field.signed ? -top : 0n, top - 1n];
}

/** True where the value is of the right type and fits in so many bits. */
export function fitsUint(field: UintField, value: unknown, bits: number): boolean {
  const raw = rawOf(field, value);
  if (raw === undefined) return false;
  const [low, high] = limits(field, bits);
  return BigInt(raw) >= low && BigInt(raw) <= high;
}

/**
 * The integer as it stands on the wire (two's complement where signed), inverting scale and bias exactly.
 *
 * @throws CraftError `bad-type` or `out-of-range`.
 */
export function encodeUint(field: UintField, value: unknown, bits: number, path: string): bigint {
  const given = rawOf(field, value);
  if (given === undefined) {
    const wanted = field.wide ? "a bigint" : "a whole number";
    throw new CraftError("bad-type", path, `wants ${wanted}, given ${describe(value)}`);
  }
  const [low, high] = limits(field, bits);
  const scaled = BigInt(given) - BigInt(field.bias);
  const scale = BigInt(field.scale);
  const text = (raw: bigint): string => String(raw * scale + BigInt(field.bias));
  if (scaled % scale !== 0n)
    throw new CraftError(
      "out-of-range",
      path,
      `wants ${field.bias === 0 ? "" : `${field.bias} and `}multiples of ${scale}, given ${given}`,
    );
  const raw = scaled / scale;
  if (raw < low || raw > high)
    throw new CraftError(
      "out-of-range",
      path,
      `${given} does not fit in ${bits} bits: ${text(low)} to ${text(high)}`,
    );
  return raw < 0n ? raw + (1n << BigInt(bits)) : raw;
}

/** @throws CraftError `bad-type`. */
export function encodeBytes(field: BytesField, value: unknown, path: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (field.format === "string" && typeof value === "string") {
    // One character is one byte, as texts are read: any bytes come back as they were.
    const bytes = new Uint8Array(value.length);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0xff)
        throw new CraftError(
          "out-of-range",
          path,
          `character ${describe(value.charAt(i))} is no single byte`,
        );
      bytes[i] = code;
    }
    return bytes;
  }
  const wanted = field.format === "string" ? "a text or a Uint8Array" : "a Uint8Array";
  throw new CraftError("bad-type", path, `wants ${wanted}, given ${describe(value)}`);
}

const ADDRESSES: Readonly<
  Record<
    AddressField["family"],
    { parse: (text: string) => Uint8Array | undefined; bytes: number; title: string }
  >
> = {
  ipv4: { parse: parseIpv4, bytes: 4, title: "an IPv4 address" },
  ipv6: { parse: parseIpv6, bytes: 16, title: "an IPv6 address" },
  ether: { parse: parseEther, bytes: 6, title: "an Ethernet address" },
};

export function addressBits(field: AddressField): number {
  return ADDRESSES[field.family].bytes * 8;
}

/** Text, or the bytes themselves. @throws CraftError `bad-type`. */
export function encodeAddress(field: AddressField, value: unknown, path: string): Uint8Array {
  const { parse, bytes, title } = ADDRESSES[field.family];
  if (value instanceof Uint8Array && value.length === bytes) return value;
  const parsed = typeof value === "string" ? parse(value) : undefined;
  if (parsed === undefined)
    throw new CraftError("bad-type", path, `wants ${title}, given ${describe(value)}`);
  return parsed;
}
