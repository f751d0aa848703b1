/** Findings about IPv4 headers that compare fields. */
import type { Provide, Row, Tracker } from "../../src/plugin.ts";
import { bytesAt, derived } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const TTL = 0;
const DESTINATION = 1;
const OPTION = 2;
const PROTOCOL = 3;
const VERSION = 4;
const QUICK_START = 5;
const FUNCTION = 6;
/** Columns of options with a route: the one that was taken, those that have to be. */
const ROUTES = [7, 8, 9] as const;
const SOURCE_ROUTES = [8, 9] as const;

const TTL_SMALL = 0;
const NOPS = 1;
const TTL_LOCAL = 2;
const BAD_VERSION = 3;
const BEFORE_ADDRESS = 4;
const MIDDLE_ADDRESS = 5;
const DIFFERENCE = 6;
const CURRENT = 7;
const CURRENT_TEXT = 8;

const NOP = 1;
const MANY = 4;
/** Below this, a packet is about to be dropped on its way. */
const SMALL = 5;
const MULTICAST = 224;
const IGMP = 2;
/** Pointers count from 1, behind the option's kind, length and pointer (RFC 791 section 3.1). */
const FIRST_ADDRESS = 4;
const RATE_REQUEST = 0;

/** TTLs in the Local Network Control Block 224.0.0.0/24 other than 1: VRRP, HSRP, mDNS; LLMNR may have any. */
const LOCAL_TTL: Readonly<Record<number, number>> = { 18: 255, 102: 255, 251: 255, 252: Number.NaN };

/** May a packet to this address have another TTL (RFC 5771 section 4)? */
function breaksLocal(destination: Uint8Array, ttl: number, protocol: number): boolean {
  const [a = 0, b = 0, c = 0, last = 0] = destination;
  if (a !== MULTICAST || b !== 0 || c !== 0) return false;
  const wanted = protocol === IGMP ? 1 : (LOCAL_TTL[last] ?? 1);
  return !Number.isNaN(wanted) && ttl !== wanted;
}

function isMulticast(destination: Uint8Array | undefined): boolean {
  return ((destination?.[0] ?? MULTICAST) & 0xf0) === MULTICAST;
}

/** The pointer stands behind kind and length. */
function checkPointer(option: Uint8Array | undefined, provide: Provide): void {
  const pointer = option?.[2] ?? FIRST_ADDRESS;
  if (pointer < FIRST_ADDRESS) provide(BEFORE_ADDRESS, true);
  else if (pointer % 4 !== 0) provide(MIDDLE_ADDRESS, true);
}

/** Under a source route, the header's destination is the next stop until the last was reached (RFC 791 section 3.1). */
function showCurrentStop(row: Row, provide: Provide): void {
  const destination = bytesAt(row, DESTINATION, 0);
  for (const column of SOURCE_ROUTES) {
    const option = bytesAt(row, column, 0);
    const pointer = option?.[2] ?? 0;
    if (option === undefined || destination === undefined || pointer > option.length || pointer % 4 !== 0)
      continue;
    provide(CURRENT_TEXT, destination.join("."));
    provide(CURRENT, destination);
  }
}

export const derivedIp: Tracker = derived(
  "ip.findings",
  [
    "ip.ttl",
    "ip.dst",
    "ip.opt.type",
    "ip.proto",
    "ip.version",
    "ip.opt.qs_ttl",
    "ip.opt.qs_func",
    "ip.options.record_route",
    "ip.options.route",
    "ip.options.source_route",
  ],
  [
    provided("ip.ttl.too_small", "FT_NONE", "Fewer than 5 hops are left to a single host", {
      after: "ip.ttl",
    }),
    provided("ip.nop", "FT_NONE", "Four NOPs in a row, as left where a router took options out", {}),
    provided(
      "ip.ttl.lncb",
      "FT_NONE",
      "Not the TTL of packets that stay on the local network",
      { after: "ip.ttl" },
      { spec: "RFC 5771 section 4" },
    ),
    provided("ip.bogus_ip_version", "FT_NONE", "The version is not 4", { after: "ip.version" }),
    provided("ip.opt.ptr.before_address", "FT_NONE", "A route's pointer stands before its first address", {}),
    provided("ip.opt.ptr.middle_address", "FT_NONE", "A route's pointer stands inside an address", {}),
    provided("ip.opt.qs_ttl_diff", "FT_UINT8", "TTL less the Quick-Start TTL, modulo 256", {
      after: "ip.opt.qs_ttl",
    }),
    provided("ip.cur_rt", "FT_IPv4", "Next stop of a source route", { after: "ip.opt.ptr" }),
    provided("ip.cur_rt_host", "FT_STRING", "Next stop of a source route, as text", { after: "ip.opt.ptr" }),
  ],
  (row, provide) => {
    const count = row.count(TTL);
    for (let index = 0; index < count; index++) {
      const destination = bytesAt(row, DESTINATION, index);
      const ttl = numberAt(row, TTL, index);
      if (ttl < SMALL && !isMulticast(destination)) provide(TTL_SMALL, true, index);
      if (destination !== undefined && breaksLocal(destination, ttl, numberAt(row, PROTOCOL, index)))
        provide(TTL_LOCAL, true, index);
    }
    // IPv6 has this name too.
    if (count === 1 && row.count(VERSION) === 1 && row.number(VERSION) !== 4) provide(BAD_VERSION, true);
    let nops = 0;
    for (let index = 0; index < row.count(OPTION) && nops < MANY; index++) {
      nops = numberAt(row, OPTION, index) === NOP ? nops + 1 : 0;
    }
    if (nops === MANY) provide(NOPS, true);
    for (const column of ROUTES)
      for (let index = 0; index < row.count(column); index++)
        checkPointer(bytesAt(row, column, index), provide);
    if (count === 1) showCurrentStop(row, provide);
    if (count === 1 && row.count(QUICK_START) > 0 && row.number(FUNCTION) === RATE_REQUEST)
      provide(DIFFERENCE, (row.number(TTL) - row.number(QUICK_START)) & 0xff);
  },
);
