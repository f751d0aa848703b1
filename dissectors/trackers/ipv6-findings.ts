/** Findings about IPv6 headers and their options that compare fields. */
import type { Provide, Row, Tracker } from "../../src/plugin.ts";
import { bytesAt, derived } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const VERSION = 0;
const PAYLOAD_LENGTH = 1;
const NEXT = 2;
const HOP_LIMIT = 3;
const HOP_BY_HOP = 4;
const DESTINATION = 5;
const FRAGMENT = 6;
const QUICK_START = 7;
const FUNCTION = 8;
/** Bytes of options that nothing reads. */
const UNREAD = [9, 10] as const;

const BAD_VERSION = 0;
const EMPTY = 1;
const JUMBO_MISSING = 2;
const JUMBO_PROHIBITED = 3;
const JUMBO_TRUNCATED = 4;
const JUMBO_FRAGMENT = 5;
const MISMATCH = 6;
const DEPRECATED = 7;
const DIFFERENCE = 8;
const UNKNOWN = 9;

const NEXT_HOP_BY_HOP = 0;
const NEXT_NONE = 59;
const PAD_1 = 0;
const JUMBO = 0xc2;
const ENDPOINT_IDENTIFICATION = 0x8a;
const RATE_REQUEST = 0;
const LARGEST_LENGTH = 65_535;

/** IANA: Destination Options and Hop-by-Hop Options, "Chg" and references. Option types that are defined for one header. */
const ONLY_HOP_BY_HOP: ReadonlySet<number> = new Set([5, 7, 8, 0x26, 0x30, 0x31, 0x63, 0x6d, JUMBO, 0xee]);
const ONLY_DESTINATION: ReadonlySet<number> = new Set([4, 0x0f, 0x41, 0x8b, 0x8c, 0xc9]);

interface Option {
  readonly type: number;
  readonly data: Uint8Array;
}

/** Options of an extension header (RFC 8200 section 4.2), as far as their lengths make sense. */
export function optionsOf(header: Uint8Array | undefined): Option[] {
  const options: Option[] = [];
  if (header === undefined) return options;
  let at = 2;
  while (at < header.length) {
    const type = header[at] ?? 0;
    if (type === PAD_1) {
      at++;
      continue;
    }
    const end = at + 2 + (header[at + 1] ?? 0);
    if (end > header.length) break;
    options.push({ type, data: header.subarray(at + 2, end) });
    at = end;
  }
  return options;
}

function jumboLength({ data }: Option): number {
  return data.length === 4 ? new DataView(data.buffer, data.byteOffset, 4).getUint32(0) : 0;
}

function findings(row: Row, provide: Provide): void {
  const count = row.count(VERSION);
  for (let index = 0; index < count; index++)
    if (numberAt(row, VERSION, index) !== 6) provide(BAD_VERSION, true, index);
  for (const column of UNREAD) for (let index = 0; index < row.count(column); index++) provide(UNKNOWN, true);
  // Extension headers are not told apart by the header that they follow: frames with several are left alone.
  if (count !== 1) return;
  const hop = optionsOf(bytesAt(row, HOP_BY_HOP, 0));
  const destination: Option[] = [];
  for (let index = 0; index < row.count(DESTINATION); index++)
    destination.push(...optionsOf(bytesAt(row, DESTINATION, index)));
  const all = [...hop, ...destination];
  const isEmpty = row.number(PAYLOAD_LENGTH) === 0;
  const jumbo = all.filter(({ type }) => type === JUMBO);
  if (isEmpty && row.number(NEXT) === NEXT_HOP_BY_HOP) {
    const isJumbo = hop.some((option) => option.type === JUMBO && jumboLength(option) > LARGEST_LENGTH);
    if (!isJumbo) provide(JUMBO_MISSING, true);
    else if (row.count(FRAGMENT) > 0) provide(JUMBO_FRAGMENT, true);
  } else if (isEmpty && row.number(NEXT) !== NEXT_NONE) provide(EMPTY, true);
  for (const option of jumbo) {
    if (!isEmpty) provide(JUMBO_PROHIBITED, true);
    if (!isEmpty && jumboLength(option) <= LARGEST_LENGTH) provide(JUMBO_TRUNCATED, true);
  }
  for (const { type } of hop) if (ONLY_DESTINATION.has(type)) provide(MISMATCH, true);
  for (const { type } of destination) if (ONLY_HOP_BY_HOP.has(type)) provide(MISMATCH, true);
  for (const { type } of all) if (type === ENDPOINT_IDENTIFICATION) provide(DEPRECATED, true);
  if (row.count(QUICK_START) > 0 && row.number(FUNCTION) === RATE_REQUEST)
    provide(DIFFERENCE, (row.number(HOP_LIMIT) - row.number(QUICK_START)) & 0xff);
}

export const ipv6Findings: Tracker = derived(
  "ipv6.findings",
  [
    "ipv6.version",
    "ipv6.plen",
    "ipv6.nxt",
    "ipv6.hlim",
    "ipv6.hopopts",
    "ipv6.dstopts",
    "ipv6.fraghdr",
    "ipv6.opt.qs_ttl",
    "ipv6.opt.qs_func",
    "ipv6.opt.unknown",
    "ipv6.opt_unknown_data",
  ],
  [
    provided("ipv6.bogus_ipv6_version", "FT_NONE", "The version is not 6", { after: "ipv6.version" }),
    provided("ipv6.plen_zero", "FT_NONE", "The payload length is 0, though something follows", {
      after: "ipv6.plen",
    }),
    provided(
      "ipv6.opt.jumbo.missing",
      "FT_NONE",
      "The payload length is 0 without a jumbo payload option",
      {},
    ),
    provided("ipv6.opt.jumbo.prohibited", "FT_NONE", "A jumbo payload option beside a payload length", {}),
    provided("ipv6.opt.jumbo.truncated", "FT_NONE", "A jumbo payload option that states no jumbo length", {}),
    provided("ipv6.opt.jumbo.fragment", "FT_NONE", "A jumbo payload in a fragment", {}),
    provided("ipv6.opt.header_mismatch", "FT_NONE", "An option of the other extension header", {}),
    provided("ipv6.opt.deprecated", "FT_NONE", "An option that is no longer in use", {}),
    provided("ipv6.opt.qs_ttl_diff", "FT_UINT8", "Hop limit less the Quick-Start TTL, modulo 256", {
      after: "ipv6.opt.qs_ttl",
    }),
    provided("ipv6.opt.unknown_data.expert", "FT_NONE", "Bytes of an option that no format tells of", {}),
  ],
  findings,
);
