/** Many ARP requests in a short time: `arp.detect_request_storms`, `arp.detect_storm_number_of_packets`, `arp.detect_storm_period`. */
import type { Preferences, Provide, Row, Tracker, TrackerState } from "../../src/plugin.ts";
import { numberAt, provided } from "./provided.ts";

const REQUEST = 1;
const MILLISECOND = 1_000_000n;
/** Wireshark's defaults: more than 30 requests in 100 ms. */
const PACKETS = 30;
const PERIOD = 100;

class Storm implements TrackerState {
  readonly forgotten: number = 0;
  readonly #packets: number;
  readonly #period: bigint;
  #count = 0;
  #first: bigint | undefined;

  constructor(preferences: Preferences) {
    const setting = (name: string, otherwise: number): number => {
      const value = Number(preferences.get(`arp.detect_storm_${name}`) ?? otherwise);
      return Number.isSafeInteger(value) ? value : otherwise;
    };
    this.#packets = setting("number_of_packets", PACKETS);
    this.#period = BigInt(setting("period", PERIOD)) * MILLISECOND;
  }

  update(row: Row, provide: Provide): void {
    const now = row.timestamp;
    if (now === undefined || row.count(0) === 0 || numberAt(row, 0, 0) !== REQUEST) return;
    if (this.#first === undefined || now - this.#first > this.#period) {
      this.#first = now;
      this.#count = 1;
      return;
    }
    this.#count++;
    if (this.#count <= this.#packets) return;
    provide(0, true);
    this.#count = 0;
    this.#first = undefined;
  }
}

export const arpStorm: Tracker = {
  id: "arp.storm",
  requires: ["arp.opcode"],
  provides: [provided("arp.packet-storm-detected", "FT_NONE", "Many requests in a short time", {})],
  isActive: (preferences) => preferences.get("arp.detect_request_storms") === true,
  create: (preferences) => new Storm(preferences),
};
