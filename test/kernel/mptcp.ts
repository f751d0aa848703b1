/** MPTCP version 1 on top of hand-made TCP: handshake, mappings. Keys, tokens, HMACs and checksums are subflow's. */
import { randomBytes } from "node:crypto";
import { dssChecksum, idsnOf } from "../../dissectors/mptcp-crypto.ts";
import type { ParsedOption } from "../../src/index.ts";
import { type Ends, Flow, optionOf, type Wire } from "./wire.ts";

const U64 = 2n ** 64n;
const mss: ParsedOption = { id: "tcp.mss", value: { mss: 1460 } };

export interface Connection {
  readonly flow: Flow;
  readonly ownKey: bigint;
  readonly peerKey: bigint;
  /** DSN of our first data byte, and of the server's. */
  readonly first: bigint;
  readonly peerFirst: bigint;
}

export function randomKey(): bigint {
  return randomBytes(8).readBigUInt64BE();
}

export function capable(value: Readonly<Record<string, unknown>>): ParsedOption {
  return { id: "mptcp.mpCapable", value: { version: 1, hmacSha: true, ...value } };
}

/** Three packets (RFC 8684 section 3.1); undefined if the server does not answer with MP_CAPABLE. */
export async function connect(
  wire: Wire,
  ends: Ends,
  checksumRequired = false,
): Promise<Connection | undefined> {
  const flow = new Flow(wire, ends);
  const ownKey = randomKey();
  await flow.send({ syn: true }, [mss, capable({ checksumRequired })]);
  const answer = optionOf(
    await flow.expect(({ flags }) => flags.syn === true && flags.ack === true),
    "mptcp.mpCapable",
  );
  const peerKey = answer?.["senderKey"];
  if (typeof peerKey !== "bigint" || answer?.["variant"] !== "synAck") return undefined;
  await flow.send({ ack: true }, [capable({ checksumRequired, senderKey: ownKey, receiverKey: peerKey })]);
  return {
    flow,
    ownKey,
    peerKey,
    first: (idsnOf(ownKey, 1) + 1n) % U64,
    peerFirst: (idsnOf(peerKey, 1) + 1n) % U64,
  };
}

export interface MappingInput {
  readonly ack: bigint;
  readonly dsn?: bigint;
  readonly ssn?: number;
  readonly length?: number;
  readonly fin?: boolean;
  /** Numbers of 4 bytes. */
  readonly short?: boolean;
  /** The mapped bytes, on connections with checksums. */
  readonly checksumOf?: Uint8Array;
}

export function dss(input: MappingInput): ParsedOption {
  const { ack, dsn, ssn = 0, length = 0, fin = false, short = false, checksumOf } = input;
  const sized = (value: bigint): bigint => (short ? value & 0xffff_ffffn : value % U64);
  const mapping =
    dsn === undefined
      ? undefined
      : { dataSequenceNumber: dsn % U64, subflowSequenceNumber: ssn, dataLevelLength: length };
  return {
    id: "mptcp.dss",
    value: {
      dataAck: sized(ack),
      dataAck8: !short,
      ...(mapping === undefined
        ? {}
        : {
            ...mapping,
            dataSequenceNumber: sized(mapping.dataSequenceNumber),
            dataSequenceNumber8: !short,
            dataFin: fin,
          }),
      ...(mapping === undefined || checksumOf === undefined
        ? {}
        : { checksum: dssChecksum(mapping, checksumOf) }),
    },
  };
}

/** Whether a DATA_ACK of 4 or 8 bytes names this DSN. */
export function acknowledges(option: Readonly<Record<string, unknown>> | undefined, dsn: bigint): boolean {
  const ack = option?.["dataAck"];
  if (typeof ack !== "bigint") return false;
  return option?.["dataAck8"] === true ? ack === dsn % U64 : ack === (dsn & 0xffff_ffffn);
}

/** The byte at offset n of our data. */
export function pattern(from: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => ((from + index) * 7 + ((from + index) >> 8)) & 255);
}
