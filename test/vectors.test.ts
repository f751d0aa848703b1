/** Vectors: real or RFC-derived bytes with their values, and filters that must and must not match a packet that carries them. */
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../src/bytes/hex.ts";
import { createEngine } from "../src/default-engine.ts";
import type { Frame } from "../src/ir/frame.ts";
import { schemaPaths, vectorFiles } from "./vector-cases.ts";

const engine = createEngine();

/** JSON form of a value: bytes as hex, 64-bit integers as "0x…". */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === "bigint") return `0x${value.toString(16)}`;
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "raw" && key !== "problems")
      .map(([key, item]) => [key, plain(item)]),
  );
}

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError(`"${hex}" is no hex`);
  return bytes;
}

function frameOf(data: Uint8Array, linkType: number): Frame {
  return {
    data,
    number: 1,
    timestamp: 0n,
    capturedLength: data.length,
    originalLength: data.length,
    linkType,
  };
}

/** A TCP segment that carries one option. */
function segment(option: Uint8Array, flags: number): Frame {
  const padded = new Uint8Array(Math.ceil(option.length / 4) * 4).fill(1);
  padded.set(option, padded.length - option.length);
  const [syn, rst, ack] = [2, 4, 16].map((bit) => (flags & bit) !== 0);
  const data = engine.craft([
    { id: "ipv4", value: { source: "192.0.2.1", destination: "192.0.2.2" } },
    {
      id: "tcp",
      value: {
        sourcePort: 40_000,
        destinationPort: 80,
        syn,
        rst,
        ack,
        options: [{ id: "area", raw: padded }],
      },
    },
  ]);
  return frameOf(data, 228);
}

const files = vectorFiles();

describe.each(files)("$path", ({ id, role, vectors }) => {
  it.each(vectors)("$name", (vector) => {
    const bytes = bytesOf(vector.hex);
    const parsed = engine.parse(id, bytes, { tcpFlags: vector.tcpFlags });
    expect(parsed.ok, JSON.stringify(parsed.problems)).toBe(true);
    if (!parsed.ok) return;
    expect(plain(parsed.value)).toMatchObject(vector.value);
    if (vector.variant !== undefined) expect(parsed.value).toHaveProperty("variant", vector.variant);
    expect(vector.origin.length).toBeGreaterThan(5);
    // Twice: as it is, and from the values alone.
    expect(toHex(engine.serialize(id, parsed.value, { fix: "keep" }))).toBe(toHex(bytes));
    const frame =
      vector.frame === undefined
        ? role === "header"
          ? undefined
          : segment(bytes, vector.tcpFlags ?? 16)
        : frameOf(bytesOf(vector.frame), vector.linkType ?? 1);
    if (frame === undefined) return;
    for (const text of vector.match ?? []) expect(engine.compileFilter(text)(frame), text).toBe(true);
    for (const text of vector.noMatch ?? []) expect(engine.compileFilter(text)(frame), text).toBe(false);
  });
});

describe("the set of vectors", () => {
  it("has a real or RFC-derived form of every variant", () => {
    const missing = files.flatMap(({ path, variants, vectors }) =>
      variants
        .filter((name) => !vectors.some((vector) => (vector.variant ?? "") === name))
        .map((name) => `${path} ${name}`),
    );
    expect(missing).toEqual([]);
  });
  it("has a file for every schema", () => {
    expect(schemaPaths().filter((path) => !files.some((file) => file.path === path))).toEqual([]);
  });
});
