/** Streams put together, against what the programs sent. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { followStream } from "../../src/analysis/follow/follow.ts";
import { Reorder } from "../../src/analysis/follow/reorder.ts";
import type { FollowProtocol, StreamPiece } from "../../src/analysis/follow/types.ts";
import { openCapture } from "../../src/capture/open.ts";
import { createConversation } from "../../src/craft/conversation/conversation.ts";
import { createEngine } from "../../src/default-engine.ts";
import type { Frame } from "../../src/index.ts";
import { randomConversation } from "../craft/random-conversation.ts";
import { captureFiles } from "../shared.ts";

const engine = createEngine();

interface Side {
  /** Bytes by place; what is missing is zero and counted. */
  readonly bytes: number[];
  lost: number;
  cut: number;
}

async function follow(
  frames: AsyncIterable<Frame>,
  protocol: FollowProtocol,
  stream: number,
  maxHeld?: number,
): Promise<readonly [Side, Side]> {
  const sides: [Side, Side] = [
    { bytes: [], lost: 0, cut: 0 },
    { bytes: [], lost: 0, cut: 0 },
  ];
  for await (const piece of followStream(engine, frames, protocol, stream, { maxHeld })) {
    const side = sides[piece.side];
    // Nothing is given twice, and nothing left out without a word.
    expect(piece.start).toBe(side.bytes.length);
    for (let at = 0; at < piece.length; at++) side.bytes.push(piece.data?.[at] ?? 0);
    if (piece.missing !== undefined) side[piece.missing] += piece.length;
  }
  return sides;
}

async function* each(frames: readonly Frame[]): AsyncGenerator<Frame> {
  yield* frames;
}

/** What the programs of the shared captures send: byte i is 7 i + i / 256. */
const patternAt = (at: number): number => (at * 7 + (at >> 8)) & 255;

/** Bytes that the programs say they sent: of the connection's opener, and of its other end. */
function sentBytes(path: string, connection: number): readonly [number, number] | undefined {
  const peers = join(dirname(path), "peers.jsonl");
  if (!existsSync(peers)) return undefined;
  const lines = readFileSync(peers, "utf8").trim().split("\n");
  for (const line of lines.reverse()) {
    const { role, conn, sent, received } = JSON.parse(line);
    // The server counts its connections; the client has one at a time.
    if (role === "server" && conn === connection && sent !== undefined) return [received, sent];
  }
  return undefined;
}

/** Connections that are Multipath TCP on the wire where the capture was taken. */
const captures = captureFiles().filter(
  (path) => existsSync(join(dirname(path), "peers.jsonl")) && statSync(path).size < 60_000,
);
/** Where the two programs do not agree, as the transfer ended early. */
const BROKEN = /fail_bulk|crafted/;

