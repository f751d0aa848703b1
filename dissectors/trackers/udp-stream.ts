/** UDP conversations: `udp.stream` and times within a conversation. */
import type { FlowCache, Preferences, Provide, Row, Tracker, TrackerState } from "../../src/plugin.ts";
import { maxStreams } from "./bounded-map.ts";
import { ENDPOINT_FIELDS, Endpoints, isQuoted } from "./endpoints.ts";
import { FlowTable } from "./flow-table.ts";
import { provided } from "./provided.ts";

const UDP = 17;
const REQUIRES: readonly string[] = [...ENDPOINT_FIELDS, "udp.srcport", "udp.dstport", "udp.length"];
const SOURCE_PORT: number = ENDPOINT_FIELDS.length;
const DESTINATION_PORT: number = ENDPOINT_FIELDS.length + 1;
const LENGTH: number = ENDPOINT_FIELDS.length + 2;

/** Bytes of the header, which `udp.length` counts (RFC 768). */
const HEADER = 8;

/** Indices into `provides`. */
const P_STREAM = 0;
const P_RELATIVE = 1;
const P_DELTA = 2;

interface Conversation {
  readonly index: number;
  readonly first: bigint | undefined;
  previous: bigint | undefined;
}

/** 0 is a jumbogram (RFC 2675 section 4). */
function isEmpty(length: number): boolean {
  return length > 0 && length <= HEADER;
}

function isTimed(wants: (name: string) => boolean): boolean {
  return wants("udp.time_relative") || wants("udp.time_delta");
}

class UdpStreams implements TrackerState {
  readonly #streams: FlowTable<Conversation>;
  readonly #ends = new Endpoints();
  readonly #timed: boolean;
  readonly #kept = new Int32Array(1);
  #next = 0;

  constructor(preferences: Preferences, wants: (name: string) => boolean, cache?: FlowCache) {
    this.#streams = new FlowTable(maxStreams(preferences), cache);
    this.#timed = isTimed(wants);
  }

  get forgotten(): number {
    return this.#streams.forgotten;
  }

  update(row: Row, provide: Provide): void {
    const count = row.count(DESTINATION_PORT);
    const now = this.#timed ? row.timestamp : undefined;
    for (let index = 0; index < count; index++) {
      const ends = this.#ends;
      const source = row.number(SOURCE_PORT, index);
      if (!ends.read(row, UDP, index, count, source, row.number(DESTINATION_PORT, index))) continue;
      let stream = this.#streams.get(ends);
      if (stream === undefined) {
        stream = { index: this.#next++, first: now, previous: now };
        this.#streams.set(ends, stream);
      } else if (row.plain && this.#streams.keeps) {
        this.#kept[0] = stream.index;
        this.#streams.keep(ends, this.#kept, this.#kept);
      }
      provide(P_STREAM, stream.index, index);
      // The time of a quote is the ICMP error's, not the datagram's; datagrams without content count for nothing.
      if (now === undefined || isQuoted(row) || isEmpty(row.number(LENGTH, index))) continue;
      provide(P_RELATIVE, now - (stream.first ?? now), index);
      provide(P_DELTA, now - (stream.previous ?? now), index);
      stream.previous = now;
    }
  }
}

/** Conversations in the order of their first datagram. Preference: `subflow.max_streams`. */
export const udpStream: Tracker = {
  id: "udp.stream",
  requires: REQUIRES,
  reads: (wants) => REQUIRES.slice(0, isTimed(wants) ? REQUIRES.length : LENGTH),
  provides: [
    provided("udp.stream", "FT_UINT32", "Number of the conversation in this reading, from 0", {
      after: "udp.checksum",
    }),
    provided("udp.time_relative", "FT_RELATIVE_TIME", "Time since the conversation's first datagram", {
      under: "Timestamps",
    }),
    provided("udp.time_delta", "FT_RELATIVE_TIME", "Time since the conversation's datagram before", {
      under: "Timestamps",
    }),
  ],
  cached: (wants) =>
    isTimed(wants)
      ? undefined
      : {
          source: "ip.src",
          destination: "ip.dst",
          sourcePort: "udp.srcport",
          destinationPort: "udp.dstport",
          has: ["ip.src", "ip.dst", "ip.proto", "udp.srcport", "udp.dstport"],
          values: new Map([[P_STREAM, { kind: "shared" }]]),
        },
  create: (preferences, wants, _hindsight, cache) => new UdpStreams(preferences, wants, cache),
};
