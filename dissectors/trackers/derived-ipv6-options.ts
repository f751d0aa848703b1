/** Parts of the duplicate detection option, whose sizes hang on bits before them (RFC 6621 section 6.1.1). */
import type { Provide, Row, Tracker } from "../../src/plugin.ts";
import { bytesAt, derived } from "./derived.ts";
import { optionsOf } from "./ipv6-findings.ts";
import { provided } from "./provided.ts";

const DUPLICATE_DETECTION = 8;
const HASHED = 0x80;

const HASH = 0;
const TAGGER = 1;
const IDENTIFIER = 2;

/** A hash assist value as a whole; else the tagger, unless it is of the type that has none, and the identifier. */
function readOption(data: Uint8Array, provide: Provide): void {
  const first = data[0] ?? 0;
  if ((first & HASHED) !== 0) {
    provide(HASH, data);
    return;
  }
  const hasTagger = (first & 0x70) !== 0;
  const end = hasTagger ? 1 + (first & 0x0f) + 1 : 1;
  if (end > data.length) return;
  if (hasTagger) provide(TAGGER, data.subarray(1, end));
  if (end < data.length) provide(IDENTIFIER, data.subarray(end));
}

const placement = { after: "ipv6.opt.smf_dpd.hash_bit" };
const spec = "RFC 6621 section 6.1.1";

export const duplicateDetection: Tracker = derived(
  "ipv6.duplicates",
  ["ipv6.hopopts", "ipv6.dstopts"],
  [
    provided("ipv6.opt.smf_dpd.hav", "FT_BYTES", "Hash assist value", placement, { spec }),
    provided("ipv6.opt.smf_dpd.tagger_id", "FT_BYTES", "Who numbers the packets", placement, { spec }),
    provided("ipv6.opt.smf_dpd.ident", "FT_BYTES", "Number of the packet", placement, { spec }),
  ],
  (row: Row, provide) => {
    for (const column of [0, 1])
      for (let index = 0; index < row.count(column); index++)
        for (const { type, data } of optionsOf(bytesAt(row, column, index)))
          if (type === DUPLICATE_DETECTION) readOption(data, provide);
  },
);
