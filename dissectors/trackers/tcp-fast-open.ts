/** TCP Fast Open (RFC 7413): data of a SYN with a cookie, and whether the other end took them. */
import type { Preferences, Provide, Row, Tracker, TrackerState } from "../../src/plugin.ts";
import { BoundedMap, maxStreams, type Touchable } from "./bounded-map.ts";
import { numberAt, provided } from "./provided.ts";
import { seqAdd, seqLess } from "./sequence.ts";
import { ACK, SYN } from "./tcp-flags.ts";

const STREAM = 0;
const FLAGS = 1;
const SEQ = 2;
const ACKNOWLEDGMENT = 3;
const LENGTH = 4;
const COOKIE = 5;

const P_SYN = 0;
const P_ACCEPTED = 1;
const P_IGNORED = 2;

interface Opening extends Touchable {
  /** Number that acknowledges the SYN alone. */
  readonly afterSyn: number;
  /** Data came with a cookie. */
  readonly hasData: boolean;
}

class TcpFastOpen implements TrackerState {
  readonly #openings: BoundedMap<number, Opening>;

  constructor(preferences: Preferences) {
    this.#openings = new BoundedMap(maxStreams(preferences));
  }

  get forgotten(): number {
    return this.#openings.forgotten;
  }

  update(row: Row, provide: Provide): void {
    const flags = numberAt(row, FLAGS, 0);
    // Of several headers one is quoted, and was not sent now.
    if ((flags & SYN) === 0 || row.count(STREAM) !== 1) return;
    const stream = numberAt(row, STREAM, 0);
    if ((flags & ACK) === 0) {
      const hasCookie = row.count(COOKIE) > 0;
      if (hasCookie) provide(P_SYN, true);
      const afterSyn = seqAdd(numberAt(row, SEQ, 0), 1);
      const hasData = hasCookie && numberAt(row, LENGTH, 0) > 0;
      // A SYN that is sent again without its data does not take back what was sent.
      const known = this.#openings.get(stream);
      if (known?.afterSyn === afterSyn && known.hasData) return;
      this.#openings.set(stream, { afterSyn, hasData, touched: false });
      return;
    }
    const opening = this.#openings.get(stream);
    if (opening === undefined) return;
    // Wireshark does not ask for a cookie where data were accepted.
    if (seqLess(opening.afterSyn, numberAt(row, ACKNOWLEDGMENT, 0))) provide(P_ACCEPTED, true);
    else if (opening.hasData) provide(P_IGNORED, true);
  }
}

/** Rests on `tcp.stream`. Preference: `subflow.max_streams`. */
export const tcpFastOpen: Tracker = {
  id: "tcp.fastOpen",
  requires: ["tcp.stream", "tcp.flags", "tcp.seq_raw", "tcp.ack_raw", "tcp.len", "tcp.options.tfo.cookie"],
  provides: [
    provided("tcp.analysis.tfo_syn", "FT_NONE", "A SYN with a Fast Open cookie", {
      after: "tcp.options.tfo.cookie",
    }),
    provided("tcp.analysis.tfo_ack", "FT_NONE", "Data of the SYN are accepted", {}),
    provided(
      "tcp.analysis.tfo_ignored",
      "FT_NONE",
      "Data of the SYN are not accepted, and have to be sent again",
      {},
    ),
  ],
  create: (preferences) => new TcpFastOpen(preferences),
};
