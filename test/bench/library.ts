/**
 * `npm run bench:library`: what one frame or one option area costs in the library, on a capture of the examples. Medians of five rounds, wall time of
 * one thread; the last column is the ratio to the slowest row of the same run.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createEngine, type Frame, openCapture } from "../../src/index.ts";

const path = fileURLToPath(new URL("../../examples/captures/handover.pcap", import.meta.url));
const engine = createEngine();
const frames: Frame[] = [];
for await (const frame of await openCapture(path)) frames.push(frame);
const file = new Uint8Array(readFileSync(path));
const areas = frames.flatMap((frame) => {
  const layer = engine.dissect(frame).layers.find((candidate) => candidate.id === "tcp");
  return layer === undefined ? [] : [frame.data.subarray(layer.start + 20, layer.end)];
});
const lists = areas.map((area) =>
  engine.parseOptions(area).map(({ id, value }) => ({ id, ...(value === undefined ? {} : { value }) })),
);
const filter = engine.compileFilter("tcp.options.mptcp.subtype == 1 && ip.src == 10.0.2.0/24");

interface Row {
  readonly name: string;
  readonly count: number;
  readonly run: () => void | Promise<void>;
}

const rows: readonly Row[] = [
  {
    name: "read frames from bytes",
    count: frames.length,
    run: async () => {
      for await (const _ of await openCapture(file));
    },
  },
  {
    name: "dissect",
    count: frames.length,
    run: () => {
      for (const frame of frames) engine.dissect(frame);
    },
  },
  {
    name: "dissect, all fields by name",
    count: frames.length,
    run: () => {
      for (const frame of frames) engine.dissect(frame).get("tcp.srcport");
    },
  },
  {
    name: "compiled filter",
    count: frames.length,
    run: () => {
      for (const frame of frames) filter(frame);
    },
  },
  {
    name: "parseOptions",
    count: areas.length,
    run: () => {
      for (const area of areas) engine.parseOptions(area);
    },
  },
  {
    name: "serializeOptions",
    count: lists.length,
    run: () => {
      for (const list of lists) engine.serializeOptions(list);
    },
  },
  {
    name: "craft a whole frame again",
    count: frames.length,
    run: () => {
      for (const frame of frames) engine.craft(engine.dissect(frame).layers, { fix: "keep" });
    },
  },
];

const results: { name: string; perSecond: number }[] = [];
for (const row of rows) {
  await row.run();
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    await row.run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  results.push({ name: row.name, perSecond: (row.count / (times[2] ?? 1)) * 1000 });
}
const slowest = Math.min(...results.map((result) => result.perSecond));
console.log(`${"work".padEnd(30)} ${"a second".padStart(12)} ${"ratio".padStart(8)}`);
for (const { name, perSecond } of results) {
  console.log(
    `${name.padEnd(30)} ${Math.round(perSecond).toLocaleString("en").padStart(12)} ${(perSecond / slowest).toFixed(1).padStart(8)}`,
  );
}