describe.skipIf(captures.length === 0)("Multipath TCP by data sequence number", () => {
  it.each(captures)("%s", async (path) => {
    const [opener, answerer] = await follow(await openCapture(path), "mptcp", 0);
    if (opener.bytes.length === 0 && answerer.bytes.length === 0) {
      // Never Multipath TCP here.
      expect(path).toMatch(/tcp_|fallback_(blackhole|server|syn|synack)\//);
      return;
    }
    for (const side of [opener, answerer]) {
      expect(side.lost).toBe(0);
      // The programs' bytes are never zero where the capture cut them only.
      const wrong = side.bytes.findIndex((byte, at) => byte !== patternAt(at) && byte !== 0);
      expect(wrong).toBe(-1);
      expect(side.bytes.filter((byte, at) => byte !== patternAt(at)).length).toBeLessThanOrEqual(side.cut);
    }
    if (!BROKEN.test(path)) {
      expect([opener.bytes.length, answerer.bytes.length]).toEqual(sentBytes(path, 0));
    }
  });

  it.each(
    captures.filter((path) => /\/(capable|capable_csum|capable_server_first|join|mptcp_tfo)\//.test(path)),
  )("gives every byte of %s", async (path) => {
    for (const connection of path.includes("mptcp_tfo") ? [0, 1, 2] : [0]) {
      const sides = await follow(await openCapture(path), "mptcp", connection);
      for (const [index, { bytes, cut, lost }] of sides.entries()) {
        expect({ cut, lost }).toEqual({ cut: 0, lost: 0 });
        expect(bytes).toEqual(
          Array.from({ length: sentBytes(path, connection)?.[index] ?? 0 }, (_, at) => patternAt(at)),
        );
      }
    }
  });
});

describe("generated conversations", () => {
  it("give what was sent, whatever was lost, repeated, reordered or sent on another subflow", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const { conversation, steps } = randomConversation(seed, engine);
      const sides = await follow(each(conversation.frames), "mptcp", 0);
      for (const { bytes, lost, cut } of sides) {
        const where = `seed ${seed}: ${steps.join(", ")}`;
        expect({ lost, cut, where }).toEqual({ lost: 0, cut: 0, where });
        expect({ where, wrong: bytes.findIndex((byte, at) => byte !== patternAt(at)) }).toEqual({
          where,
          wrong: -1,
        });
      }
    }
  });

  it("say what is missing", async () => {
    const conversation = createConversation({
      seed: 5,
      client: { addresses: ["10.0.0.1"] },
      server: { addresses: ["10.0.0.2"] },
      engine,
    });
    conversation.connect();
    conversation.send({ from: "client", bytes: 5000, sizes: [1000, 1000, 1000, 1000, 1000] });
    const frames = conversation.frames;
    const data = frames.filter((frame) => frame.originalLength > 1000);
    const [, second] = data;
    const without = frames.filter((frame) => frame !== second);
    const [client] = await follow(each(without), "mptcp", 0);
    expect(client).toMatchObject({ lost: 1000, cut: 0 });
    expect(client.bytes).toHaveLength(5000);
    const [same] = await follow(each(without), "tcp", 0);
    expect(same).toMatchObject({ lost: 1000, cut: 0 });
    // What waits behind a hole is bounded.
    const [bounded] = await follow(each(without), "mptcp", 0, 100);
    expect(bounded).toEqual(client);
  });
});

describe("bytes put in order", () => {
  it("are the stream, whatever way its pieces overlap, repeat and overtake one another", () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 299 }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, cuts, fc.infiniteStream(fc.nat(1000)), (first, second, order) => {
        const stream = Uint8Array.from({ length: 300 }, (_, at) => patternAt(at));
        const ranges = [first, second].flatMap((each) => {
          const ends = [0, ...each.toSorted((a, b) => a - b), 300];
          return ends.slice(1).map((end, index) => [ends[index] ?? 0, end] as const);
        });
        const shuffled = ranges
          .map((range) => ({ range, key: order.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key);
        const pieces: StreamPiece[] = [];
        const reorder = new Reorder(0, 0, 1 << 20, (piece) => pieces.push(piece));
        for (const { range } of shuffled) {
          const [start, end] = range;
          reorder.add({ start, end, data: stream.subarray(start, end), frame: 1, time: 0n, stream: 0 });
        }
        reorder.end();
        expect(pieces.flatMap(({ data }) => [...(data ?? [])])).toEqual([...stream]);
      }),
    );
  });

  it("wait in bounded room", () => {
    const pieces: StreamPiece[] = [];
    const reorder = new Reorder(0, 0, 1000, (piece) => pieces.push(piece));
    for (let at = 1; at < 100; at++) {
      const data = new Uint8Array(100).fill(at);
      reorder.add({ start: at * 200, end: at * 200 + 100, data, frame: at, time: 0n, stream: 0 });
    }
    // Ten pieces may wait: the hole before each of the others was given up.
    expect(pieces.filter(({ missing }) => missing === "lost")).toHaveLength(89);
  });
});
