/** Older or other meanings of header bits, shown beside today's where a preference of Wireshark's asks for them. */
import type { Preferences, Provide, ProvidedField, Row, Tracker, ValueStrings } from "../../src/plugin.ts";
import { numberAt, provided } from "./provided.ts";

const flags = (set: string, clear: string): { strings: ValueStrings } => ({
  strings: { kind: "booleans", set, clear },
});

/** Reads one column where the preference has a value that asks for it. */
function reading(
  id: string,
  requires: string,
  asks: (preferences: Preferences) => boolean,
  provides: readonly ProvidedField[],
  read: (value: number, provide: Provide, occurrence: number) => void,
): Tracker {
  const update = (row: Row, provide: Provide): void => {
    for (let index = 0; index < row.count(0); index++) read(numberAt(row, 0, index), provide, index);
  };
  return {
    id,
    requires: [requires],
    provides,
    local: true,
    isActive: asks,
    create: () => ({ forgotten: 0, update }),
  };
}

const PRECEDENCES = [
  "routine",
  "priority",
  "immediate",
  "flash",
  "flash override",
  "CRITIC/ECP",
  "internetwork control",
  "network control",
];
const inService = { after: "ip.dsfield" };
const RFC_1349 = "RFC 1349 section 3";

/** `ip.decode_tos_as_diffserv:FALSE`: the byte as it was before differentiated services. */
export const typeOfService: Tracker = reading(
  "ip.tos",
  "ip.dsfield",
  (preferences) => preferences.get("ip.decode_tos_as_diffserv") === false,
  [
    provided("ip.tos", "FT_UINT8", "Type of service", inService, { spec: RFC_1349 }),
    provided("ip.tos.precedence", "FT_UINT8", "Precedence", inService, {
      spec: RFC_1349,
      strings: { kind: "values", rows: PRECEDENCES.map((text, low) => ({ low, high: low, text })) },
    }),
    provided("ip.tos.delay", "FT_BOOLEAN", "Low delay is asked for", inService, flags("Low", "Normal")),
    provided(
      "ip.tos.throughput",
      "FT_BOOLEAN",
      "High throughput is asked for",
      inService,
      flags("High", "Normal"),
    ),
    provided(
      "ip.tos.reliability",
      "FT_BOOLEAN",
      "High reliability is asked for",
      inService,
      flags("High", "Normal"),
    ),
    provided("ip.tos.cost", "FT_BOOLEAN", "Low cost is asked for", inService, flags("Low", "Normal")),
  ],
  (byte, provide, occurrence) => {
    // Each stands behind the same field, so that the last one given is the first one shown.
    for (const [index, bit] of [0x02, 0x04, 0x08, 0x10].entries())
      provide(5 - index, (byte & bit) !== 0, occurrence);
    provide(1, byte >> 5, occurrence);
    provide(0, byte, occurrence);
  },
);

/** `ip.security_flag:TRUE`: the reserved bit as RFC 3514 has it. */
export const securityFlag: Tracker = reading(
  "ip.evil",
  "ip.flags.rb",
  (preferences) => preferences.get("ip.security_flag") === true,
  [
    provided(
      "ip.flags.sf",
      "FT_BOOLEAN",
      "The packet means harm",
      { after: "ip.flags.rb" },
      {
        spec: "RFC 3514 section 2",
        ...flags("Evil", "Not evil"),
      },
    ),
    provided(
      "ip.evil_packet",
      "FT_NONE",
      "The packet says that it means harm",
      {},
      { spec: "RFC 3514 section 2" },
    ),
  ],
  (bit, provide, occurrence) => {
    provide(0, bit !== 0, occurrence);
    if (bit !== 0) provide(1, true, occurrence);
  },
);

/** `vlan.version`: before 2011, the bit told of the order of bits in addresses. */
export const canonicalFormat: Tracker = reading(
  "vlan.cfi",
  "vlan.dei",
  (preferences) => /1998|2005/.test(String(preferences.get("vlan.version"))),
  [
    provided(
      "vlan.cfi",
      "FT_BOOLEAN",
      "Addresses are in the order of Token Ring",
      { after: "vlan.dei" },
      {
        spec: "IEEE 802.1Q-2005 section 9.6",
        ...flags("Non-canonical", "Canonical"),
      },
    ),
  ],
  (bit, provide, occurrence) => provide(0, bit !== 0, occurrence),
);

const asksForCookies = (preferences: Preferences): boolean =>
  preferences.get("tcp.read_seq_as_syn_cookie") === true;
const inSequence = { after: "tcp.seq_raw" };

/** `tcp.read_seq_as_syn_cookie:TRUE`: numbers as Linux makes them where it keeps no state of a SYN. */
export const synCookie: Tracker = reading(
  "tcp.syncookie",
  "tcp.seq_raw",
  asksForCookies,
  [
    provided("tcp.syncookie.time", "FT_UINT8", "Clock of a SYN cookie, 64 s a step", inSequence),
    provided(
      "tcp.syncookie.mss",
      "FT_UINT8",
      "Segment size in a SYN cookie, as a place in a table",
      inSequence,
    ),
    provided("tcp.syncookie.hash", "FT_UINT24", "Hash of a SYN cookie", inSequence, { base: "hex" }),
  ],
  (number, provide, occurrence) => {
    provide(2, number & 0xff_ffff, occurrence);
    provide(1, (number >>> 24) & 7, occurrence);
    provide(0, number >>> 27, occurrence);
  },
);

const inTimestamp = { after: "tcp.options.timestamp.tsval" };
const NAME = "tcp.options.timestamp.tsval.syncookie";

/** The lowest bits of the timestamp carry the options of the SYN. */
export const timestampCookie: Tracker = reading(
  "tcp.syncookie.timestamp",
  "tcp.options.timestamp.tsval",
  asksForCookies,
  [
    provided(`${NAME}.timestamp`, "FT_UINT32", "Clock of a SYN cookie's timestamp", inTimestamp),
    provided(`${NAME}.ecn`, "FT_BOOLEAN", "The SYN asked for ECN", inTimestamp),
    provided(`${NAME}.sack`, "FT_BOOLEAN", "The SYN permitted SACK", inTimestamp),
    provided(`${NAME}.wscale`, "FT_UINT8", "Window shift of the SYN", inTimestamp),
  ],
  (value, provide, occurrence) => {
    provide(3, value & 0x0f, occurrence);
    provide(2, (value & 0x10) !== 0, occurrence);
    provide(1, (value & 0x20) !== 0, occurrence);
    provide(0, (value & ~0x3f) >>> 0, occurrence);
  },
);
