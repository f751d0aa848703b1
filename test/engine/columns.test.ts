/** Columns read in batches are the values of the dissected frames. */
import { describe, expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { CaptureError } from "../../src/errors.ts";
import type { RawValue } from "../../src/ir/fields.ts";
import { framesOf } from "../backends/extract/law.ts";
import { allCaptures } from "../shared.ts";

const engine = createEngine();

describe("columns", () => {
  test.each([
    [["frame.number", "ip.src", "tcp.options.mptcp.subtype", "tcp.options.mptcp.rawdataseqno"], "tcp"],
    [["tcp.stream", "tcp.seq"], "tcp.port == 80 || mptcp"],
    [["frame.time_epoch", "frame.protocols"], ""],
  ] as const)("%j of %s", async (names, text) => {
    for (const path of allCaptures().slice(0, 32)) {
      const filter = engine.compileFilter(text);
      const pass = engine.createPass({ columns: names, filters: [text] });
      const expected: (readonly (readonly RawValue[])[])[] = [];
      for (const frame of await framesOf(path)) {
        const result = pass.next(frame);
        if (result.matched[0] === true) expected.push(names.map((_, index) => result.column(index)));
      }
      const found: (readonly RawValue[])[][] = [];
      try {
        for await (const batch of (await openCapture(path)).columns(names, { filter })) {
          const columns = names.map((_, index) => batch.column(index));
          for (let i = 0; i < batch.count; i++)
            found.push(columns.map((column) => (column[i] ?? []).map((value) => copy(value))));
        }
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
      }
      expect(found, path).toEqual(expected);
    }
  });
});

/** Bytes hold until the next batch. */
function copy(value: RawValue): RawValue {
  return value instanceof Uint8Array ? value.slice() : value;
}

test("a bare function knows no fields", async () => {
  const bytes = new Uint8Array(24);
  new DataView(bytes.buffer).setUint32(0, 0xa1b2c3d4);
  const reader = await openCapture(bytes);
  await expect(reader.columns(["ip.src"], { filter: () => true }).next()).rejects.toThrow("engine");
});

test("a name that no field has is refused, with the nearest one", async () => {
  const [path = ""] = allCaptures();
  const refused = { name: "FilterError", code: "unknown-field", nearest: "ip.src", source: "ip.srx" };
  const reader = await openCapture(path);
  const filter = engine.compileFilter("tcp");
  await expect(reader.columns(["ip.dst", "ip.srx"], { filter }).next()).rejects.toMatchObject(refused);
  expect(() => engine.createPass({ columns: ["ip.srx"] })).toThrow(expect.objectContaining(refused));
});
