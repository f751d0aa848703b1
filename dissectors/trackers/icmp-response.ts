/** Which request an ICMP echo reply answers, and how long that took (RFC 792, RFC 4443 section 4). */
import type { Preferences, Provide, Row, Tracker, TrackerState } from "../../src/plugin.ts";
import { BoundedMap, maxStreams, type Touchable } from "./bounded-map.ts";
import { bytesAt } from "./derived.ts";
import { FrameLists } from "./frame-lists.ts";
import { numberAt, provided } from "./provided.ts";

const TYPE = 0;
const IDENTIFIER = 1;
const SEQUENCE = 2;
const SOURCE = 3;
const DESTINATION = 4;

const RESPONSE_TO = 0;
const TIME = 1;
const RESPONSE_IN = 2;
const NO_RESPONSE = 3;
const NOT_FOUND = 4;

interface Request extends Touchable {
  readonly frame: number;
  readonly timestamp: bigint | undefined;
}

const text = (bytes: Uint8Array | undefined): string => String.fromCharCode(...(bytes ?? []));

class Responses implements TrackerState {
  readonly #request: number;
  readonly #reply: number;
  readonly #waiting: BoundedMap<string, Request>;
  /** By frame of the request, where a second reading may ask for them. */
  readonly #answers: FrameLists | undefined;
  /** Of an earlier reading. */
  readonly #hindsight: Responses | undefined;

  constructor(
    request: number,
    reply: number,
    preferences: Preferences,
    looksAhead: boolean,
    hindsight?: TrackerState,
  ) {
    this.#request = request;
    this.#reply = reply;
    this.#waiting = new BoundedMap(maxStreams(preferences));
    this.#answers = looksAhead ? new FrameLists(maxStreams(preferences)) : undefined;
    this.#hindsight = hindsight instanceof Responses ? hindsight : undefined;
  }

  get forgotten(): number {
    return this.#waiting.forgotten + (this.#answers?.forgotten ?? 0);
  }

  update(row: Row, provide: Provide): void {
    // What an error quotes was no request of this frame: only a message of its own stands first, behind the last own header.
    const type = numberAt(row, TYPE, 0);
    const isRequest = type === this.#request;
    if (!isRequest && type !== this.#reply) return;
    const last = row.count(SOURCE) - 1;
    const source = text(bytesAt(row, SOURCE, last));
    const destination = text(bytesAt(row, DESTINATION, last));
    // As Wireshark has it, either end may answer.
    const ends = source < destination ? source + destination : destination + source;
    const key = `${numberAt(row, IDENTIFIER, 0)} ${numberAt(row, SEQUENCE, 0)} ${ends}`;
    if (isRequest) {
      this.#waiting.set(key, { frame: row.frameNumber, timestamp: row.timestamp, touched: false });
      if (this.#hindsight !== undefined) this.#hindsight.#provideAnswer(row.frameNumber, provide);
      return;
    }
    const request = this.#waiting.get(key);
    if (request === undefined) return;
    this.#waiting.delete(key);
    this.#answers?.add(request.frame, row.frameNumber);
    provide(RESPONSE_TO, request.frame);
    if (row.timestamp === undefined || request.timestamp === undefined) return;
    provide(TIME, Number(row.timestamp - request.timestamp) / 1e6);
  }

  #provideAnswer(request: number, provide: Provide): void {
    const [answer] = this.#answers?.of(request) ?? [];
    if (answer !== undefined) {
      provide(RESPONSE_IN, answer);
      return;
    }
    // An answer that was forgotten is none that is missing.
    if (this.forgotten > 0) return;
    provide(NO_RESPONSE, true);
    provide(NOT_FOUND, true);
  }
}

function responses(
  protocol: "icmp" | "icmpv6",
  ip: "ip" | "ipv6",
  identifier: string,
  sequence: string,
  request: number,
  reply: number,
): Tracker {
  return {
    id: `${protocol}.responses`,
    requires: [`${protocol}.type`, identifier, sequence, `${ip}.src`, `${ip}.dst`],
    provides: [
      provided(`${protocol}.resp_to`, "FT_FRAMENUM", "Frame of the request that this answers", {}),
      provided(`${protocol}.resptime`, "FT_DOUBLE", "Milliseconds from the request to its answer", {}),
      provided(`${protocol}.resp_in`, "FT_FRAMENUM", "Frame of the answer; with -2 alone", {}),
      provided(`${protocol}.no_resp`, "FT_NONE", "The request has no answer; with -2 alone", {}),
      provided(`${protocol}.resp_not_found`, "FT_NONE", "The request has no answer; with -2 alone", {}),
    ],
    create: (preferences, wants, hindsight) => {
      const looksAhead = ["resp_in", "no_resp", "resp_not_found"].some((name) =>
        wants(`${protocol}.${name}`),
      );
      return new Responses(request, reply, preferences, looksAhead, hindsight);
    },
  };
}

/** Echo requests and replies with the same ends, identifier and sequence number. */
export const icmpResponses: Tracker = responses("icmp", "ip", "icmp.ident", "icmp.seq", 8, 0);
export const icmpv6Responses: Tracker = responses(
  "icmpv6",
  "ipv6",
  "icmpv6.echo.identifier",
  "icmpv6.echo.sequence_number",
  128,
  129,
);
