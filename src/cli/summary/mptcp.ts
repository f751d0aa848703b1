/** MPTCP options in a few words, for the info column: `MP_JOIN backup token=0x1a2b3c4d`. */
import { formatIpv4, formatIpv6 } from "../../bytes/address.ts";
import { toHex } from "../../bytes/hex.ts";
import type { OptionNode } from "../../ir/tree.ts";
import { OptionReader } from "./layer-reader.ts";
import type { Piece } from "./pieces.ts";

type Fields = OptionReader;

function isSet(fields: Fields, name: string): boolean {
  const value = fields.value(name);
  return value === true || value === 1;
}

/** ` key=value`, or nothing where the form has no such field. */
function part(
  fields: Fields,
  name: string,
  label: string,
  show: (value: number | bigint) => string = String,
): string {
  const value = fields.value(name);
  return typeof value === "number" || typeof value === "bigint" ? ` ${label}=${show(value)}` : "";
}

const hex =
  (digits: number) =>
  (value: number | bigint): string =>
    `0x${value.toString(16).padStart(digits, "0")}`;

function flag(fields: Fields, name: string, label: string): string {
  return isSet(fields, name) ? ` ${label}` : "";
}

function address(fields: Fields): string {
  const value = fields.value("address");
  if (!(value instanceof Uint8Array)) return "";
  return ` ${value.length === 16 ? formatIpv6(value) : formatIpv4(value)}`;
}

function idList(fields: Fields): string {
  const ids = fields.items("addressIds");
  return ids.length === 0 ? "" : ` id=${ids.join(",")}`;
}

function bytes(fields: Fields, name: string, label: string): string {
  const value = fields.value(name);
  return value instanceof Uint8Array ? ` ${label}=${toHex(value)}` : "";
}

/** RFC 8684 section 3, by schema id. */
const TEXTS: Readonly<Record<string, (fields: Fields) => string>> = {
  "mptcp.mpCapable": (f) =>
    `MP_CAPABLE v${f.value("version") ?? "?"}${part(f, "senderKey", "key", hex(16))}` +
    `${part(f, "receiverKey", "peer", hex(16))}${part(f, "dataLevelLength", "len")}` +
    `${flag(f, "checksumRequired", "csum")}${flag(f, "noMoreSubflows", "nojoin")}`,
  "mptcp.mpJoin": (f) =>
    `MP_JOIN${flag(f, "backup", "backup")}${part(f, "addressId", "id")}${part(f, "token", "token", hex(8))}` +
    `${part(f, "truncatedHmac", "hmac", hex(16))}${bytes(f, "hmac", "hmac")}${part(f, "nonce", "nonce", hex(8))}`,
  "mptcp.dss": (f) =>
    `DSS${flag(f, "dataFin", "FIN")}${part(f, "dataAck", "ack")}${part(f, "dataSequenceNumber", "seq")}` +
    `${part(f, "subflowSequenceNumber", "subseq")}${part(f, "dataLevelLength", "len")}` +
    part(f, "checksum", "csum", hex(4)),
  "mptcp.addAddr": (f) =>
    `ADD_ADDR${flag(f, "echo", "echo")}${part(f, "addressId", "id")}${address(f)}${part(f, "port", "port")}` +
    part(f, "truncatedHmac", "hmac", hex(16)),
  "mptcp.removeAddr": (f) => `REMOVE_ADDR${idList(f)}`,
  "mptcp.mpPrio": (f) => `MP_PRIO${flag(f, "backup", "backup")}${part(f, "addressId", "id")}`,
  "mptcp.mpFail": (f) => `MP_FAIL${part(f, "dataSequenceNumber", "seq")}`,
  "mptcp.mpFastclose": (f) => `MP_FASTCLOSE${part(f, "receiverKey", "key", hex(16))}`,
  "mptcp.mpTcprst": (f) => `MP_TCPRST${part(f, "reason", "reason")}${flag(f, "transient", "transient")}`,
  "mptcp.mpExperimental": (f) => `MP_EXPERIMENTAL${bytes(f, "data", "data")}`,
};

export function isMptcp({ layout }: OptionNode): boolean {
  return layout.id.startsWith("mptcp.");
}

/** Undefined for options that are not MPTCP's. */
export function mptcpText(option: OptionNode): Piece | undefined {
  const { id } = option.layout;
  const text = Object.hasOwn(TEXTS, id) ? TEXTS[id] : undefined;
  if (text !== undefined) return new OptionReader(option).part(text);
  return isMptcp(option) ? "MPTCP (unknown subtype)" : undefined;
}
