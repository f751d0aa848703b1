/** Findings about TCP segments that compare fields, and SACK edges counted from the connection's first number. */
import type { Provide, Row, Tracker } from "../../src/plugin.ts";
import { bytesAt, derived } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";
import { seqLessEqual, seqSub } from "./sequence.ts";
import { ACK, RST, SYN, URG } from "./tcp-flags.ts";

const FLAGS = 0;
const ACK_RAW = 1;
const URGENT = 2;
const MSS = 3;
const SHIFT = 4;
const OPTIONS = 5;

const ACK_NONZERO = 0;
const URGENT_NONZERO = 1;
const MSS_ABSENT = 2;
const MSS_PRESENT = 3;
const SHIFT_INVALID = 4;
const NOPS = 5;
const AFTER_END = 6;

const END = 0;
const NOP = 1;
const MANY_NOPS = 4;

interface Area {
  readonly manyNops: boolean;
  /** A byte behind the end of options is not zero. */
  readonly dirty: boolean;
}

/** Walks kinds and lengths (RFC 9293 section 3.1), as far as they make sense. */
function walk(options: Uint8Array): Area {
  let row = 0;
  let longest = 0;
  let at = 0;
  while (at < options.length && options[at] !== END) {
    const isNop = options[at] === NOP;
    row = isNop ? row + 1 : 0;
    longest = Math.max(longest, row);
    const length = isNop ? 1 : (options[at + 1] ?? 0);
    if (!isNop && length < 2) return { manyNops: longest >= MANY_NOPS, dirty: false };
    at += length;
  }
  return { manyNops: longest >= MANY_NOPS, dirty: options.subarray(at + 1).some((byte) => byte !== 0) };
}

function findings(row: Row, provide: Provide): void {
  const count = row.count(FLAGS);
  for (let index = 0; index < count; index++) {
    const flags = numberAt(row, FLAGS, index);
    if ((flags & ACK) === 0 && numberAt(row, ACK_RAW, index) > 0) provide(ACK_NONZERO, true, index);
    if ((flags & URG) === 0 && numberAt(row, URGENT, index) > 0) provide(URGENT_NONZERO, true, index);
  }
  // Options are not told apart by header: a frame with quoted segments is left alone.
  if (count !== 1) return;
  const options = bytesAt(row, OPTIONS, 0);
  if (options === undefined) return;
  const isSyn = (numberAt(row, FLAGS, 0) & SYN) !== 0;
  const hasMss = row.count(MSS) > 0;
  if (isSyn && !hasMss) provide(MSS_ABSENT, true);
  if (!isSyn && hasMss) provide(MSS_PRESENT, true);
  if (numberAt(row, SHIFT, 0) > 14) provide(SHIFT_INVALID, true);
  const { manyNops, dirty } = walk(options);
  if (manyNops) provide(NOPS, true);
  if (dirty) provide(AFTER_END, true);
}

export const derivedTcp: Tracker = derived(
  "tcp.findings",
  [
    "tcp.flags",
    "tcp.ack_raw",
    "tcp.urgent_pointer",
    "tcp.options.mss",
    "tcp.options.wscale.shift",
    "tcp.options",
  ],
  [
    provided("tcp.ack.nonzero", "FT_NONE", "A number is acknowledged without the flag", {
      after: "tcp.ack_raw",
    }),
    provided("tcp.urgent_pointer.non_zero", "FT_NONE", "An urgent pointer without the flag", {
      after: "tcp.urgent_pointer",
    }),
    provided(
      "tcp.options.mss.absent",
      "FT_NONE",
      "A SYN with options, but without a maximum segment size",
      {},
    ),
    provided("tcp.options.mss.present", "FT_NONE", "A maximum segment size outside a SYN", {}),
    provided(
      "tcp.options.wscale.shift.invalid",
      "FT_NONE",
      "A window shift above 14",
      {},
      {
        spec: "RFC 7323 section 2.3",
      },
    ),
    provided("tcp.nop", "FT_NONE", "Four NOPs in a row, as left where options were taken out", {}),
    provided(
      "tcp.non_zero_bytes_after_eol",
      "FT_NONE",
      "Bytes behind the end of options are not zero",
      {},
      {
        spec: "RFC 9293 section 3.1",
      },
    ),
  ],
  findings,
);

