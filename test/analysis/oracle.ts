/** What a drawn conversation's bytes say, byte for byte: slow, obvious, and without anything of the analysis. */
import type { Frame } from "../../src/index.ts";

type Side = 0 | 1;

interface Packet {
  readonly frame: number;
  readonly time: number;
  readonly stream: number;
  readonly side: Side;
  readonly flags: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
  readonly dataAck: bigint | undefined;
  readonly wireLength: number;
}

/** What both sides of one subflow did. */
export interface OracleSide {
  segments: number;
  wireBytes: number;
  bytes: number;
  newBytes: number;
  retransmittedBytes: number;
  reinjectedBytes: number;
}

export interface OracleHost {
  bytes: number;
  reinjections: number;
  reinjectedBytes: number;
  redundantBytes: number;
  reinjectionFrames: number[];
  reorderBytes: number;
  rtts: number[];
}

export interface OracleResult {
  readonly hosts: readonly [OracleHost, OracleHost];
  readonly streams: readonly (readonly [OracleSide, OracleSide])[];
}

/** DATA_ACK of a DSS, as it stands in the header. */
function dataAckOf(options: DataView): bigint | undefined {
  for (let at = 0; at < options.byteLength; ) {
    const kind = options.getUint8(at);
    if (kind === 0) return undefined;
    if (kind === 1) {
      at++;
      continue;
    }
    const subtype = options.getUint8(at + 2) >> 4;
    const flags = kind === 30 && subtype === 2 ? options.getUint8(at + 3) : 0;
    if ((flags & 1) !== 0) {
      return (flags & 2) !== 0 ? options.getBigUint64(at + 4) : BigInt(options.getUint32(at + 4));
    }
    at += options.getUint8(at + 1);
  }
  return undefined;
}

function readPackets(frames: readonly Frame[]): Packet[] {
  const streams: string[] = [];
  const openers: string[] = [];
  return frames.map(({ data, number, timestamp = 0n }): Packet => {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const v4 = data[12] === 8;
    const ip = 14;
    const tcp = ip + (v4 ? 20 : 40);
    const source = `${data.subarray(v4 ? ip + 12 : ip + 8, v4 ? ip + 16 : ip + 24)}:${view.getUint16(tcp)}`;
    const destination = `${data.subarray(v4 ? ip + 16 : ip + 24, v4 ? ip + 20 : ip + 40)}:${view.getUint16(tcp + 2)}`;
    const client = data[11] === 0 || data[10] === 2 ? data[10] === 1 : data[10] === 1;
    const key = [source, destination].sort().join(" ");
    if (!streams.includes(key)) {
      streams.push(key);
      openers.push(source);
    }
    const header = (view.getUint8(tcp + 12) >> 4) * 4;
    return {
      frame: number,
      time: Number(timestamp % 1_000_000_000_000_000n),
      stream: streams.indexOf(key),
      // Hardware addresses of the client end in 01:xx, of the server in 02:xx.
      side: client ? 0 : 1,
      flags: view.getUint8(tcp + 13),
      sequence: view.getUint32(tcp + 4),
      payload: data.subarray(tcp + header),
      dataAck: dataAckOf(new DataView(data.buffer, data.byteOffset + tcp + 20, header - 20)),
      wireLength: data.length,
    };
  });
}

interface Sending {
  readonly end: number;
  readonly time: number;
  again: boolean;
}

class HostOracle {
  readonly result: OracleHost = {
    bytes: 0,
    reinjections: 0,
    reinjectedBytes: 0,
    redundantBytes: 0,
    reinjectionFrames: [],
    reorderBytes: 0,
    rtts: [],
  };
  /** Streams that carried each word. */
  readonly #carriers: Set<number>[] = [];
  readonly #sequences = new Set<string>();
  readonly #sendings: Sending[] = [];
  #acked = 0;

  send({ payload, stream, sequence, frame, time }: Packet, side: OracleSide): void {
    const start = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    const count = payload.length / 4;
    const known = this.#sequences.has(`${stream} ${sequence}`);
    this.#sequences.add(`${stream} ${sequence}`);
    let fresh = 0;
    let elsewhere = 0;
    for (let word = start / 4; word < start / 4 + count; word++) {
      const carriers = this.#carriers[word] ?? new Set();
      this.#carriers[word] = carriers;
      if (carriers.size === 0) fresh++;
      else if (!carriers.has(stream)) elsewhere++;
    }
    side.bytes += payload.length;
    side.newBytes += fresh * 4;
    if (known) side.retransmittedBytes += payload.length;
    else if (elsewhere > 0) {
      side.reinjectedBytes += elsewhere * 4;
      this.result.reinjections++;
      this.result.reinjectedBytes += elsewhere * 4;
      this.result.reinjectionFrames.push(frame);
      this.result.redundantBytes += Math.max(0, Math.min(start + payload.length, this.#acked) - start);
    }
    for (let word = start / 4; word < start / 4 + count; word++) this.#carriers[word]?.add(stream);
    this.result.bytes += fresh * 4;
    for (const one of this.#sendings) {
      if (one.end > start && one.end <= start + payload.length && fresh === 0) one.again = true;
    }
    if (fresh > 0) this.#sendings.push({ end: start + payload.length, time, again: false });
    const hole = this.#firstHole();
    const behind = this.#carriers.filter((one, word) => word >= hole && one !== undefined).length;
    this.result.reorderBytes = Math.max(this.result.reorderBytes, behind * 4);
  }

  #firstHole(): number {
    let word = 0;
    while (this.#carriers[word] !== undefined) word++;
    return word;
  }

  acknowledge(upTo: number, time: number): void {
    if (upTo <= this.#acked) return;
    this.#acked = upTo;
    // The newest sending that it covers, if none was sent twice.
    const covered = this.#sendings.filter(({ end, again }) => end <= upTo && !again);
    const kept = this.#sendings.filter(({ end }) => end > upTo);
    const newest = covered.at(-1);
    this.#sendings.splice(0, this.#sendings.length, ...kept);
    if (newest !== undefined) this.result.rtts.push(time - newest.time);
  }
}

/** `idsns`: of client and server. */
export function readOracle(frames: readonly Frame[], idsns: readonly [bigint, bigint]): OracleResult {
  const hosts = [new HostOracle(), new HostOracle()] as const;
  const streams: [OracleSide, OracleSide][] = [];
  const none = (): OracleSide => ({
    segments: 0,
    wireBytes: 0,
    bytes: 0,
    newBytes: 0,
    retransmittedBytes: 0,
    reinjectedBytes: 0,
  });
  for (const packet of readPackets(frames)) {
    streams[packet.stream] ??= [none(), none()];
    const side = streams[packet.stream]?.[packet.side] ?? none();
    side.segments++;
    side.wireBytes += packet.wireLength;
    if (packet.dataAck !== undefined) {
      const sender = packet.side === 0 ? 1 : 0;
      // Conversations are short: the low 32 bits tell the distance.
      const upTo = Number(BigInt.asUintN(32, packet.dataAck - idsns[sender] - 1n));
      hosts[sender].acknowledge(upTo, packet.time);
    }
    if (packet.payload.length > 0) hosts[packet.side].send(packet, side);
  }
  return { hosts: [hosts[0].result, hosts[1].result], streams };
}
