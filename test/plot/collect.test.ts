/** Points of long captures are merged: they stay within their bound, and what is lowest and highest stays. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AckMark, DataMark } from "../../src/analysis/sink.ts";
import { ACK, type Columns, collectPoints, DATA } from "../../src/plot/collect.ts";

const MOST = 400;

function column(columns: Columns, place: number): readonly number[] {
  return Array.from({ length: columns.count }, (_, row) => columns.at(row, place)).filter(
    (value) => !Number.isNaN(value),
  );
}

/** Marks of a few connections, streams and sides in any order. */
const steps = fc.array(
  fc.record({
    connection: fc.nat(2),
    side: fc.constantFrom(0 as const, 1 as const),
    stream: fc.nat(2),
    acks: fc.boolean(),
    value: fc.integer({ min: 1, max: 1_000_000 }),
    rtt: fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined }),
  }),
  { minLength: MOST * 2, maxLength: MOST * 6 },
);

describe("points of several connections", () => {
  it("are few, and hold the extremes of all", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const points = collectPoints({ most: MOST });
        const data: DataMark[] = [];
        const acks: AckMark[] = [];
        for (const [index, { connection, side, stream, acks: acknowledges, value, rtt }] of list.entries()) {
          const common = {
            connection,
            index: connection,
            side,
            stream,
            frame: index + 1,
            time: index * 1000,
          };
          if (acknowledges) {
            const mark: AckMark = { ...common, upTo: index, rtt, window: value };
            acks.push(mark);
            points.sink.ack?.(mark);
            continue;
          }
          const mark: DataMark = {
            ...common,
            start: value,
            end: value + 10,
            kind: "new",
            firstFrame: undefined,
            firstStream: undefined,
            waiting: value % 977,
            inFlight: value % 983,
            subflowInFlight: value % 991,
          };
          data.push(mark);
          points.sink.data?.(mark);
        }
        let total = 0;
        for (const connection of new Set(list.map((step) => step.connection))) {
          const kept = points.of(connection);
          total += kept.data.count + kept.acks.count;
          const sent = data.filter((mark) => mark.connection === connection);
          const heard = acks.filter((mark) => mark.connection === connection);
          const most = (values: readonly number[]): number => Math.max(...values);
          const least = (values: readonly number[]): number => Math.min(...values);
          expect(most(column(kept.data, DATA.inFlight))).toBe(most(sent.map((mark) => mark.inFlight)));
          expect(most(column(kept.data, DATA.waiting))).toBe(most(sent.map((mark) => mark.waiting)));
          expect(least(column(kept.data, DATA.start))).toBe(least(sent.map((mark) => mark.start)));
          expect(most(column(kept.data, DATA.end))).toBe(most(sent.map((mark) => mark.end)));
          const rtts = heard.flatMap((mark) => mark.rtt ?? []);
          expect(most(column(kept.acks, ACK.rtt))).toBe(most(rtts));
          expect(least(column(kept.acks, ACK.rtt))).toBe(least(rtts));
          expect(least(column(kept.acks, ACK.window))).toBe(least(heard.map((mark) => mark.window)));
        }
        expect(total).toBeLessThanOrEqual(Math.max(MOST, 6 * 64 * 2));
      }),
      { numRuns: 30 },
    );
  });
});