const decoder = new TextDecoder();

/** RFC 9293 section 3.5.3: a RST may carry text that tells why. */
export const derivedReset: Tracker = derived(
  "tcp.reset",
  ["tcp.flags", "tcp.payload"],
  [
    provided(
      "tcp.reset_cause",
      "FT_STRING",
      "Text of a RST that tells why",
      {},
      { spec: "RFC 9293 section 3.5.3" },
    ),
  ],
  (row, provide) => {
    if (row.count(0) !== 1 || (row.number(0) & RST) === 0) return;
    const payload = bytesAt(row, 1, 0);
    if (payload === undefined || payload.length === 0) return;
    const end = payload.indexOf(0);
    provide(0, decoder.decode(end < 0 ? payload : payload.subarray(0, end)));
  },
);

const LEFT = 0;
const RIGHT = 1;
const ACK_SHOWN = 2;
const ACK_SENT = 3;

const P_LEFT = 0;
const P_RIGHT = 1;
const P_DUPLICATE = 2;
const P_DUPLICATE_LEFT = 3;
const P_DUPLICATE_RIGHT = 4;

/** RFC 2883 section 4: the first block is a duplicate if it is acknowledged already, or lies inside the second. */
function isDuplicate(row: Row): boolean {
  const left = numberAt(row, LEFT, 0);
  const right = numberAt(row, RIGHT, 0);
  if (seqLessEqual(right, numberAt(row, ACK_SENT, 0))) return true;
  return (
    row.count(LEFT) > 1 &&
    seqLessEqual(numberAt(row, LEFT, 1), left) &&
    seqLessEqual(right, numberAt(row, RIGHT, 1))
  );
}

/** Edges of SACK blocks, counted as `tcp.ack` is. */
export const derivedSack: Tracker = derived(
  "tcp.sack",
  ["tcp.options.sack_le_raw", "tcp.options.sack_re_raw", "tcp.ack", "tcp.ack_raw"],
  [
    provided("tcp.options.sack_le", "FT_UINT32", "Left edge, counted from the connection's first number", {
      after: "tcp.options.sack_re_raw",
    }),
    provided("tcp.options.sack_re", "FT_UINT32", "Right edge, counted from the connection's first number", {
      after: "tcp.options.sack_re_raw",
    }),
    provided(
      "tcp.options.sack.dsack",
      "FT_NONE",
      "The first block tells of data that came twice",
      {
        after: "tcp.options.sack_re_raw",
      },
      { spec: "RFC 2883 section 4" },
    ),
    provided("tcp.options.sack.dsack_le", "FT_UINT32", "Left edge of what came twice", {
      after: "tcp.options.sack_re_raw",
    }),
    provided("tcp.options.sack.dsack_re", "FT_UINT32", "Right edge of what came twice", {
      after: "tcp.options.sack_re_raw",
    }),
  ],
  (row, provide) => {
    const count = Math.min(row.count(LEFT), row.count(RIGHT));
    if (count === 0) return;
    if (row.count(ACK_SHOWN) === 0) return;
    const base = seqSub(numberAt(row, ACK_SENT, 0), numberAt(row, ACK_SHOWN, 0));
    const duplicate = isDuplicate(row);
    for (let index = 0; index < count; index++) {
      const left = seqSub(numberAt(row, LEFT, index), base);
      const right = seqSub(numberAt(row, RIGHT, index), base);
      if (duplicate && index === 0) {
        provide(P_DUPLICATE_RIGHT, right, index);
        provide(P_DUPLICATE_LEFT, left, index);
        provide(P_DUPLICATE, true, index);
      }
      provide(P_RIGHT, right, index);
      provide(P_LEFT, left, index);
    }
  },
);
