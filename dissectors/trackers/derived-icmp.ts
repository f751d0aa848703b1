/** Findings about ICMP messages. */
import {
  internetChecksum,
  type Provide,
  type Row,
  type Tracker,
  type ValueStrings,
} from "../../src/plugin.ts";
import { bytesAt, derived } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const STATUS = 0;
const MESSAGE = 1;
const EXTENSION = 2;

const WRONG = 0;
const EXTENSION_STATUS = 1;
const EXTENSION_WRONG = 2;

const BAD = 0;
const GOOD = 1;
const NOT_PRESENT = 3;
const STATES: ValueStrings = {
  kind: "values",
  rows: ["Bad", "Good", "Unverified", "Not present", "Illegal"].map((text, low) => ({
    low,
    high: low,
    text,
  })),
};

const HEADER = 8;
const EXTENDED_ECHO: ReadonlySet<number> = new Set([42, 43]);

/** Where the extension begins: errors count the quote's words in their sixth byte (RFC 4884 section 5.1). */
function extensionOf(message: Uint8Array): Uint8Array {
  const quoted = EXTENDED_ECHO.has(message[0] ?? 0) ? 0 : 4 * (message[5] ?? 0);
  return message.subarray(HEADER + quoted);
}

function judgeExtension(row: Row, provide: Provide): void {
  const message = bytesAt(row, MESSAGE, 0);
  if (message === undefined || row.count(EXTENSION) !== 1) return;
  if (row.number(EXTENSION) === 0) {
    provide(EXTENSION_STATUS, NOT_PRESENT);
    return;
  }
  // The sum over bytes that hold a right checksum is all ones, so its complement is zero.
  const isGood = internetChecksum(extensionOf(message)) === 0;
  if (!isGood) provide(EXTENSION_WRONG, true);
  provide(EXTENSION_STATUS, isGood ? GOOD : BAD);
}

const afterExtension = { after: "icmp.ext.checksum" };
const spec = "RFC 4884 section 7";

export const derivedIcmp: Tracker = derived(
  "icmp.findings",
  ["icmp.checksum.status", "icmp", "icmp.ext.checksum"],
  [
    provided("icmp.checksum_bad", "FT_NONE", "The checksum is wrong", { after: "icmp.checksum" }),
    provided("icmp.ext.checksum.status", "FT_UINT8", "State of the extension's checksum", afterExtension, {
      base: "none",
      strings: STATES,
      spec,
    }),
    provided("icmp.ext.checksum_bad", "FT_NONE", "The extension's checksum is wrong", afterExtension, {
      spec,
    }),
  ],
  (row, provide) => {
    for (let index = 0; index < row.count(STATUS); index++)
      if (numberAt(row, STATUS, index) === BAD) provide(WRONG, true, index);
    judgeExtension(row, provide);
  },
);
