/** The counter of Accurate ECN, which takes the place of three flags once both ends have agreed (RFC 9768 section 3). */
import type { Preferences, Provide, Row, Tracker, TrackerState } from "../../src/plugin.ts";
import { BoundedMap, maxStreams, type Touchable } from "./bounded-map.ts";
import { numberAt, provided } from "./provided.ts";
import { ACK, SYN } from "./tcp-flags.ts";

const STREAM = 0;
const FLAGS = 1;

/** AE, CWR and ECE are three bits in a row. */
const SHIFT = 6;
const OFFERED = 7;
/** Answers to a SYN that offers it, as AE, CWR and ECE (RFC 9768 section 3.1.2): by what ECN field the SYN came with. */
const ACCEPTED: ReadonlySet<number> = new Set([0b010, 0b011, 0b100, 0b110]);

interface Agreement extends Touchable {
  accepted: boolean;
}

class Counters implements TrackerState {
  readonly #agreements: BoundedMap<number, Agreement>;

  constructor(preferences: Preferences) {
    this.#agreements = new BoundedMap(maxStreams(preferences));
  }

  get forgotten(): number {
    return this.#agreements.forgotten;
  }

  update(row: Row, provide: Provide): void {
    if (row.count(STREAM) === 0) return;
    const stream = numberAt(row, STREAM, 0);
    const flags = numberAt(row, FLAGS, 0);
    const bits = (flags >> SHIFT) & 7;
    if ((flags & SYN) !== 0) {
      if ((flags & ACK) !== 0) {
        const agreement = this.#agreements.get(stream);
        if (agreement !== undefined) agreement.accepted = ACCEPTED.has(bits);
      } else if (bits === OFFERED) this.#agreements.set(stream, { accepted: false, touched: false });
    } else if (this.#agreements.get(stream)?.accepted === true) provide(0, bits);
  }
}

export const tcpAce: Tracker = {
  id: "tcp.ace",
  requires: ["tcp.stream", "tcp.flags"],
  provides: [
    provided(
      "tcp.flags.ace",
      "FT_UINT8",
      "Packets with congestion marks, modulo 8",
      { after: "tcp.flags" },
      { spec: "RFC 9768 section 3.2" },
    ),
  ],
  create: (preferences) => new Counters(preferences),
};
