/** Findings about UDP headers that compare fields. */
import type { Tracker } from "../../src/plugin.ts";
import { derived } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const STATUS = 0;
const LENGTH = 1;
const IPV6 = 2;
const JUMBO = 3;

const ZERO_CHECKSUM = 0;
const ZERO_LENGTH = 1;
/** A checksum of 0 where there must be one: over IPv6 (RFC 8200 section 8.1). */
const ILLEGAL = 4;

export const derivedUdp: Tracker = derived(
  "udp.findings",
  ["udp.checksum.status", "udp.length", "ipv6.nxt", "ipv6.opt.jumbo"],
  [
    provided(
      "udp.checksum.zero",
      "FT_NONE",
      "No checksum where IPv6 asks for one",
      { after: "udp.checksum" },
      { spec: "RFC 8200 section 8.1" },
    ),
    provided(
      "udp.length.bad_zero",
      "FT_NONE",
      "The length is 0, which only a jumbogram may have",
      { after: "udp.length" },
      { spec: "RFC 2675 section 4" },
    ),
  ],
  (row, provide) => {
    for (let index = 0; index < row.count(STATUS); index++)
      if (numberAt(row, STATUS, index) === ILLEGAL) provide(ZERO_CHECKSUM, true, index);
    if (row.count(IPV6) === 0 || row.count(JUMBO) > 0) return;
    for (let index = 0; index < row.count(LENGTH); index++)
      if (numberAt(row, LENGTH, index) === 0) provide(ZERO_LENGTH, true, index);
  },
);

/** Ports that traceroute sends to, one after the other. */
const FIRST_PORT = 33435;
const LAST_PORT = 33464;

/** A guess from the ports alone, as in Wireshark. */
export const traceroute: Tracker = derived(
  "udp.traceroute",
  ["udp.srcport", "udp.dstport"],
  [provided("udp.possible_traceroute", "FT_NONE", "A port that traceroute uses", {})],
  (row, provide) => {
    const isUsed = (column: number, index: number): boolean => {
      const port = numberAt(row, column, index);
      return port >= FIRST_PORT && port <= LAST_PORT;
    };
    for (let index = 0; index < row.count(0); index++)
      if (isUsed(0, index) || isUsed(1, index)) provide(0, true, index);
  },
);
