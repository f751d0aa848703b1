/** The MPTCP options of one segment, put together from columns: fields of several options lie in one column, in wire order. */
import type { RawValue, Row } from "../../src/plugin.ts";
import { numberAt } from "./provided.ts";

/** MP_CAPABLE (RFC 8684 section 3.1). `length` and `checksum` map the data that follow the handshake. */
export interface CapableOption {
  readonly kind: "capable";
  readonly version: number;
  readonly checksumRequired: boolean;
  readonly noMoreSubflows: boolean;
  /** HMAC algorithm of the version; none where no bit of the flags is set. */
  readonly algorithm: "known" | "other" | "none";
  readonly senderKey: bigint | undefined;
  readonly receiverKey: bigint | undefined;
  readonly length: number | undefined;
  readonly checksum: number | undefined;
}

/** MP_JOIN (RFC 8684 section 3.2). */
export type JoinOption =
  | {
      readonly kind: "join";
      readonly form: "syn";
      readonly backup: boolean;
      readonly addressId: number;
      readonly token: number;
      readonly nonce: number;
    }
  | {
      readonly kind: "join";
      readonly form: "synAck";
      readonly backup: boolean;
      readonly addressId: number;
      readonly hmac: bigint;
      readonly nonce: number;
    }
  | { readonly kind: "join"; readonly form: "ack"; readonly hmac: Uint8Array };

/** A number that is 4 or 8 bytes wide on the wire. */
export interface WireNumber {
  readonly value: bigint;
  readonly wide: boolean;
}

/** The mapping of a DSS (RFC 8684 section 3.3.1). */
export interface DssMapping {
  readonly dsn: WireNumber;
  readonly subflowSequence: number;
  /** Bytes, a DATA_FIN among them; 0 maps all that follows. */
  readonly length: number;
  readonly checksum: number | undefined;
}

export interface DssOption {
  readonly kind: "dss";
  readonly dataFin: boolean;
  readonly ack: WireNumber | undefined;
  readonly mapping: DssMapping | undefined;
}

/** ADD_ADDR (RFC 8684 section 3.4.1); `legacy` is version 0's form, with an IP version in place of the echo flag. */
export interface AddAddrOption {
  readonly kind: "addAddr";
  readonly echo: boolean;
  readonly legacy: boolean;
  readonly addressId: number;
  readonly address: Uint8Array;
  readonly port: number | undefined;
  readonly hmac: bigint | undefined;
}

export type MptcpOption =
  | CapableOption
  | JoinOption
  | DssOption
  | AddAddrOption
  | { readonly kind: "removeAddr"; readonly addressIds: readonly number[] }
  | { readonly kind: "prio"; readonly backup: boolean; readonly addressId: number | undefined }
  | { readonly kind: "fail"; readonly dsn: bigint }
  | { readonly kind: "fastClose"; readonly receiverKey: bigint }
  | { readonly kind: "reset"; readonly transient: boolean; readonly reason: number }
  /** An unknown subtype, or an option that is cut or of no legal length. */
  | { readonly kind: "other"; readonly subtype: number };

const PREFIX = "tcp.options.mptcp";

/** Columns that {@link readMptcpOptions} reads, in a row from `base` on. */
export const MPTCP_FIELDS: readonly string[] = [
  `${PREFIX}.subtype`,
  "tcp.options",
  `${PREFIX}.version`,
  `${PREFIX}.checksumreq.flags`,
  `${PREFIX}.nomoresubflows.flag`,
  `${PREFIX}.sha1.flag`,
  `${PREFIX}.sha256.flag`,
  `${PREFIX}.reserved.flag`,
  `${PREFIX}.sendkey`,
  `${PREFIX}.recvkey`,
  `${PREFIX}.datalvllen`,
  `${PREFIX}.checksum`,
  `${PREFIX}.backup.flag`,
  `${PREFIX}.addrid`,
  `${PREFIX}.recvtok`,
  `${PREFIX}.sendrand`,
  `${PREFIX}.sendtrunchmac`,
  `${PREFIX}.sendhmac`,
  `${PREFIX}.datafin.flag`,
  `${PREFIX}.dseqn8.flag`,
  `${PREFIX}.dseqnpresent.flag`,
  `${PREFIX}.dataack8.flag`,
  `${PREFIX}.dataackpresent.flag`,
  `${PREFIX}.rawdataack`,
  `${PREFIX}.rawdataseqno`,
  `${PREFIX}.subflowseqno`,
  `${PREFIX}.echo`,
  `${PREFIX}.ipver`,
  `${PREFIX}.ipv4`,
  `${PREFIX}.ipv6`,
  `${PREFIX}.port`,
  `${PREFIX}.addaddrtrunchmac`,
  `${PREFIX}.flag_T.flag`,
  `${PREFIX}.rst_reason`,
];

