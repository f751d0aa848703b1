/** What the closures read is what the interpreter reads: on captures, cut at every length, and with other bytes here and there. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { readFields } from "../../src/backends/interpret.ts";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import type { Frame } from "../../src/ir/frame.ts";
import { differentialCaptures } from "../differential/captures.ts";
import { captureFiles } from "../shared.ts";

const reads = { plain: 0, left: 0 };

/** Every form that dissection reads is read both ways. */
vi.mock(import("../../src/backends/read-fast.ts"), async (original) => {
  const { readPlain } = await original();
  return {
    readPlain: (fields, input) => {
      const before = input.layerNumber();
      const regions: ReturnType<NonNullable<typeof input.region>>[] = [];
      const { region } = input;
      const plain = readPlain(fields, {
        ...input,
        // What a region tells of cannot be taken back: it is read once.
        region:
          region &&
          ((...place) => {
            const nodes = region(...place);
            regions.push(nodes);
            return nodes;
          }),
      });
      if (plain === undefined) {
        expect(regions).toEqual([]);
        reads.left++;
        return undefined;
      }
      reads.plain++;
      let layer = before;
      const slow = readFields(fields, {
        ...input,
        layerNumber: () => layer,
        region: () => {
          layer = input.layerNumber();
          return regions.shift() ?? [];
        },
      });
      // The cheaper of the two says what differs only to those who need not know.
      if (!isDeepStrictEqual(plain, slow)) expect(plain).toEqual(slow);
      return plain;
    },
  };
});

const SOME = /\/(crafted|ipv6|join_mixed|tcp_sack|tcp_md5)\/client|\/tcpdump\//;
const files = [...captureFiles().filter((name) => SOME.test(name)), ...(await differentialCaptures())];
const engine = createEngine();

async function frames(most: number): Promise<Frame[]> {
  const found: Frame[] = [];
  for (const file of files) {
    await using source = await openCapture(file);
    for await (const frame of source) {
      if (frame.number > most) break;
      found.push({ ...frame, data: Uint8Array.from(frame.data) });
    }
  }
  return found;
}

const few = await frames(6);

describe("forms that are read by closures", () => {
  it("of captures", async () => {
    for (const frame of await frames(40)) engine.dissect(frame);
    // Lists, and what is odd, are left to the interpreter.
    expect(reads.plain).toBeGreaterThan(reads.left * 10);
  });

  it("of frames that are cut", () => {
    for (const frame of few) {
      const most = Math.min(frame.data.length, 120);
      for (let size = 0; size < most; size++) {
        const data = frame.data.subarray(0, size);
        engine.dissect({ ...frame, data, capturedLength: size });
        engine.dissect({ ...frame, data, capturedLength: size, originalLength: size });
      }
    }
  });

  it("of frames with other bytes here and there", () => {
    const changes = fc.array(fc.tuple(fc.nat(120), fc.oneof(fc.nat(255), fc.constant(0))), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...few), changes, (frame, list) => {
        const data = Uint8Array.from(frame.data);
        for (const [at, byte] of list) if (at < data.length) data[at] = byte;
        engine.dissect({ ...frame, data });
      }),
      { numRuns: 3000 },
    );
  });
});
