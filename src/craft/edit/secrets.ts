/** The secrets of MPTCP connections while a capture is anonymized: old and new keys, and the options that follow from them. */
import {
  addAddrHmac,
  dssChecksum,
  idsnOf,
  joinAckHmac,
  joinSynAckHmac,
  type MptcpVersion,
  tokenOf,
} from "../../../dissectors/mptcp-crypto.ts";
import type { FieldNode } from "../../ir/tree.ts";
import { nodeBytes } from "../../ir/views.ts";
import type { Hider } from "./hide.ts";

/** Who sends a segment to whom. */
export interface Direction {
  readonly from: string;
  readonly to: string;
  readonly syn: boolean;
  readonly ack: boolean;
}

type Side = "client" | "server";
type Fields = ReadonlyMap<string, FieldNode>;
export type Change = readonly [FieldNode, Uint8Array];

interface Secret {
  readonly old: bigint;
  readonly next: bigint;
  /** What is added to data sequence numbers of this side. */
  readonly shift: bigint;
  /** Last full number, to complete 32-bit ones. */
  last: bigint;
}

interface Connection {
  readonly version: MptcpVersion;
  readonly keys: Partial<Record<Side, Secret>>;
}

/** A TCP connection: which MPTCP one it belongs to, and who opened it. */
interface Flow {
  readonly connection: Connection;
  /** Side of the connection that sent this flow's SYN. */
  readonly opener: Side;
  readonly nonces: Partial<Record<"own" | "peer", number>>;
  readonly from: string;
}

export interface SecretKeeper {
  /** Fields of one option that change, with their new bytes. `hidden` has the new addresses already. */
  option(
    direction: Direction,
    id: string,
    fields: Fields,
    data: Uint8Array,
    hidden: Uint8Array,
  ): readonly Change[];
}

const U64 = 1n << 64n;
const other = (side: Side): Side => (side === "client" ? "server" : "client");

function integer(node: FieldNode | undefined): bigint | undefined {
  const value = node?.value;
  return typeof value === "bigint" ? value : typeof value === "number" ? BigInt(value) : undefined;
}

function bytesOf(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let left = value;
  for (let at = size - 1; at >= 0; at--) {
    bytes[at] = Number(left & 255n);
    left >>= 8n;
  }
  return bytes;
}

/** The full number nearest to the last one, from its low 32 bits (RFC 8684 section 3.3.1 leaves the choice to receivers). */
function complete(low: bigint, last: bigint): bigint {
  return (last + BigInt.asIntN(32, low - last)) % U64;
}