/** What no DSS has, nor the area of all options. */
const OFTEN = ["subtype", "datalvllen", "checksum", "rawdata", "dseqn", "dataack", "datafin", "subflowseqno"];
/** Those that few segments have. */
export const SELDOM_MPTCP_FIELDS: readonly string[] = MPTCP_FIELDS.filter(
  (name) => name !== "tcp.options" && !OFTEN.some((part) => name.startsWith(`${PREFIX}.${part}`)),
);

const column = (name: string): number => MPTCP_FIELDS.indexOf(`${PREFIX}.${name}`);
const SUBTYPE: number = column("subtype");
const AREA: number = MPTCP_FIELDS.indexOf("tcp.options");
const VERSION: number = column("version");
const CHECKSUM_REQUIRED: number = column("checksumreq.flags");
const NO_MORE: number = column("nomoresubflows.flag");
const SHA1: number = column("sha1.flag");
const SHA256: number = column("sha256.flag");
const RESERVED: number = column("reserved.flag");
const SENDER_KEY: number = column("sendkey");
const RECEIVER_KEY: number = column("recvkey");
const DATA_LENGTH: number = column("datalvllen");
const CHECKSUM: number = column("checksum");
const BACKUP: number = column("backup.flag");
const ADDRESS_ID: number = column("addrid");
const TOKEN: number = column("recvtok");
const NONCE: number = column("sendrand");
const SHORT_HMAC: number = column("sendtrunchmac");
const HMAC: number = column("sendhmac");
const DATA_FIN: number = column("datafin.flag");
const WIDE_DSN: number = column("dseqn8.flag");
const MAPPED: number = column("dseqnpresent.flag");
const WIDE_ACK: number = column("dataack8.flag");
const ACKED: number = column("dataackpresent.flag");
const DATA_ACK: number = column("rawdataack");
const DSN: number = column("rawdataseqno");
const SSN: number = column("subflowseqno");
const ECHO: number = column("echo");
const IP_VERSION: number = column("ipver");
const IPV4: number = column("ipv4");
const IPV6: number = column("ipv6");
const PORT: number = column("port");
const ADDRESS_HMAC: number = column("addaddrtrunchmac");
const TRANSIENT: number = column("flag_T.flag");
const REASON: number = column("rst_reason");

const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;
const MPTCP_KIND = 30;
const NONE: readonly MptcpOption[] = [];

/** Takes the values of each column in turn. */
class Cursor {
  readonly #row: Row;
  readonly #base: number;
  readonly #taken = new Map<number, number>();
  /** Set when a value was missing: the option is cut. */
  cut = false;
  constructor(row: Row, base: number) {
    this.#row = row;
    this.#base = base;
  }

  /** Values of the column that were not taken. */
  left(name: number): number {
    return this.#row.count(this.#base + name) - (this.#taken.get(name) ?? 0);
  }

  #take(name: number): RawValue | undefined {
    const place = this.#taken.get(name) ?? 0;
    const value = this.#row.at(this.#base + name, place);
    if (value === undefined) this.cut = true;
    this.#taken.set(name, place + 1);
    return value;
  }

  number(name: number): number {
    return Number(this.#take(name) ?? 0);
  }

  flag(name: number): boolean {
    return this.number(name) !== 0;
  }

  big(name: number): bigint {
    const value = this.#take(name);
    return typeof value === "bigint" ? value : BigInt(Number(value ?? 0));
  }

  bytes(name: number): Uint8Array {
    const value = this.#take(name);
    // What a row gives may be a view of a buffer that the next frame reuses.
    return value instanceof Uint8Array ? value.slice() : new Uint8Array(0);
  }
}

/** Lengths of the MPTCP options, in order (RFC 9293 section 3.1: kinds 0 and 1 have none). */
function mptcpLengths(row: Row, base: number): number[] {
  const area = row.at(base + AREA);
  const lengths: number[] = [];
  if (!(area instanceof Uint8Array)) return lengths;
  let at = 0;
  while (at < area.length) {
    const kind = area[at] ?? END_OF_OPTIONS;
    if (kind === END_OF_OPTIONS) break;
    const length = kind === NO_OPERATION ? 1 : (area[at + 1] ?? 0);
    if (length === 0) break;
    if (kind === MPTCP_KIND && length > 2) lengths.push(length);
    at += length;
  }
  return lengths;
}

/** All MPTCP options of the row's only TCP header. */
export function readMptcpOptions(row: Row, base: number): readonly MptcpOption[] {
  const count = row.count(base + SUBTYPE);
  if (count === 0) return NONE;
  const lengths = mptcpLengths(row, base);
  const cursor = new Cursor(row, base);
  const options: MptcpOption[] = [];
  for (let index = 0; index < count; index++) {
    const subtype = numberAt(row, base + SUBTYPE, index);
    cursor.cut = false;
    const option = READERS[subtype]?.(cursor, lengths[index] ?? 0);
    options.push(option === undefined || cursor.cut ? { kind: "other", subtype } : option);
  }
  return options;
}

type Reader = (cursor: Cursor, length: number) => MptcpOption | undefined;

