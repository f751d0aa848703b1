/** MPTCP options with values from the conversation's state. */
import {
  addAddrHmac,
  dssChecksum,
  joinAckHmac,
  joinSynAckHmac,
  tokenOf,
} from "../../../dissectors/mptcp-crypto.ts";
import type { ParsedOption } from "../../engine/api.ts";
import { type Host, type MappingInfo, peerOf, type World } from "./world.ts";

const U64 = 0xffff_ffff_ffff_ffffn;
const U32 = 0xffff_ffffn;

/** DSN of a relative data sequence number. */
export function dsnOf(host: Host, relative: number): bigint {
  return (host.idsn + BigInt(relative)) & U64;
}

function wide(value: bigint, long: boolean): bigint {
  return long ? value : value & U32;
}

export function mappingChecksum(host: Host, mapping: MappingInfo): number {
  return dssChecksum(
    {
      dataSequenceNumber: dsnOf(host, mapping.dataSeq),
      subflowSequenceNumber: mapping.subflowSeq,
      dataLevelLength: mapping.length,
    },
    mapping.bytes,
  );
}

/** Acknowledges the data level, and maps if `mapping` is given. */
export function dssOption(world: World, host: Host, mapping?: MappingInfo): ParsedOption {
  const peer = world.hosts[peerOf(host.side)];
  const longAck = host.input.longDataAck ?? true;
  const long = host.input.longDataSequence ?? true;
  const ack = {
    dataAckPresent: true,
    dataAck8: longAck,
    dataAck: wide(dsnOf(peer, host.received.next), longAck),
  };
  if (mapping === undefined) return { id: "mptcp.dss", value: ack };
  return {
    id: "mptcp.dss",
    value: {
      ...ack,
      dataFin: mapping.fin,
      mappingPresent: true,
      dataSequenceNumber8: long,
      dataSequenceNumber: wide(dsnOf(host, mapping.dataSeq), long),
      subflowSequenceNumber: mapping.subflowSeq,
      dataLevelLength: mapping.length,
      ...(world.checksum ? { checksum: mapping.length === 0 ? 0 : mappingChecksum(host, mapping) } : {}),
    },
  };
}

/** MP_CAPABLE (RFC 8684 section 3.1). `keys`: how many are in it. */
export function capableOption(
  world: World,
  host: Host,
  keys: 0 | 1 | 2,
  how: { readonly version?: number; readonly checksum?: boolean; readonly mapping?: MappingInfo } = {},
): ParsedOption {
  const version = how.version ?? world.version;
  const peer = world.hosts[peerOf(host.side)];
  const { mapping } = how;
  return {
    id: "mptcp.mpCapable",
    value: {
      version,
      checksumRequired: how.checksum ?? host.input.checksum ?? false,
      noMoreSubflows: version > 0 && (host.input.denyJoins ?? false),
      hmacSha: true,
      ...(keys > 0 ? { senderKey: host.key } : {}),
      ...(keys > 1 ? { receiverKey: peer.key } : {}),
      ...(mapping === undefined ? {} : { dataLevelLength: mapping.length }),
      ...(mapping !== undefined && world.checksum ? { checksum: mappingChecksum(host, mapping) } : {}),
    },
  };
}

export interface JoinValues {
  readonly addressId: number;
  readonly backup: boolean;
  readonly ownNonce: number;
  readonly peerNonce: number;
}

function flip(value: bigint): bigint {
  return value ^ 1n;
}

export function joinSyn(world: World, host: Host, join: JoinValues, wrong: boolean): ParsedOption {
  const token = tokenOf(world.hosts[peerOf(host.side)].key, world.version);
  return {
    id: "mptcp.mpJoin",
    value: {
      variant: "syn",
      backup: join.backup,
      addressId: join.addressId,
      token: wrong ? (token ^ 1) >>> 0 : token,
      nonce: join.ownNonce,
    },
  };
}

function secrets(world: World, host: Host, join: JoinValues) {
  return {
    ownKey: host.key,
    peerKey: world.hosts[peerOf(host.side)].key,
    ownNonce: join.ownNonce,
    peerNonce: join.peerNonce,
  };
}

export function joinSynAck(world: World, host: Host, join: JoinValues, wrong: boolean): ParsedOption {
  const truncatedHmac = joinSynAckHmac(secrets(world, host, join), world.version);
  return {
    id: "mptcp.mpJoin",
    value: {
      variant: "synAck",
      backup: join.backup,
      addressId: join.addressId,
      truncatedHmac: wrong ? flip(truncatedHmac) : truncatedHmac,
      nonce: join.ownNonce,
    },
  };
}

export function joinAck(world: World, host: Host, join: JoinValues, wrong: boolean): ParsedOption {
  const hmac = joinAckHmac(secrets(world, host, join), world.version);
  if (wrong) hmac[0] = (hmac[0] ?? 0) ^ 1;
  return { id: "mptcp.mpJoin", value: { variant: "ack", hmac } };
}

/** ADD_ADDR: version 0 has no HMAC and no echo (RFC 6824 section 3.4.1, RFC 8684 section 3.4.1). */
export function addAddressOption(
  world: World,
  host: Host,
  announced: { readonly index: number; readonly id: number; readonly port: number | undefined },
  how: { readonly echo: boolean; readonly wrongHmac: boolean },
): ParsedOption {
  // An echo is sent by the other side: `host` stays the one whose address it is.
  const address = host.addresses[announced.index];
  const bytes = address?.bytes ?? new Uint8Array(4);
  const family = bytes.length === 4 ? "ipv4" : "ipv6";
  const common = {
    addressId: announced.id,
    address: address?.text,
    ...(announced.port === undefined ? {} : { port: announced.port }),
  };
  if (world.version === 0) return { id: "mptcp.addAddr", value: { variant: `${family}V0`, ...common } };
  if (how.echo) return { id: "mptcp.addAddr", value: { variant: `${family}Echo`, ...common } };
  const truncatedHmac = addAddrHmac({
    ownKey: host.key,
    peerKey: world.hosts[peerOf(host.side)].key,
    addressId: announced.id,
    address: bytes,
    port: announced.port ?? 0,
  });
  return {
    id: "mptcp.addAddr",
    value: { variant: family, ...common, truncatedHmac: how.wrongHmac ? flip(truncatedHmac) : truncatedHmac },
  };
}

export function resetOption(reason: number, transient: boolean): ParsedOption {
  return { id: "mptcp.mpTcprst", value: { transient, reason } };
}