export function createSecretKeeper(newKey: (key: bigint) => bigint, hider: Hider): SecretKeeper {
  const flows = new Map<string, Flow>();
  const tokens = new Map<string, { readonly connection: Connection; readonly side: Side }>();
  const name = ({ from, to }: Direction): string => (from < to ? `${from} ${to}` : `${to} ${from}`);

  const learn = (connection: Connection, side: Side, key: bigint): Secret => {
    const known = connection.keys[side];
    if (known?.old === key) return known;
    const next = newKey(key);
    const idsn = idsnOf(key, connection.version);
    const secret = {
      old: key,
      next,
      shift: idsnOf(next, connection.version) - idsn,
      last: (idsn + 1n) % U64,
    };
    connection.keys[side] = secret;
    tokens.set(`${connection.version} ${tokenOf(key, connection.version)}`, { connection, side });
    return secret;
  };
  const sideOf = (flow: Flow, direction: Direction): Side =>
    direction.from === flow.from ? flow.opener : other(flow.opener);
  const unknown = (node: FieldNode | undefined, data: Uint8Array, purpose: string): Change[] =>
    node === undefined ? [] : [[node, hider.bytes(nodeBytes(node, data), purpose)]];

  /** A data sequence number of a side, shifted as its IDSN was. */
  const shifted = (
    secret: Secret | undefined,
    node: FieldNode | undefined,
  ): { change: Change; full: bigint } | undefined => {
    const value = integer(node);
    if (secret === undefined || node === undefined || value === undefined) return undefined;
    const size = node.bitLength / 8;
    const full = size === 8 ? value : complete(value, secret.last);
    secret.last = full;
    const moved = (full + secret.shift + U64) % U64;
    return { change: [node, bytesOf(moved, size)], full: moved };
  };

  const capable = (direction: Direction, fields: Fields): Change[] => {
    const version: MptcpVersion = integer(fields.get("version")) === 0n ? 0 : 1;
    let flow = flows.get(name(direction));
    if (flow === undefined || (direction.syn && !direction.ack)) {
      const from = direction.syn && direction.ack ? direction.to : direction.from;
      flow = { connection: { version, keys: {} }, opener: "client", nonces: {}, from };
      flows.set(name(direction), flow);
    }
    const side = sideOf(flow, direction);
    const changes: Change[] = [];
    for (const [field, owner] of [
      ["senderKey", side],
      ["receiverKey", other(side)],
    ] as const) {
      const node = fields.get(field);
      const key = integer(node);
      if (node !== undefined && key !== undefined)
        changes.push([node, bytesOf(learn(flow.connection, owner, key).next, 8)]);
    }
    const checksum = fields.get("checksum");
    const own = flow.connection.keys[side];
    if (checksum !== undefined && own !== undefined) {
      const dataLevelLength = Number(integer(fields.get("dataLevelLength")) ?? 0n);
      const dataSequenceNumber = (idsnOf(own.next, version) + 1n) % U64;
      changes.push([checksum, bytesOf(BigInt(blankChecksum(dataSequenceNumber, 1, dataLevelLength)), 2)]);
    }
    return changes;
  };

  const join = (direction: Direction, fields: Fields, data: Uint8Array): Change[] => {
    const token = fields.get("token");
    if (token !== undefined) {
      const value = String(integer(token));
      const owner = tokens.get(`1 ${value}`) ?? tokens.get(`0 ${value}`);
      const secret = owner?.connection.keys[owner.side];
      if (owner === undefined || secret === undefined) return unknown(token, data, "token");
      const nonce = Number(integer(fields.get("nonce")) ?? 0n);
      flows.set(name(direction), {
        connection: owner.connection,
        opener: other(owner.side),
        nonces: { own: nonce },
        from: direction.from,
      });
      return [[token, bytesOf(BigInt(tokenOf(secret.next, owner.connection.version)), 4)]];
    }
    const hmac = fields.get("truncatedHmac") ?? fields.get("hmac");
    const flow = flows.get(name(direction));
    const nonce = integer(fields.get("nonce"));
    if (flow !== undefined && nonce !== undefined) flow.nonces.peer = Number(nonce);
    const side = flow === undefined ? "client" : sideOf(flow, direction);
    const [mine, theirs] = [flow?.connection.keys[side], flow?.connection.keys[other(side)]];
    const { own, peer } = flow?.nonces ?? {};
    if (
      flow === undefined ||
      hmac === undefined ||
      mine === undefined ||
      theirs === undefined ||
      own === undefined ||
      peer === undefined
    )
      return unknown(hmac, data, "hmac");
    const opener = direction.from === flow.from;
    const nonces = opener ? { ownNonce: own, peerNonce: peer } : { ownNonce: peer, peerNonce: own };
    const compute = (which: "old" | "next"): Uint8Array => {
      const secrets = { ownKey: mine[which], peerKey: theirs[which], ...nonces };
      return opener
        ? joinAckHmac(secrets, flow.connection.version)
        : bytesOf(joinSynAckHmac(secrets, flow.connection.version), 8);
    };
    const sent = nodeBytes(hmac, data);
    const right = compute("old").every((byte, at) => byte === sent[at]);
    return right ? [[hmac, compute("next")]] : unknown(hmac, data, "hmac");
  };

  const dss = (flow: Flow, side: Side, fields: Fields): Change[] => {
    const changes: Change[] = [];
    const ack = shifted(flow.connection.keys[other(side)], fields.get("dataAck"));
    if (ack !== undefined) changes.push(ack.change);
    const dsn = shifted(flow.connection.keys[side], fields.get("dataSequenceNumber"));
    if (dsn !== undefined) changes.push(dsn.change);
    const checksum = fields.get("checksum");
    const length = Number(integer(fields.get("dataLevelLength")) ?? 0n);
    // An infinite mapping has a checksum of zero (RFC 8684 section 3.7).
    if (checksum !== undefined && dsn !== undefined && length > 0) {
      const ssn = Number(integer(fields.get("subflowSequenceNumber")) ?? 0n);
      changes.push([checksum, bytesOf(BigInt(blankChecksum(dsn.full, ssn, length)), 2)]);
    }
    return changes;
  };

  const announce = (
    flow: Flow,
    side: Side,
    fields: Fields,
    data: Uint8Array,
    hidden: Uint8Array,
  ): Change[] => {
    const hmac = fields.get("truncatedHmac");
    const address = fields.get("address");
    const [mine, theirs] = [flow.connection.keys[side], flow.connection.keys[other(side)]];
    if (hmac === undefined) return [];
    if (address === undefined || mine === undefined || theirs === undefined)
      return unknown(hmac, data, "hmac");
    const addressId = Number(integer(fields.get("addressId")) ?? 0n);
    const port = Number(integer(fields.get("port")) ?? 0n);
    const compute = (which: "old" | "next", bytes: Uint8Array): bigint =>
      addAddrHmac({
        ownKey: mine[which],
        peerKey: theirs[which],
        addressId,
        address: nodeBytes(address, bytes),
        port,
      });
    if (compute("old", data) !== integer(hmac)) return unknown(hmac, data, "hmac");
    return [[hmac, bytesOf(compute("next", hidden), 8)]];
  };

  return {
    option(direction, id, fields, data, hidden) {
      if (id === "mptcp.mpCapable") return capable(direction, fields);
      if (id === "mptcp.mpJoin") return join(direction, fields, data);
      const flow = flows.get(name(direction));
      const side = flow === undefined ? "client" : sideOf(flow, direction);
      switch (id) {
        case "mptcp.dss":
          return flow === undefined ? [] : dss(flow, side, fields);
        case "mptcp.addAddr":
          return flow === undefined
            ? unknown(fields.get("truncatedHmac"), data, "hmac")
            : announce(flow, side, fields, data, hidden);
        case "mptcp.mpFail": {
          const moved = shifted(flow?.connection.keys[other(side)], fields.get("dataSequenceNumber"));
          return moved === undefined ? [] : [moved.change];
        }
        case "mptcp.mpFastclose": {
          const node = fields.get("receiverKey");
          const key = integer(node);
          return node === undefined || key === undefined ? [] : [[node, bytesOf(newKey(key), 8)]];
        }
        default:
          return [];
      }
    },
  };
}

/** Checksum of a mapping whose payload is zeros: they add nothing to the sum. */
function blankChecksum(
  dataSequenceNumber: bigint,
  subflowSequenceNumber: number,
  dataLevelLength: number,
): number {
  return dssChecksum({ dataSequenceNumber, subflowSequenceNumber, dataLevelLength }, new Uint8Array(0));
}
