/** Names and literals that try to become code stay data. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openCapture } from "../../../src/capture/open.ts";
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

const GUARD = 7;
const PORT = 7000;
const ETHERNET = 1;
const RECORDS = 390;
/** Header of Ethernet, IPv4 and UDP. */
const HEADERS = 42;
const CHUNK = 80;

/** UDP to a port; all bytes of its data are those that guards ask for. */
function datagram(port: number, size: number): Uint8Array {
  const bytes = new Uint8Array(HEADERS + size).fill(GUARD);
  const view = new DataView(bytes.buffer);
  bytes.fill(2, 0, 12);
  view.setUint16(12, 0x0800);
  bytes.set([0x45, 0], 14);
  view.setUint16(16, 28 + size);
  bytes.set([0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2], 18);
  view.setUint16(34, 9);
  view.setUint16(36, port);
  view.setUint16(38, 8 + size);
  view.setUint16(40, 0);
  return bytes;
}

/** Enough records for the scan to become WebAssembly; in every third the last byte is another. */
function capture(port: number, size: number): Uint8Array {
  const frame = datagram(port, size);
  const parts = [new Uint8Array(24)];
  const header = new DataView(parts[0]?.buffer ?? new ArrayBuffer(24));
  header.setUint32(0, 0xa1b2c3d4, true);
  header.setUint32(4, 0x0004_0002, true);
  header.setUint32(16, 262_144, true);
  header.setUint32(20, ETHERNET, true);
  for (let index = 0; index < RECORDS; index++) {
    const record = new Uint8Array(16 + frame.length);
    const view = new DataView(record.buffer);
    view.setUint32(8, frame.length, true);
    view.setUint32(12, frame.length, true);
    record.set(frame, 16);
    if (index % 3 === 0) record[record.length - 1] = 0;
    parts.push(record);
  }
  return Uint8Array.from(Buffer.concat(parts));
}

/** Lets fields of these names be read in all ways that code is made for; the text of all code that was. */
async function readAll(names: readonly string[], folder: string): Promise<string> {
  const texts: string[] = [];
  const Real = Function;
  vi.stubGlobal(
    "Function",
    class extends Real {
      constructor(...parts: string[]) {
        super(...parts);
        texts.push(...parts);
      }
    },
  );
  try {
    const size = 2 * names.length;
    const engine = createEngine();
    engine.loadSchema({
      id: "acme",
      role: "header",
      title: "Acme",
      spec: "none",
      description: "Fields that are called as what the code is made of",
      protocol: { filter: "acme", title: "Acme", layer: true },
      match: { table: "udp.port", key: PORT },
      fields: names.flatMap((name, index) => [
        { name, type: "u8", filter: `acme.f${index}` },
        { name: `zz${index}zz`, type: "u8", filter: `acme.x${index}`, when: `${name} == ${GUARD}` },
      ]),
      payload: {},
    });
    const all = names
      .map((_, index) => `acme.f${index} == ${GUARD} && acme.x${index} == ${GUARD}`)
      .join(" && ");
    const sums = names.map((_, index) => `acme.f${index} + acme.x${index} == ${2 * GUARD}`).join(" && ");
    const last = names.length - 1;
    const filters = [
      all,
      `${all} && udp.stream == 0`,
      sums,
      `acme contains 07:07 && acme.x${last} == ${GUARD} && acme.f0#1 == ${GUARD} && udp.stream == 0`,
    ];
    const path = join(folder, "names.pcap");
    writeFileSync(path, capture(PORT, size));
    for (const text of filters) {
      const single = engine.compileFilter(text);
      texts.push(single.source);
      const found: number[] = [];
      const matching = Array.from({ length: RECORDS }, (_, index) => index + 1).filter(
        (one) => one % 3 !== 1,
      );
      let number = 0;
      for await (const one of await openCapture(path)) {
        number++;
        if (single(one)) found.push(number);
        if (number === 6) break;
      }
      expect(found).toEqual([2, 3, 5, 6]);
      const scanned: number[] = [];
      for await (const { numbers, count } of (await openCapture(path)).matches(engine.compileFilter(text)))
        scanned.push(...numbers.subarray(0, count));
      expect(scanned).toEqual(matching);
      let rows = 0;
      for await (const { count } of (await openCapture(path)).columns(
        ["frame.number", "udp.stream", "acme.f0", `acme.x${last}`],
        { filter: engine.compileFilter(text) },
      ))
        rows += count;
      expect(rows).toBe(matching.length);
    }
  } finally {
    vi.unstubAllGlobals();
  }
  return texts.join("\n");
}

test("names of what the code is made of", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "names-"));
  try {
    const text = await readAll(["zza", "zzb"], folder);
    const names = [...new Set(text.match(/\b[a-z][A-Za-z0-9]*\b/g))].filter((name) => !name.startsWith("zz"));
    expect(names).toEqual(
      expect.arrayContaining(["gather", "late0", "rows", "flowNumbers", "verdict", "t0"]),
    );
    names.push("await", "undefined", "late1", "k0", "t1");
    for (let at = 0; at < names.length; at += CHUNK)
      await readAll([...new Set(names.slice(at, at + CHUNK))], folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
