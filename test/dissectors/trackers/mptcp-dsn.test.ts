import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dsnAdd, dsnDelta, dsnSub, expandDsn } from "../../../dissectors/trackers/mptcp-dsn.ts";
import { Host } from "../../../dissectors/trackers/mptcp-model.ts";

const U64 = 2n ** 64n;

describe("data sequence numbers", () => {
  it("of 32 bits are those nearest to a known one, over every wrap", () => {
    const step = fc.bigInt(-(2n ** 31n) + 1n, 2n ** 31n - 1n);
    fc.assert(
      fc.property(fc.bigInt(0n, U64 - 1n), step, (near, distance) => {
        const full = BigInt.asUintN(64, near + distance);
        expect(expandDsn(full & 0xffff_ffffn, near)).toBe(full);
        expect(dsnAdd(near, BigInt.asUintN(64, distance))).toBe(full);
        expect(dsnDelta(full, near)).toBe(distance);
        expect(dsnSub(full, near)).toBe(BigInt.asUintN(64, distance));
      }),
    );
  });

  it("mix 4 and 8 bytes, where the low half wraps in mid-transfer", () => {
    // Key 1122334455667788 of version 1 has the IDSN 62815714b76ae9a5 (reference vector); the low half wraps after
    // 0x4895165b (1,217,730,139) more bytes.
    const host = new Host();
    host.learnKey(0x1122334455667788n, 1);
    expect(host.idsn).toBe(0x62815714b76ae9a5n);
    let sent = 0x62815714b76ae9a6n;
    for (const distance of [1000n, 1_200_000_000n, 20_000_000n, 3n, 2_000_000_000n, 1_500_000_000n]) {
      sent += distance;
      expect(host.expand({ value: sent & 0xffff_ffffn, wide: false })).toBe(sent);
      expect(host.expand({ value: sent, wide: true })).toBe(sent);
    }
    expect(sent >> 32n).toBe(0x62815715n);
  });
});
