/** Drawn conversations: the analysis finds what was put in, and what an oracle reads from the bytes. */
import { describe, expect, it } from "vitest";
import { analyzeCapture } from "../../src/analysis/analyze.ts";
import type { ConnectionAnalysis } from "../../src/analysis/types.ts";
import { createEngine } from "../../src/default-engine.ts";
import type { Frame } from "../../src/index.ts";
import { drawConversation, type Meant } from "./drawn.ts";
import { readOracle } from "./oracle.ts";

/** `ANALYSIS_SEEDS=5000 npx vitest run test/analysis/drawn.test.ts` tries more. */
const SEEDS = Number(process.env["ANALYSIS_SEEDS"] ?? 150);
const FIRST = Number(process.env["ANALYSIS_FIRST"] ?? 0);
const engine = createEngine();

function detail(error: unknown): string {
  if (typeof error !== "object" || error === null || !("actual" in error && "expected" in error)) return "";
  return `\nfound ${JSON.stringify(error.actual)}\nmeant ${JSON.stringify(error.expected)}`;
}

async function* each(frames: readonly Frame[]): AsyncGenerator<Frame> {
  yield* frames;
}

/** Identifiers of drawn hosts are the places of their addresses; the second is announced, the third removed. */
function compareAddresses({ addresses, subflows }: ConnectionAnalysis, { events, options }: Meant): void {
  const hosts = [options.client.addresses, options.server.addresses] as const;
  for (const side of [0, 1] as const) {
    const own = addresses.filter((one) => one.side === side);
    for (const { id, address } of own) if (address !== undefined) expect(address).toBe(hosts[side]?.[id]);
    const total = own.reduce((sum, { announcements }) => sum + announcements, 0);
    expect(total, `announcements of side ${side}`).toBe(events[`announce ${side}`] ?? 0);
    const confirmed = (events[`echo ${side === 0 ? 1 : 0}`] ?? 0) > 0;
    expect(own.some(({ confirmedIn }) => confirmedIn !== undefined)).toBe(confirmed);
    expect(own.some(({ removedIn }) => removedIn !== undefined)).toBe((events[`remove ${side}`] ?? 0) > 0);
    const streams = own.flatMap((one) => one.streams);
    for (const { stream, established } of subflows)
      if (established) expect(streams.filter((one) => one === stream)).toEqual([stream]);
  }
}

async function compare(meant: Meant): Promise<void> {
  const { conversation, options } = meant;
  const analysis = await analyzeCapture(engine, each(conversation.frames));
  const connection = analysis.connections.find(({ subflows }) => subflows.some(({ stream }) => stream === 0));
  if (connection === undefined) expect.fail("no connection");
  const { hosts, subflows } = connection;
  const facts = [conversation.facts("client"), conversation.facts("server")] as const;
  for (const side of [0, 1] as const) {
    const { key, token, idsn } = hosts[side];
    expect({ key, token, idsn }).toEqual({
      key: facts[side].key,
      token: facts[side].token,
      idsn: facts[side].idsn,
    });
  }
  expect(connection.version).toBe(options.version);
  expect(connection.complete).toBe(true);
  expect(connection.fallback).toBeUndefined();
  expect(analysis.forgotten).toBe(0);
  const own = meant.subflows.flatMap((one, stream) => (one.elsewhere ? [] : [{ stream, ...one }]));
  expect(subflows.map(({ stream, established, backup }) => ({ stream, established, backup }))).toEqual(
    own.map(({ stream, established, backup }) => ({ stream, established, backup })),
  );

  const oracle = readOracle(conversation.frames, [facts[0].idsn, facts[1].idsn]);
  for (const { stream, sides } of subflows) {
    for (const side of [0, 1] as const) {
      const { segments, wireBytes, bytes, newBytes, retransmittedBytes, reinjectedBytes } = sides[side];
      const found = { segments, wireBytes, bytes, newBytes, retransmittedBytes, reinjectedBytes };
      expect(found, `stream ${stream} side ${side}`).toEqual(oracle.streams[stream]?.[side]);
      expect(sides[side].repeatedBytes, `stream ${stream} side ${side}`).toBe(0);
    }
  }
  for (const side of [0, 1] as const) {
    const { rtts, ...counts } = oracle.hosts[side];
    const { bytes, reinjections, reinjectedBytes, redundantBytes, reinjectionFrames, reorderBytes } =
      hosts[side];
    expect(
      { bytes, reinjections, reinjectedBytes, redundantBytes, reinjectionFrames, reorderBytes },
      `side ${side}`,
    ).toEqual({ ...counts, reinjectionFrames: counts.reinjectionFrames.slice(0, 20) });
    const { dataRtt } = hosts[side];
    expect(dataRtt?.count ?? 0, `round trips of side ${side}`).toBe(rtts.length);
    if (dataRtt === undefined) continue;
    expect([dataRtt.min, dataRtt.max]).toEqual([Math.min(...rtts), Math.max(...rtts)]);
  }

  const events: Record<string, number> = {};
  for (const { kind, side, count } of connection.events) {
    if (kind === "established" || kind === "reinjection" || kind === "handover") continue;
    const name = `${kind} ${side}`;
    events[name] = (events[name] ?? 0) + count;
  }
  expect(events).toEqual(meant.events);
  compareAddresses(connection, meant);
  for (const [kind, counts] of Object.entries(connection.checks)) {
    expect({ kind, bad: counts.bad, legacy: counts.legacy }).toEqual({
      kind,
      bad: meant.bad[kind] ?? 0,
      legacy: 0,
    });
  }
}

describe(`${SEEDS} drawn conversations`, () => {
  it(
    "show what was put in",
    async () => {
      const wrong: string[] = [];
      for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
        const meant = drawConversation(seed, engine);
        try {
          await compare(meant);
        } catch (error) {
          wrong.push(
            `seed ${seed} (${meant.steps.join(", ")}): ${error instanceof Error ? error.message : error}${detail(error)}`,
          );
        }
      }
      expect(wrong.length, wrong.slice(0, 5).join("\n\n")).toBe(0);
    },
    120_000 + SEEDS * 300,
  );
});
