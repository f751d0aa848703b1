import { describe, expect, it } from "vitest";
import { frameTime } from "../../../dissectors/trackers/frame-time.ts";
import { captureFiles } from "../../shared.ts";
import { rowOf } from "./rows.ts";
import { differences, hasTshark, type Table, timeText, tsharkTable } from "./tshark.ts";

const FIELDS = frameTime.provides.map(({ info }) => info.name);
const files = captureFiles();

function run(times: readonly (bigint | undefined)[], isShown: (frameNumber: number) => boolean): Table {
  const state = frameTime.create({ get: () => undefined }, () => true);
  return times.map((timestamp, index) => {
    const cells: string[][] = FIELDS.map(() => []);
    const row = rowOf(index + 1, timestamp, () => []);
    state.update(row, (field, value) => cells[field]?.push(timeText(BigInt(Number(value)))));
    if (!isShown(index + 1)) state.hidden?.(index + 1);
    return cells;
  });
}

describe("frame times", () => {
  it("skip frames without a time", () => {
    expect(run([5n, undefined, 9n], () => true)).toEqual([
      [["0.000000000"], ["0.000000000"], ["0.000000000"]],
      [[], [], []],
      [["0.000000004"], ["0.000000004"], ["0.000000004"]],
    ]);
  });

  it.skipIf(!hasTshark || files.length === 0)("count from the frame displayed last, as tshark does", () => {
    const path = files.find((name) => name.includes("tcp_bare")) ?? "";
    const shown = new Set([2, 5, 6, 9]);
    const stamps = tsharkTable(path, ["frame.time_epoch"]).map(([cell]) =>
      BigInt((cell?.[0] ?? "").replace(".", "")),
    );
    const ours = run(stamps, (frameNumber) => shown.has(frameNumber)).filter((_, index) =>
      shown.has(index + 1),
    );
    const theirs = tsharkTable(path, FIELDS, ["-Y", "frame.number in {2,5,6,9}"]);
    expect(differences(FIELDS, theirs, ours)).toEqual([]);
  });
});
