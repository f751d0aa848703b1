/** Names and literals that try to become code stay data. */
import { expect, test } from "vitest";
import { createEngine } from "../../../src/default-engine.ts";
import type { Frame } from "../../../src/ir/frame.ts";

const frame: Frame = {
  data: Uint8Array.from({ length: 60 }, (_, index) => index),
  number: 1,
  timestamp: 0n,
  capturedLength: 60,
  originalLength: 60,
  linkType: 1,
};

test("literals", () => {
  const engine = createEngine();
  for (const text of [
    'frame contains "`;throw 1;//"',
    'frame contains "\\"});process.exit(1);({\\""',
    'eth contains "*/ globalThis.hacked = 1 /*"',
    'frame matches "`[$]{globalThis.hacked=1}|\x7e"',
    'frame contains "\u2028\u2029"',
    'eth.src[0:3] == "\\";1"',
  ]) {
    const filter = engine.compileFilter(text);
    expect(filter(frame)).toBe(false);
    // The text stands in the sourceURL comment, which holds letters, digits and dots only.
    expect(filter.source.replace(/\/\/# sourceURL=[\w./:-]*$/, "")).not.toMatch(
      /hacked|process\.exit|throw 1/,
    );
  }
  expect("hacked" in globalThis).toBe(false);
});

test("names that mean something in JavaScript", () => {
  const words = ["length", "default", "b", "v", "at", "end", "state", "verdict", "walk", "t0", "start"];
  const engine = createEngine();
  engine.loadSchema({
    id: "acme",
    role: "header",
    title: "Acme `$" + "{globalThis.hacked = 1}`",
    spec: "*/ globalThis.hacked = 1 /*",
    description: "`\\u2028",
    protocol: { filter: "acme", title: "Acme", layer: true },
    match: { table: "ethertype", key: 0x0c0d },
    fields: words.flatMap((name, index) => [
      { name, type: "u8", filter: `acme.w${index}` },
      { name: `after${index}`, type: "u8", filter: `acme.a${index}`, when: `${name} == 14` },
    ]),
    payload: {},
  });
  const filter = engine.compileFilter("acme.w0 == 14 && acme.a0 == 15 && acme.w1 == 16 && acme.w10 == 25");
  expect(filter(frame)).toBe(true);
  expect(engine.dissect(frame).get("acme.w10")).toBe(25);
  expect("hacked" in globalThis).toBe(false);
});
