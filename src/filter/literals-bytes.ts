/** Constants of bytes and addresses. */
import { parseIpv4, parseIpv6 } from "../bytes/address.ts";
import { type Datum, Network } from "./datum.ts";
import { Refusal } from "./source-error.ts";

const group = /([0-9a-fA-F]{4}|[0-9a-fA-F]{2}|[0-9a-fA-F](?=[:.-]|$))[:.-]?/y;

/** Digits are always hexadecimal: groups of four, two or one with `:`, `-` or `.` between them. */
export function parseBytesText(text: string): Uint8Array | undefined {
  let rest = text.startsWith(":") ? text.slice(1) : text;
  if (/^0b[01]{8}$/.test(rest)) return Uint8Array.of(Number.parseInt(rest.slice(2), 2));
  if (rest.length === 4 && rest.startsWith("0x")) rest = rest.slice(2);
  if (rest === "") return undefined;
  const bytes: number[] = [];
  group.lastIndex = 0;
  while (group.lastIndex < rest.length) {
    const match = group.exec(rest);
    const digits = match?.[1];
    if (digits === undefined) {
      group.lastIndex = 0;
      return undefined;
    }
    if (digits.length === 4) bytes.push(Number.parseInt(digits.slice(0, 2), 16));
    bytes.push(Number.parseInt(digits.slice(-2), 16));
  }
  group.lastIndex = 0;
  return Uint8Array.from(bytes);
}

export function parseBytes(text: string): Datum | Refusal {
  return parseBytesText(text) ?? new Refusal("bad-constant", `"${text}" is not a valid byte string`);
}

/** Bytes of an address of exactly `size` bytes; a search takes a part of one. */
export function parseHardwareAddress(text: string, size: number, partial: boolean): Datum | Refusal {
  const bytes = parseBytesText(text);
  if (bytes === undefined) return new Refusal("bad-constant", `"${text}" is not a valid address`);
  if (bytes.length > size) return new Refusal("bad-constant", `"${text}" has more than ${size} bytes`);
  if (bytes.length < size && !partial)
    return new Refusal("bad-constant", `"${text}" has fewer than ${size} bytes`);
  return bytes;
}

/** An address with an optional `/prefix`. Names are not resolved. */
export function parseAddress(text: string, version: 4 | 6): Datum | Refusal {
  const [address = "", prefixText, ...rest] = text.split("/");
  const bytes = version === 4 ? parseIpv4(address) : parseIpv6(address);
  if (bytes === undefined || rest.length > 0)
    return new Refusal("bad-constant", `"${text}" is not a valid IPv${version} address`);
  if (prefixText === undefined) return bytes;
  const prefix = Number(prefixText);
  const maximum = bytes.length * 8;
  if (!/^[0-9]+$/.test(prefixText) || prefix > maximum)
    return new Refusal(
      "out-of-range",
      `the prefix of an IPv${version} address is at most ${maximum}, not ${prefixText}`,
    );
  return prefix === maximum ? bytes : new Network(bytes, prefix);
}
