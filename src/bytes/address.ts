/** Text forms of addresses. Parsers return undefined for anything that is not exactly one address. */
import { fromHex, toHex } from "./hex.ts";

/** Addresses whose texts are kept: captures hold few, each many times. */
const KEPT = 4096;

/** Keeps texts by a number that the bytes make. */
function kept(
  key: (bytes: Uint8Array) => number,
  make: (bytes: Uint8Array) => string,
): (bytes: Uint8Array) => string {
  const texts = new Map<number, string>();
  return (bytes) => {
    const number = key(bytes);
    let text = texts.get(number);
    if (text === undefined) {
      text = make(bytes);
      if (texts.size < KEPT) texts.set(number, text);
    }
    return text;
  };
}

/** Unsigned number of three bytes. */
function three(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}

function quad(bytes: Uint8Array): string {
  return [bytes[0], bytes[1], bytes[2], bytes[3]].join(".");
}

const ipv4Text = kept((bytes) => three(bytes, 0) * 256 + (bytes[3] ?? 0), quad);

/** Dotted quad. */
export function formatIpv4(bytes: Uint8Array): string {
  return bytes.length === 4 ? ipv4Text(bytes) : quad(bytes);
}

/** Strict dotted quad: four decimal numbers up to 255 without leading zeros. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = new Uint8Array(4);
  for (let i = 0; i < 4; i++) {
    const part = match[i + 1] ?? "";
    if (Number(part) > 255 || (part.length > 1 && part.startsWith("0"))) return undefined;
    bytes[i] = Number(part);
  }
  return bytes;
}

/** Canonical text (RFC 5952): lower case, the longest run of two or more zero groups (the first of equals) as `::`. */
export function formatIpv6(bytes: Uint8Array): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  // RFC 5952 section 5: mapped addresses are shown with a dotted tail.
  const zeros = (count: number): boolean => groups.slice(0, count).every((group) => group === 0);
  if (zeros(5) && groups[5] === 0xffff) return `::ffff:${formatIpv4(bytes.subarray(12, 16))}`;
  if (zeros(6) && groups[6] !== 0) return `::${formatIpv4(bytes.subarray(12, 16))}`;
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (groups[i + run] === 0) run++;
    if (run > length) {
      start = i;
      length = run;
    }
    if (run > 0) i += run - 1;
  }
  const text = (part: number[]): string => part.map((group) => group.toString(16)).join(":");
  if (start < 0) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

/** Any form of RFC 4291 section 2.2, with a dotted tail too; no zone. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const parseHalf = (half: string): number[] | undefined => {
    if (half === "") return [];
    const groups: number[] = [];
    const parts = half.split(":");
    for (const [index, part] of parts.entries()) {
      if (index === parts.length - 1 && part.includes(".")) {
        const quad = parseIpv4(part);
        if (quad === undefined) return undefined;
        groups.push(((quad[0] ?? 0) << 8) | (quad[1] ?? 0), ((quad[2] ?? 0) << 8) | (quad[3] ?? 0));
      } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
      else return undefined;
    }
    return groups;
  };
  const [first = "", second] = halves;
  // A dotted tail may only end the whole address.
  if (second !== undefined && first.includes(".")) return undefined;
  const head = parseHalf(first);
  const tail = second === undefined ? [] : parseHalf(second);
  if (head === undefined || tail === undefined) return undefined;
  const count = head.length + tail.length;
  if (second === undefined ? count !== 8 : count > 7) return undefined;
  const groups = [...head, ...new Array<number>(8 - count).fill(0), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
}

const etherText = kept(
  (bytes) => three(bytes, 0) * 0x100_0000 + three(bytes, 3),
  (bytes) => toHex(bytes, ":"),
);

/** Lower-case pairs joined by colons; any number of them. */
export function formatEther(bytes: Uint8Array): string {
  return bytes.length === 6 ? etherText(bytes) : toHex(bytes, ":");
}

/** Six hex pairs joined by one of `: - .`, or three groups of four digits joined by dots. */
export function parseEther(text: string): Uint8Array | undefined {
  if (/^[0-9a-fA-F]{2}([:.-])(?:[0-9a-fA-F]{2}\1){4}[0-9a-fA-F]{2}$/.test(text))
    return fromHex(text.replaceAll(".", ":"));
  if (/^(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}$/.test(text)) return fromHex(text.replaceAll(".", ""));
  return undefined;
}
