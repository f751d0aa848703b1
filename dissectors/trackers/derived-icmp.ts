/** Findings about ICMP messages. */
import type { Tracker } from "../../src/plugin.ts";
import { derived } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const STATUS = 0;
const BAD = 0;

export const derivedIcmp: Tracker = derived(
  "icmp.findings",
  ["icmp.checksum.status"],
  [provided("icmp.checksum_bad", "FT_NONE", "The checksum is wrong", { after: "icmp.checksum" })],
  (row, provide) => {
    for (let index = 0; index < row.count(STATUS); index++)
      if (numberAt(row, STATUS, index) === BAD) provide(0, true, index);
  },
);
