/** The datagrams of one UDP stream, in the order of the capture. */
import { numberAt } from "../../../dissectors/trackers/provided.ts";
import { formatIpv4, formatIpv6 } from "../../bytes/address.ts";
import type { Row } from "../../plugin.ts";
import type { Side } from "../types.ts";
import type { Follower, TakePiece } from "./types.ts";

const FIELDS = [
  "udp.stream",
  "udp.srcport",
  "udp.dstport",
  "udp.payload",
  "ip.src",
  "ip.dst",
  "ipv6.src",
  "ipv6.dst",
];
const [STREAM, SOURCE_PORT, DESTINATION_PORT, PAYLOAD, IP_SRC, IP_DST, IPV6_SRC, IPV6_DST] = [
  0, 1, 2, 3, 4, 5, 6, 7,
];

function endAt(row: Row, v4: number, v6: number, port: number): string {
  const four = row.at(v4, row.count(v4) - 1);
  if (four instanceof Uint8Array) return `${formatIpv4(four)}:${port}`;
  const six = row.at(v6, row.count(v6) - 1);
  return six instanceof Uint8Array ? `[${formatIpv6(six)}]:${port}` : `?:${port}`;
}

export class UdpFollower implements Follower {
  readonly requires: readonly string[] = FIELDS;
  readonly ends: [string | undefined, string | undefined] = [undefined, undefined];
  readonly forgotten: number = 0;
  readonly #stream: number | undefined;
  readonly #take: TakePiece;
  readonly #next: [number, number] = [0, 0];

  constructor(stream: number | undefined, take: TakePiece) {
    this.#stream = stream;
    this.#take = take;
  }

  watch(row: Row): void {
    // Of several headers one is quoted, or inside a tunnel of another stream.
    if (row.count(STREAM) !== 1) return;
    if (this.#stream !== undefined && row.number(STREAM) !== this.#stream) return;
    const source = endAt(row, IP_SRC, IPV6_SRC, numberAt(row, SOURCE_PORT, 0));
    this.ends[0] ??= source;
    this.ends[1] ??= endAt(row, IP_DST, IPV6_DST, numberAt(row, DESTINATION_PORT, 0));
    const side: Side = source === this.ends[0] ? 0 : 1;
    const payload = row.at(PAYLOAD);
    if (!(payload instanceof Uint8Array) || payload.length === 0) return;
    const start = this.#next[side];
    this.#next[side] += payload.length;
    this.#take({
      side,
      start,
      length: payload.length,
      data: payload.slice(),
      missing: undefined,
      waited: false,
      frame: row.frameNumber,
      time: row.timestamp ?? 0n,
      stream: row.number(STREAM),
    });
  }

  end(): void {}
}
