/** Filters of more tests than get code, nested deeper, or with larger sets are evaluated: as right, and said so. */
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { openCapture } from "../../../src/capture/open.ts";
import { createEngine } from "../../../src/default-engine.ts";
import type { Engine } from "../../../src/engine/api.ts";
import type { FilterLimits } from "../../../src/filter/limits.ts";
import type { Frame } from "../../../src/ir/frame.ts";

const file = fileURLToPath(new URL("../../../examples/captures/handover.pcap", import.meta.url));
const FRAMES = 60;
const LIMITS: FilterLimits = { nesting: 100_000 };

const terms = (count: number, operator: string, term: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => term(index)).join(` ${operator} `);
const set = (count: number, item: (index: number) => string): string =>
  `{${Array.from({ length: count }, (_, index) => item(index)).join(", ")}}`;
const port = (index: number): string => `tcp.port == ${index + 8990}`;

/** Name, filter, one that holds for the same frames, and what its plan says. */
const cases: readonly (readonly [string, string, string, RegExp])[] = [
  ["xor", terms(16, "xor", port), "tcp.port in {8990..9005}", /extracted.*xor of 16 tests/],
  [
    "xor in xor",
    `${"(tcp.port == 9000 xor ".repeat(31)}tcp.port == 9000${")".repeat(31)}`,
    "!tcp && tcp",
    /xor of 32 tests/,
  ],
  ["or", terms(4000, "or", port), "tcp.port in {8990..12989}", /4000 tests are too many/],
  [
    "and",
    terms(4000, "and", (index) => `tcp.port != ${index}`),
    "!(tcp.port in {0..3999}) && tcp",
    /4000 tests/,
  ],
  ["and of what may be found", terms(400, "and", () => "tcp.port == 9000"), "tcp.port == 9000", /^fused/],
  [
    "and with not",
    terms(900, "and", (index) => `!(tcp.port == ${index + 9100})`),
    "!(tcp.port in {9100..9999})",
    /^fused/,
  ],
  [
    "IPv4 set",
    `ip.src in ${set(14_000, (index) => `10.${index >> 8}.${index & 255}.1`)}`,
    "ip.src == 10.0.0.0/10 && ip.src[3] == 1",
    /14000 items/,
  ],
  [
    "IPv6 set",
    `ipv6.src in ${set(4500, (index) => `2001:db8::${index.toString(16)}:1`)}`,
    "ipv6.src == ::1 && !ipv6",
    /4500 items/,
  ],
  [
    "no such set",
    `tcp && tcp.dstport not in ${set(19_000, (index) => String(index))}`,
    "tcp.dstport >= 19000",
    /19000 items/,
  ],
  [
    "set with code",
    `ip.src in ${set(3000, (index) => `10.${index >> 8}.${index & 255}.1`)}`,
    "ip.src == 10.0.0.0/13 && ip.src[3] == 1",
    /^fused/,
  ],
  ["nested", `${"!".repeat(400)}tcp`, "tcp", /nested 401 deep/],
  [
    "of trackers",
    terms(1500, "or", (index) => `tcp.stream == ${2 * index}`),
    "tcp.stream % 2 == 0",
    /1500 tests/,
  ],
];

describe("a filter of", () => {
  let engine: Engine;
  const frames: Frame[] = [];
  beforeAll(async () => {
    engine = createEngine();
    await using reader = await openCapture(file);
    for await (const frame of reader) if (frames.push(frame) === FRAMES) break;
  });

  test.each(cases)("%s", async (_name, text, same, plan) => {
    const options = { limits: LIMITS };
    const right = engine.compileFilter(same);
    const expected = frames.filter((frame) => right(frame)).map(({ number }) => number);
    const filter = engine.compileFilter(text, options);
    expect(filter.plan).toMatch(plan);
    expect(frames.filter((frame) => filter(frame)).map(({ number }) => number)).toEqual(expected);
    const scanned: number[] = [];
    await using reader = await openCapture(file);
    for await (const { numbers, count } of reader.matches(engine.compileFilter(text, options)))
      scanned.push(...numbers.subarray(0, count));
    expect(scanned.filter((number) => number <= FRAMES)).toEqual(expected);
    expect(filter.source.length).toBeLessThan(2 ** 20);
  });
});
