/**
 * The cryptography of Multipath TCP: tokens and initial data sequence numbers from keys, the HMACs of MP_JOIN and ADD_ADDR,
 * the DSS checksum. Keys and numbers of 64 bits are bigints in host meaning; everything on the wire is big-endian.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, internetChecksum } from "../src/plugin.ts";

/** 0 is RFC 6824 (SHA-1), 1 is RFC 8684 (SHA-256). */
export type MptcpVersion = 0 | 1;

/** The two ends of a JOIN handshake as its HMACs see them; "own" is the end that computes. */
export interface JoinSecrets {
  readonly ownKey: bigint;
  readonly peerKey: bigint;
  /** 32-bit random number that the computing end sent. */
  readonly ownNonce: number;
  readonly peerNonce: number;
}

const hashOf = { 0: sha1, 1: sha256 } as const;

function bytes64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

function bytes32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Connection token: the first 32 bits of the key's hash (RFC 6824 section 3.2, RFC 8684 section 3.2). MP_JOIN carries the token of
 * the host that it goes to.
 */
export function tokenOf(key: bigint, version: MptcpVersion): number {
  return view(hashOf[version](bytes64(key))).getUint32(0);
}

/**
 * Initial data sequence number of the key's owner: the last 64 bits of the key's hash (RFC 6824 section 3.1, RFC 8684 section 3.1).
 * The first data byte is IDSN + 1.
 */
export function idsnOf(key: bigint, version: MptcpVersion): bigint {
  const digest = hashOf[version](bytes64(key));
  return view(digest).getBigUint64(digest.length - 8);
}

/**
 * The whole HMAC of a JOIN: 20 bytes (version 0, HMAC-SHA1, RFC 6824 section 3.2) or 32 (version 1, HMAC-SHA256, RFC 8684 section
 * 3.2). The key is own key and peer's key, the message own nonce and peer's nonce.
 */
export function joinHmac(secrets: JoinSecrets, version: MptcpVersion): Uint8Array {
  const key = concatBytes([bytes64(secrets.ownKey), bytes64(secrets.peerKey)]);
  const message = concatBytes([bytes32(secrets.ownNonce), bytes32(secrets.peerNonce)]);
  return hmac(hashOf[version], key, message);
}

/** HMAC that the answering host sends in the SYN/ACK: the leftmost 64 bits (RFC 6824 and 8684 section 3.2, figure 6). */
export function joinSynAckHmac(secrets: JoinSecrets, version: MptcpVersion): bigint {
  return view(joinHmac(secrets, version)).getBigUint64(0);
}

/**
 * HMAC that the joining host sends in the third ACK: the leftmost 160 bits, 20 bytes (RFC 8684 section 3.2, figure 7; in version 0
 * that is all of it).
 */
export function joinAckHmac(secrets: JoinSecrets, version: MptcpVersion): Uint8Array {
  return joinHmac(secrets, version).slice(0, 20);
}

/** What an ADD_ADDR announces. */
export interface Announcement {
  /** Key of the host that announces. */
  readonly ownKey: bigint;
  readonly peerKey: bigint;
  readonly addressId: number;
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  /** 0 where the option has none (RFC 8684 section 3.4.1). */
  readonly port: number;
}

function announcementHmac(announcement: Announcement): Uint8Array {
  const { ownKey, peerKey, addressId, address, port } = announcement;
  const key = concatBytes([bytes64(ownKey), bytes64(peerKey)]);
  return hmac(
    sha256,
    key,
    concatBytes([Uint8Array.of(addressId), address, Uint8Array.of(port >> 8, port & 255)]),
  );
}

/**
 * Truncated HMAC of an ADD_ADDR of version 1: the rightmost 64 bits of HMAC-SHA256 over address id, address and port (RFC 8684
 * section 3.4.1). Version 0 has none.
 */
export function addAddrHmac(announcement: Announcement): bigint {
  const digest = announcementHmac(announcement);
  return view(digest).getBigUint64(digest.length - 8);
}

/** The leftmost 64 bits instead, as early Linux versions sent them. */
export function legacyAddAddrHmac(announcement: Announcement): bigint {
  return view(announcementHmac(announcement)).getBigUint64(0);
}

/** One mapping of a DSS (or of MP_CAPABLE with data: DSN = IDSN + 1, SSN = 1). */
export interface Mapping {
  /** Full 64 bits, also where the option carries 32. */
  readonly dataSequenceNumber: bigint;
  readonly subflowSequenceNumber: number;
  /** Bytes mapped, plus one for a DATA_FIN. */
  readonly dataLevelLength: number;
}

/**
 * DSS checksum: the Internet checksum over a pseudo-header (DSN, SSN, data-level length, zeros) and the mapped payload (RFC 6824 and
 * 8684 section 3.3.1, figure 10).
 *
 * @param payload - all mapped bytes, also where segments carry parts of them.
 */
export function dssChecksum(mapping: Mapping, payload: Uint8Array): number {
  const { dataSequenceNumber, subflowSequenceNumber, dataLevelLength } = mapping;
  const pseudo = concatBytes([
    bytes64(dataSequenceNumber),
    bytes32(subflowSequenceNumber),
    Uint8Array.of(dataLevelLength >> 8, dataLevelLength & 255, 0, 0),
  ]);
  return internetChecksum(pseudo, payload);
}
