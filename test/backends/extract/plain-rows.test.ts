/** Rows of frames in any order are those of a tree of each: what one frame leaves in the columns is not the next one's. */
import { expect, test } from "vitest";
import { notCovered } from "../../../src/backends/extract/coverage.ts";
import { ExtractedRun } from "../../../src/engine/extracted-run.ts";
import { TrackerRun } from "../../../src/engine/pass.ts";
import type { Frame } from "../../../src/ir/frame.ts";
import type { RawValue, Row, Tracker } from "../../../src/plugin.ts";
import { captureFiles } from "../../shared.ts";
import { builtinRegistry, framesOf } from "./law.ts";

const registry = builtinRegistry();
const OFTEN = [
  "frame.len",
  "eth.dst",
  "eth.src",
  "eth.type",
  "ip.id",
  "ip.len",
  "ip.ttl",
  "ip.src",
  "ip.dst",
  "ip.proto",
  "ipv6.src",
  "ipv6.dst",
  "ip.flags.df",
  "icmp.type",
  "udp.srcport",
  "tcp.srcport",
  "tcp.dstport",
  "tcp.seq_raw",
  "tcp.ack_raw",
  "tcp.window_size_value",
  "tcp.checksum",
  "tcp.options.timestamp.tsecr",
  "tcp.flags.str",
  "tcp.payload",
  "tcp.len",
  "tcp.options",
  "tcp.options.nop",
  "tcp.options.timestamp.tsval",
  "tcp.option_kind",
  "tcp.options.mptcp",
  "tcp.options.mptcp.subtype",
  "tcp.options.mptcp.rawdataack",
  "tcp.options.mptcp.rawdataseqno",
  "tcp.options.mptcp.datalvllen",
];
const SELDOM = [
  "ipv6.flow",
  "tcp.options.mss_val",
  "tcp.options.sack_perm",
  "tcp.options.wscale.shift",
  "tcp.options.mptcp.version",
  "tcp.options.mptcp.sendkey",
  "tcp.options.mptcp.addrid",
  "tcp.options.mptcp.ipv4",
  "tcp.options.mptcp.sendhmac",
];

function show(value: RawValue | undefined): string {
  return value instanceof Uint8Array ? Array.from(value).join(",") : String(value);
}

/** All that a row tells. */
function texts(row: Row, names: readonly string[]): string[] {
  const columns = names.map((name, column) => {
    const each = Array.from({ length: row.count(column) + 1 }, (_, index) =>
      [
        show(row.at(column, index)),
        typeof row.at(column, index) === "number" ? row.number(column, index) : "",
        row.size(column, index),
        row.word(column, index, 0),
        row.word(column, index, 1),
      ].join(" "),
    );
    const high = typeof row.at(column) === "bigint" ? row.highs[column] : "";
    return `${name}: ${row.firsts[column]} ${high} ${each.join("; ")}`;
  });
  return [`plain: ${row.plain}`, ...columns];
}

interface Shown {
  readonly run: TrackerRun;
  row: readonly string[];
}

function shown(names: readonly string[], seldom: readonly string[]): Shown {
  const found: { row: readonly string[] } = { row: [] };
  const update = (row: Row): void => {
    found.row = texts(row, names);
  };
  const create = (): ReturnType<Tracker["create"]> => ({ update, forgotten: 0 });
  const tracker: Tracker = { id: "test.rows", requires: names, seldom, provides: [], create };
  return Object.assign(found, { run: new TrackerRun(registry, [tracker], {}, new Set()) });
}

/** With bits turned, so that forms do not fit. */
function damaged(frame: Frame, salt: number): Frame {
  const data = frame.data.slice();
  const at = (salt * 7919) % data.length;
  data[at] = (data[at] ?? 0) ^ (1 << (salt & 7));
  return { ...frame, data };
}

/** The same order in every run. */
function shuffled<T>(list: readonly T[]): T[] {
  const key = (index: number): number => Math.imul(index + 1, 0x9e3779b1) >>> 0;
  return list
    .map((one, index) => ({ one, key: key(index) }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}

test.each([
  ["few columns", OFTEN.filter((_, index) => index % 3 === 0), SELDOM.slice(0, 3)],
  ["more than one variable tells of", OFTEN.filter((name) => name !== "tcp.flags.str"), SELDOM],
  ["with one that is made value by value", OFTEN, SELDOM],
])(
  "%s",
  async (_, often, seldom) => {
    const names = [...often, ...seldom];
    // Else nothing is read from the bytes.
    expect(names.filter((name) => notCovered(registry, name) !== undefined)).toEqual([]);
    const files = await Promise.all(captureFiles().map((path) => framesOf(path, 12)));
    const whole = shuffled(files.flat());
    const frames = whole.flatMap((frame, index) =>
      index % 4 === 0 ? [frame, damaged(frame, index)] : [frame],
    );
    const right = shown(names, seldom);
    const bytes = shown(names, seldom);
    const shared = shown(names, seldom);
    const decided = new ExtractedRun(registry, bytes.run);
    const watched = new ExtractedRun(registry, shared.run, { transient: true });
    const kinds = new Set<string>();
    for (const [index, one] of frames.entries()) {
      const frame = { ...one, number: index + 1 };
      right.run.next(frame);
      decided.decide(frame);
      expect(bytes.row).toEqual(right.row);
      watched.watch(frame);
      expect(shared.row).toEqual(right.row);
      kinds.add(right.row[0] ?? "");
    }
    expect(frames.length).toBeGreaterThan(20);
    expect(kinds.size).toBe(2);
  },
  120_000,
);
