/** Vectors: values of the reference table, checked there against a live kernel and real traces (test/vectors/mptcp/crypto.json). */

import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addAddrHmac,
  dssChecksum,
  idsnOf,
  joinAckHmac,
  joinSynAckHmac,
  legacyAddAddrHmac,
  tokenOf,
} from "../../dissectors/mptcp-crypto.ts";

interface Vectors {
  keyA: string;
  keyB: string;
  nonceA: string;
  nonceB: string;
  v0: Record<string, string>;
  v1: Record<string, string>;
  add_addr: { id: string; ip: string; port: string; rfc_right64: string; legacy_left64: string }[];
  dss_csum: { note: string; dsn64: string; ssn: string; dll: string; payload: string; csum: string }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../vectors/mptcp/crypto.json", import.meta.url), "utf8"),
);
const big = (hex: string): bigint => BigInt(`0x${hex}`);
const hex64 = (value: bigint): string => value.toString(16).padStart(16, "0");
const hex32 = (value: number): string => value.toString(16).padStart(8, "0");
const keyA = big(vectors.keyA);
const keyB = big(vectors.keyB);
const nonceA = Number.parseInt(vectors.nonceA, 16);
const nonceB = Number.parseInt(vectors.nonceB, 16);

describe.each([0, 1] as const)("version %i", (version) => {
  const expected = vectors[`v${version}`];
  it("makes tokens and initial data sequence numbers", () => {
    expect(hex32(tokenOf(keyA, version))).toBe(expected["tokenA"]);
    expect(hex32(tokenOf(keyB, version))).toBe(expected["tokenB"]);
    expect(hex64(idsnOf(keyA, version))).toBe(expected["idsnA"]);
    expect(hex64(idsnOf(keyB, version))).toBe(expected["idsnB"]);
  });
  it("makes the HMACs of a JOIN", () => {
    const ofB = { ownKey: keyB, peerKey: keyA, ownNonce: nonceB, peerNonce: nonceA };
    const ofA = { ownKey: keyA, peerKey: keyB, ownNonce: nonceA, peerNonce: nonceB };
    expect(hex64(joinSynAckHmac(ofB, version))).toBe(expected["joinSynAck_thmac_B"]);
    expect(Buffer.from(joinAckHmac(ofA, version)).toString("hex")).toBe(expected["joinAck_hmac_A"]);
  });
});

describe("ADD_ADDR", () => {
  it.each(vectors.add_addr)("HMAC of $ip port $port", (row) => {
    const announcement = {
      ownKey: keyB,
      peerKey: keyA,
      addressId: Number.parseInt(row.id, 16),
      address: Uint8Array.from(Buffer.from(row.ip, "hex")),
      port: Number.parseInt(row.port, 16),
    };
    expect(hex64(addAddrHmac(announcement))).toBe(row.rfc_right64);
    expect(hex64(legacyAddAddrHmac(announcement))).toBe(row.legacy_left64);
  });
});

describe("DSS checksum", () => {
  it.each(vectors.dss_csum)("$note", (row) => {
    const mapping = {
      dataSequenceNumber: big(row.dsn64),
      subflowSequenceNumber: Number.parseInt(row.ssn, 16),
      dataLevelLength: Number.parseInt(row.dll, 16),
    };
    const payload = Uint8Array.from(Buffer.from(row.payload, "hex"));
    expect(dssChecksum(mapping, payload).toString(16).padStart(4, "0")).toBe(row.csum);
  });
});

describe("against OpenSSL, for any key", () => {
  it("agrees on tokens, IDSNs and HMACs", () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 2n ** 64n - 1n),
        fc.bigInt(0n, 2n ** 64n - 1n),
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        (own, peer, n1, n2) => {
          const bytes = Buffer.from(hex64(own), "hex");
          const key = Buffer.concat([bytes, Buffer.from(hex64(peer), "hex")]);
          const message = Buffer.from(hex32(n1) + hex32(n2), "hex");
          for (const [version, name] of [
            [0, "sha1"],
            [1, "sha256"],
          ] as const) {
            const digest = createHash(name).update(bytes).digest("hex");
            expect(hex32(tokenOf(own, version))).toBe(digest.slice(0, 8));
            expect(hex64(idsnOf(own, version))).toBe(digest.slice(-16));
            const mac = createHmac(name, key).update(message).digest("hex");
            const secrets = { ownKey: own, peerKey: peer, ownNonce: n1, peerNonce: n2 };
            expect(Buffer.from(joinAckHmac(secrets, version)).toString("hex")).toBe(mac.slice(0, 40));
          }
        },
      ),
    );
  });
});
