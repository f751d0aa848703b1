/** Checksums as they should be, where a preference asks for it: `ip.check_checksum`, `tcp.check_checksum`, `udp.check_checksum`. */
import {
  internetChecksum,
  type Provide,
  type ProvidedField,
  pseudoHeader,
  type Row,
  type Tracker,
  type TrackerState,
  updateChecksum,
} from "../../src/plugin.ts";
import { bytesAt } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

/** States of a checksum as the engine settles them where the preference is set. */
const BAD = 0;
const GOOD = 1;

const STATUS = 0;
const HEADER = 1;
const GIVEN = 2;
const PAYLOAD = 3;
const SOURCE = 4;
const DESTINATION = 5;
const SOURCE_6 = 6;
const DESTINATION_6 = 7;
const EMPTY = new Uint8Array(0);

const CALCULATED = 0;
/** TCP only: all ones in place of zero (RFC 1624 section 3). */
const ONES = 1;
const ALL_ONES = 0xffff;

interface Protocol {
  readonly name: "ip" | "tcp" | "udp";
  /** Number in the pseudo-header; undefined for a checksum over the header alone. */
  readonly number?: number;
  readonly findings: readonly ProvidedField[];
}

class Validation implements TrackerState {
  readonly forgotten: number = 0;
  readonly #protocol: Protocol;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  update(row: Row, provide: Provide): void {
    for (let index = 0; index < row.count(STATUS); index++) {
      const status = numberAt(row, STATUS, index);
      if (status !== BAD && status !== GOOD) continue;
      const should = this.#calculate(row, index);
      if (should === undefined) continue;
      provide(CALCULATED, should, index);
      // Both stand for the same sum.
      if (status === GOOD && this.#protocol.name === "tcp" && numberAt(row, GIVEN, index) !== should)
        provide(ONES, true, index);
    }
  }

  /** What the checksum should be; undefined where the frame does not tell which addresses belong to it. */
  #calculate(row: Row, index: number): number | undefined {
    const { number } = this.#protocol;
    const header = bytesAt(row, HEADER, index);
    if (header === undefined) return undefined;
    // Over the given checksum too, which is then taken for zero.
    const over = (...parts: readonly Uint8Array[]): number =>
      updateChecksum(internetChecksum(...parts), numberAt(row, GIVEN, index), 0);
    if (number === undefined) return over(header);
    const is6 = row.count(SOURCE) === 0;
    const [source, destination] = is6 ? [SOURCE_6, DESTINATION_6] : [SOURCE, DESTINATION];
    if (row.count(SOURCE) + row.count(SOURCE_6) !== 1 || row.count(STATUS) !== 1) return undefined;
    const ends = [bytesAt(row, source, 0), bytesAt(row, destination, 0)];
    const [from, to] = ends;
    if (from === undefined || to === undefined) return undefined;
    const payload = bytesAt(row, PAYLOAD, 0) ?? EMPTY;
    const sum = over(pseudoHeader(from, to, number, header.length + payload.length), header, payload);
    // RFC 768: zero is sent as all ones, as zero means that there is none.
    return sum === 0 && this.#protocol.name === "udp" ? ALL_ONES : sum;
  }
}

function validation(protocol: Protocol): Tracker {
  const { name, number, findings } = protocol;
  const after = { after: `${name}.checksum` };
  const over = [`${name}.payload`, "ip.src", "ip.dst", "ipv6.src", "ipv6.dst"];
  return {
    id: `${name}.validation`,
    requires: [`${name}.checksum.status`, name, `${name}.checksum`, ...(number === undefined ? [] : over)],
    provides: [
      provided(`${name}.checksum_calculated`, "FT_UINT16", "The checksum as it should be", after, {
        base: "hex",
      }),
      ...findings,
    ],
    local: true,
    isActive: (preferences) => preferences.get(`${name}.check_checksum`) === true,
    create: () => new Validation(protocol),
  };
}

export const ipValidation: Tracker = validation({ name: "ip", findings: [] });
export const tcpValidation: Tracker = validation({
  name: "tcp",
  number: 6,
  findings: [
    provided(
      "tcp.checksum.ffff",
      "FT_NONE",
      "The checksum is all ones where it should be zero",
      { after: "tcp.checksum" },
      { spec: "RFC 1624 section 3" },
    ),
  ],
});
export const udpValidation: Tracker = validation({ name: "udp", number: 17, findings: [] });
