/** Findings about UDP headers that compare fields. */
import type { Tracker } from "../../src/plugin.ts";
import { derived } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const STATUS = 0;
/** A checksum of 0 where there must be one: over IPv6 (RFC 8200 section 8.1). */
const ILLEGAL = 4;

export const derivedUdp: Tracker = derived(
  "udp.findings",
  ["udp.checksum.status"],
  [
    provided(
      "udp.checksum.zero",
      "FT_NONE",
      "No checksum where IPv6 asks for one",
      { after: "udp.checksum" },
      { spec: "RFC 8200 section 8.1" },
    ),
  ],
  (row, provide) => {
    for (let index = 0; index < row.count(STATUS); index++)
      if (numberAt(row, STATUS, index) === ILLEGAL) provide(0, true, index);
  },
);
