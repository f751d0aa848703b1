/** The law on frames that no capture holds: cut at every length, and with bits turned. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Frame } from "../../../src/ir/frame.ts";
import { wellTyped } from "../../filter/generate.ts";
import { allCaptures } from "../../shared.ts";
import {
  builtinRegistry,
  caseFilters,
  compareOn,
  framesOf,
  newTally,
  type Prepared,
  prepare,
} from "./law.ts";

const registry = builtinRegistry();
const filters = caseFilters(registry).filter(({ predicate }) =>
  predicate.tests.some((one) => one.reason === undefined),
);

/** A few frames of each capture, of different sizes. */
async function seeds(perCapture: number): Promise<Frame[]> {
  const found: Frame[] = [];
  for (const path of allCaptures()) {
    const sizes = new Set<number>();
    for (const frame of await framesOf(path, 60)) {
      if (frame.data.length > 400 || sizes.has(frame.data.length) || sizes.size >= perCapture) continue;
      sizes.add(frame.data.length);
      found.push(frame);
    }
  }
  return found;
}

function withData(
  frame: Frame,
  data: Uint8Array,
  originalLength = Math.max(frame.originalLength, data.length),
): Frame {
  return { ...frame, data, capturedLength: data.length, originalLength };
}

describe("fast path = evaluator", async () => {
  const frames = await seeds(4);

  test("on frames cut at every length", () => {
    const tally = newTally();
    for (const [index, frame] of frames.entries()) {
      if (index % 8 !== 0) continue;
      const some = filters.filter((_, i) => (i + index) % 7 === 0);
      for (let size = 0; size < frame.data.length; size++) {
        compareOn(registry, some, withData(frame, frame.data.slice(0, size)), tally);
        compareOn(registry, some.slice(0, 3), withData(frame, frame.data.slice(0, size), size), tally);
      }
    }
    if (process.env["SHOW"])
      console.log("cut", frames.length, tally.decided, tally.irregular, tally.undecided);
    expect(tally.wrong.slice(0, 10)).toEqual([]);
    expect(tally.irregular).toBeGreaterThan(0);
  }, 300_000);

  test("on frames with other bytes here and there", () => {
    const tally = newTally();
    const change = fc.record({
      frame: fc.constantFrom(...frames),
      edits: fc.array(fc.tuple(fc.nat(120), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      }),
      from: fc.nat(6),
    });
    fc.assert(
      fc.property(change, ({ frame, edits, from }) => {
        const data = frame.data.slice();
        for (const [at, byte] of edits) if (data.length > 0) data[at % data.length] = byte;
        compareOn(
          registry,
          filters.filter((_, index) => index % 7 === from),
          withData(frame, data),
          tally,
        );
        expect(tally.wrong).toEqual([]);
      }),
      { numRuns: 2500 },
    );
    if (process.env["SHOW"]) console.log("mutated", tally.decided, tally.irregular, tally.undecided);
  }, 300_000);

  test("with generated filters", () => {
    const names =
      "eth ip ipv6 tcp udp mptcp frame frame.len frame.number eth.src eth.addr eth.type ip.src ip.addr ip.ttl ip.flags.df ip.len ipv6.dst tcp.port tcp.srcport tcp.flags tcp.flags.syn tcp.len tcp.payload tcp.options tcp.option_kind tcp.option_len tcp.options.mptcp.subtype tcp.options.mptcp.sendkey tcp.options.mptcp.rawdataseqno tcp.options.mptcp.addrid tcp.options.timestamp.tsval tcp.options.sack_le tcp.options.mss_val tcp.hdr_len udp.length icmp.type arp.opcode data data.len vlan.id"
        .split(" ")
        .flatMap((name) => registry.fields.get(name) ?? []);
    const tally = newTally();
    fc.assert(
      fc.property(
        wellTyped(names),
        fc.array(fc.constantFrom(...frames), { minLength: 4, maxLength: 8 }),
        (text, list) => {
          const filter: Prepared | undefined = prepare(registry, text);
          if (filter === undefined) return;
          for (const frame of list) compareOn(registry, [filter], frame, tally);
          expect(tally.wrong).toEqual([]);
        },
      ),
      { numRuns: 2500 },
    );
    if (process.env["SHOW"]) console.log("generated", tally.decided, tally.irregular, tally.undecided);
    expect(tally.decided).toBeGreaterThan(1000);
  }, 300_000);
});
