/** Who closes a TCP connection: the end that sends the first FIN does so actively (RFC 9293 section 3.6). */
import type { Preferences, Provide, Row, Tracker, TrackerState } from "../../src/plugin.ts";
import { BoundedMap, maxStreams, type Touchable } from "./bounded-map.ts";
import { bytesAt } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const STREAM = 0;
const FIN = 1;
const PORT = 2;
const IPV4 = 3;
const IPV6 = 4;

const ACTIVE = 0;
const PASSIVE = 1;

interface Closing extends Touchable {
  readonly first: string;
}

function senderOf(row: Row): string {
  const address = bytesAt(row, IPV4, row.count(IPV4) - 1) ?? bytesAt(row, IPV6, row.count(IPV6) - 1);
  return `${address?.join(".")}:${numberAt(row, PORT, 0)}`;
}

class TcpClosing implements TrackerState {
  readonly #closing: BoundedMap<number, Closing>;
  constructor(preferences: Preferences) {
    this.#closing = new BoundedMap(maxStreams(preferences));
  }
  get forgotten(): number {
    return this.#closing.forgotten;
  }
  update(row: Row, provide: Provide): void {
    // A quoted segment beside another is none that was sent now.
    if (row.count(STREAM) !== 1 || row.at(FIN) !== true) return;
    const stream = numberAt(row, STREAM, 0);
    const sender = senderOf(row);
    let closing = this.#closing.get(stream);
    if (closing === undefined) {
      closing = { first: sender, touched: false };
      this.#closing.set(stream, closing);
    }
    provide(closing.first === sender ? ACTIVE : PASSIVE, true);
  }
}

export const tcpClosing: Tracker = {
  id: "tcp.closing",
  requires: ["tcp.stream", "tcp.flags.fin", "tcp.srcport", "ip.src", "ipv6.src"],
  provides: [
    provided("tcp.connection.fin_active", "FT_NONE", "This end begins to close", { after: "tcp.flags.fin" }),
    provided("tcp.connection.fin_passive", "FT_NONE", "The other end began to close", {
      after: "tcp.flags.fin",
    }),
  ],
  create: (preferences) => new TcpClosing(preferences),
};
