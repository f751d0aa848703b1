/** Findings about IPv4 headers that compare fields. */
import type { Tracker } from "../../src/plugin.ts";
import { bytesAt, derived } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const TTL = 0;
const DESTINATION = 1;
const OPTION = 2;

const TTL_SMALL = 0;
const NOPS = 1;

const NOP = 1;
const MANY = 4;
/** Below this, a packet is about to be dropped on its way. */
const SMALL = 5;
const MULTICAST = 224;

export const derivedIp: Tracker = derived(
  "ip.findings",
  ["ip.ttl", "ip.dst", "ip.opt.type"],
  [
    provided("ip.ttl.too_small", "FT_NONE", "Fewer than 5 hops are left to a single host", {
      after: "ip.ttl",
    }),
    provided("ip.nop", "FT_NONE", "Four NOPs in a row, as left where a router took options out", {}),
  ],
  (row, provide) => {
    for (let index = 0; index < row.count(TTL); index++) {
      const first = bytesAt(row, DESTINATION, index)?.[0] ?? MULTICAST;
      if (numberAt(row, TTL, index) < SMALL && first < MULTICAST) provide(TTL_SMALL, true, index);
    }
    let nops = 0;
    for (let index = 0; index < row.count(OPTION) && nops < MANY; index++) {
      nops = numberAt(row, OPTION, index) === NOP ? nops + 1 : 0;
    }
    if (nops === MANY) provide(NOPS, true);
  },
);