const READERS: readonly Reader[] = [
  readCapable,
  readJoin,
  readDss,
  readAddAddr,
  (cursor, length) => ({
    kind: "removeAddr",
    addressIds: Array.from({ length: Math.max(0, length - 3) }, () => cursor.number(ADDRESS_ID)),
  }),
  (cursor, length) => ({
    kind: "prio",
    backup: cursor.flag(BACKUP),
    addressId: length === 4 ? cursor.number(ADDRESS_ID) : undefined,
  }),
  (cursor, length) => (length === 12 ? { kind: "fail", dsn: cursor.big(DSN) } : undefined),
  (cursor, length) =>
    length === 12 ? { kind: "fastClose", receiverKey: cursor.big(RECEIVER_KEY) } : undefined,
  (cursor, length) =>
    length === 4
      ? { kind: "reset", transient: cursor.flag(TRANSIENT), reason: cursor.number(REASON) }
      : undefined,
];

function readCapable(cursor: Cursor, length: number): MptcpOption | undefined {
  if (![4, 12, 20, 22, 24].includes(length)) return undefined;
  const version = cursor.number(VERSION);
  return {
    kind: "capable",
    version,
    checksumRequired: cursor.flag(CHECKSUM_REQUIRED),
    noMoreSubflows: version === 1 && cursor.flag(NO_MORE),
    algorithm: readAlgorithm(cursor, version),
    senderKey: length > 4 ? cursor.big(SENDER_KEY) : undefined,
    receiverKey: length > 12 ? cursor.big(RECEIVER_KEY) : undefined,
    length: length > 20 ? cursor.number(DATA_LENGTH) : undefined,
    checksum: length > 22 ? cursor.number(CHECKSUM) : undefined,
  };
}

/** Bits D to H name the algorithm; H is the only one that is defined (RFC 8684 section 3.1). */
function readAlgorithm(cursor: Cursor, version: number): CapableOption["algorithm"] {
  if (version > 1) return "known";
  const known = cursor.flag(version === 0 ? SHA1 : SHA256);
  const other = cursor.flag(RESERVED);
  return known ? "known" : other ? "other" : "none";
}

function readJoin(cursor: Cursor, length: number): MptcpOption | undefined {
  if (length === 24) return { kind: "join", form: "ack", hmac: cursor.bytes(HMAC) };
  if (length !== 12 && length !== 16) return undefined;
  const backup = cursor.flag(BACKUP);
  const addressId = cursor.number(ADDRESS_ID);
  if (length === 12) {
    const token = cursor.number(TOKEN);
    return { kind: "join", form: "syn", backup, addressId, token, nonce: cursor.number(NONCE) };
  }
  const hmac = cursor.big(SHORT_HMAC);
  return { kind: "join", form: "synAck", backup, addressId, hmac, nonce: cursor.number(NONCE) };
}

function readDss(cursor: Cursor, length: number): MptcpOption | undefined {
  if (length < 4) return undefined;
  const dataFin = cursor.flag(DATA_FIN);
  const wideDsn = cursor.flag(WIDE_DSN);
  const mapped = cursor.flag(MAPPED);
  const wideAck = cursor.flag(WIDE_ACK);
  const acked = cursor.flag(ACKED);
  const ack = acked ? { value: cursor.big(DATA_ACK), wide: wideAck } : undefined;
  if (!mapped) return { kind: "dss", dataFin, ack, mapping: undefined };
  // Whether there is a checksum follows from what is left (RFC 8684 section 3.3, figure 9).
  const base = 4 + (acked ? (wideAck ? 8 : 4) : 0) + (wideDsn ? 14 : 10);
  const dsn = { value: cursor.big(DSN), wide: wideDsn };
  const subflowSequence = cursor.number(SSN);
  const dataLength = cursor.number(DATA_LENGTH);
  const checksum = length >= base + 2 ? cursor.number(CHECKSUM) : undefined;
  return { kind: "dss", dataFin, ack, mapping: { dsn, subflowSequence, length: dataLength, checksum } };
}

/** Family, port and HMAC follow from the length alone. */
function readAddAddr(cursor: Cursor, length: number): MptcpOption | undefined {
  const v4 = [8, 10, 16, 18].includes(length);
  if (!v4 && ![20, 22, 28, 30].includes(length)) return undefined;
  // Each form has either an echo flag or an IP version; with one option of each in a segment the flag is taken first.
  const legacy = cursor.left(ECHO) === 0 && cursor.left(IP_VERSION) > 0;
  const echo = legacy ? false : cursor.flag(ECHO);
  if (legacy) cursor.number(IP_VERSION);
  const addressId = cursor.number(ADDRESS_ID);
  const address = cursor.bytes(v4 ? IPV4 : IPV6);
  const port = [10, 18, 22, 30].includes(length) ? cursor.number(PORT) : undefined;
  const hmac = [16, 18, 28, 30].includes(length) ? cursor.big(ADDRESS_HMAC) : undefined;
  return { kind: "addAddr", echo, legacy, addressId, address, port, hmac };
}
