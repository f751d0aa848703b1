/** Anonymized captures hide what they should, and everything in them still verifies. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dssChecksum, idsnOf, joinAckHmac, joinSynAckHmac, tokenOf } from "../../dissectors/mptcp-crypto.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { createAnonymizer } from "../../src/craft/edit/anonymize.ts";
import { createHider } from "../../src/craft/edit/hide.ts";
import { createEngine, type Frame, type ParsedOption } from "../../src/index.ts";
import { randomConversation } from "./random-conversation.ts";

const engine = createEngine();
const hider = createHider("test");

function sharedBits(a: Uint8Array, b: Uint8Array): number {
  const bit = (bytes: Uint8Array, at: number): number => ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
  let count = 0;
  while (count < a.length * 8 && bit(a, count) === bit(b, count)) count++;
  return count;
}

test("addresses share as many leading bits as before", () => {
  const quad = fc
    .uint8Array({ minLength: 4, maxLength: 4 })
    .filter((bytes) => (bytes[0] ?? 0) > 0 && (bytes[0] ?? 0) < 127);
  fc.assert(
    fc.property(quad, quad, (a, b) => {
      expect(sharedBits(hider.address(a), hider.address(b))).toBe(sharedBits(a, b));
    }),
  );
});

function options(frame: Frame): readonly ParsedOption[] {
  const tcp = engine.dissect(frame).layers.find((layer) => layer.id === "tcp");
  const list = tcp?.value["options"];
  return Array.isArray(list) ? list : [];
}

const optionValue = (frame: Frame, id: string): Readonly<Record<string, unknown>> | undefined =>
  options(frame).find((option) => option.id === id)?.value;

describe.each(Array.from({ length: 25 }, (_, seed) => seed))("conversation %i", (seed) => {
  const meant = randomConversation(seed, engine);
  const { frames } = meant.conversation;
  const anonymizer = createAnonymizer(engine, "test");
  const hidden = frames.map((frame) => anonymizer.next(frame));
  const version = meant.options.version ?? 1;

  test("checksums hold, sizes and times stay, keys and addresses and payload are gone", () => {
    const keys = (["client", "server"] as const).map((side) =>
      meant.conversation.facts(side).key.toString(16).padStart(16, "0"),
    );
    for (const [index, frame] of hidden.entries()) {
      const dissection = engine.dissect(frame, { verifyChecksums: true });
      expect(dissection.problems.filter((one) => one.code === "bad-checksum")).toEqual([]);
      const before = frames[index];
      expect([frame.data.length, frame.timestamp]).toEqual([before?.data.length, before?.timestamp]);
      for (const key of keys) expect(toHex(frame.data)).not.toContain(key);
      expect(dissection.get("ip.src") ?? dissection.get("ipv6.src")).not.toBe(
        engine.dissect(before ?? frame).get("ip.src") ?? engine.dissect(before ?? frame).get("ipv6.src"),
      );
      const tcp = dissection.layers.find((layer) => layer.id === "tcp");
      expect(frame.data.subarray(tcp?.end).every((byte) => byte === 0)).toBe(true);
    }
  });

  test("tokens, HMACs, sequence numbers and DSS checksums follow from the new keys", () => {
    const ack = hidden
      .map((frame) => optionValue(frame, "mptcp.mpCapable"))
      .find((value) => value?.["receiverKey"] !== undefined);
    const client = ack?.["senderKey"] as bigint;
    const server = ack?.["receiverKey"] as bigint;
    const old = { client: meant.conversation.facts("client"), server: meant.conversation.facts("server") };
    const ports = new Set(meant.steps.includes("refused join") ? [] : [9000]);
    let nonces = { client: 0, server: 0 };
    for (const [index, frame] of hidden.entries()) {
      const fromServer = ports.has(Number(engine.dissect(frame).get("tcp.srcport")));
      const join = optionValue(frame, "mptcp.mpJoin");
      if (join?.["variant"] === "syn" && ports.size > 0) {
        expect(join["token"]).toBe(tokenOf(server, version));
        nonces = { ...nonces, client: Number(join["nonce"]) };
      }
      if (join?.["variant"] === "synAck" && ports.size > 0) {
        nonces = { ...nonces, server: Number(join["nonce"]) };
        const secrets = {
          ownKey: server,
          peerKey: client,
          ownNonce: nonces.server,
          peerNonce: nonces.client,
        };
        expect(join["truncatedHmac"]).toBe(joinSynAckHmac(secrets, version));
      }
      if (join?.["variant"] === "ack" && ports.size > 0) {
        const secrets = {
          ownKey: client,
          peerKey: server,
          ownNonce: nonces.client,
          peerNonce: nonces.server,
        };
        expect(toHex(join["hmac"] as Uint8Array)).toBe(toHex(joinAckHmac(secrets, version)));
      }
      const dss = optionValue(frame, "mptcp.dss");
      const was = optionValue(frames[index] ?? frame, "mptcp.dss");
      if (
        dss?.["dataSequenceNumber"] === undefined ||
        was === undefined ||
        dss["dataSequenceNumber8"] !== true ||
        ports.size === 0
      )
        continue;
      const idsn = idsnOf(fromServer ? server : client, version);
      const relative = BigInt.asUintN(
        64,
        (was["dataSequenceNumber"] as bigint) - old[fromServer ? "server" : "client"].idsn,
      );
      expect(BigInt.asUintN(64, (dss["dataSequenceNumber"] as bigint) - idsn)).toBe(relative);
      if (dss["checksum"] === undefined) continue;
      const mapping = {
        dataSequenceNumber: dss["dataSequenceNumber"] as bigint,
        subflowSequenceNumber: Number(dss["subflowSequenceNumber"]),
        dataLevelLength: Number(dss["dataLevelLength"]),
      };
      expect(dss["checksum"]).toBe(dssChecksum(mapping, new Uint8Array(mapping.dataLevelLength)));
    }
  });
});
