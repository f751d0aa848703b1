/** Thousands of generated legal options, each in a segment: tshark and tcpdump show the values that were put in. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { createCaptureWriter, createEngine, type Frame, type ParsedOption } from "../../src/index.ts";
import { formatFieldText } from "../../src/ir/format.ts";
import type { Layout } from "../../src/ir/nodes.ts";
import { optionArbitrary } from "../../src/testing/index.ts";
import { Deviations } from "./deviations.ts";
import { hasTcpdump, tcpdumpOptions, tcpdumpText } from "./tcpdump.ts";
import { hasTshark, tsharkFields, tsharkNames } from "./tshark.ts";

/** Options of each schema. */
const RUNS = 80;
const FLAGS = [
  ["fin", 1],
  ["syn", 2],
  ["rst", 4],
  ["psh", 8],
  ["ack", 16],
] as const;

interface Crafted {
  readonly option: ParsedOption;
  readonly bytes: Uint8Array;
  readonly frame: Frame;
}

const engine = createEngine();
const layouts = builtin
  .flatMap((dissector) => dissector.layouts ?? [])
  .filter(({ role, within = "" }) => role === "option" && /^(tcp|mptcp)\./.test(within));

/** TCP flags of a segment in which this form may stand. */
function flagsFor(layout: Layout, variant: unknown): Record<string, boolean> {
  const [context] = layout.variants.find(({ name }) => name === (variant ?? ""))?.contexts ?? [];
  const bits = context === undefined ? 16 : context.value;
  return Object.fromEntries(FLAGS.map(([name, bit]) => [name, (bits & bit) !== 0]));
}

function craft(layout: Layout, option: ParsedOption, index: number): Crafted {
  const bytes = engine.serialize(layout.id, option.value ?? {});
  const filler = Array.from({ length: -bytes.length & 3 }, () => ({ id: "tcp.nop", value: {} }));
  const tcp = {
    // Each segment is a connection of its own.
    sourcePort: 10_000 + index,
    destinationPort: 50_000,
    sequenceNumber: 1,
    ...flagsFor(layout, option.value?.["variant"]),
    options: [option, ...filler],
  };
  const data = engine.craft([
    { id: "ethernet", value: { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:02" } },
    { id: "ipv4", value: { source: "192.0.2.1", destination: "192.0.2.2" } },
    { id: "tcp", value: tcp },
  ]);
  const size = data.length;
  const frame = {
    data,
    number: index + 1,
    timestamp: 0n,
    capturedLength: size,
    originalLength: size,
    linkType: 1,
  };
  return { option, bytes, frame };
}

const crafted: Crafted[] = layouts
  .flatMap((layout) =>
    fc
      .sample(optionArbitrary(layout.id, { illegal: false, reserved: false }), { numRuns: RUNS, seed: 8684 })
      .map((option) => ({ layout, option })),
  )
  .map(({ layout, option }, index) => craft(layout, option, index));

const folder = mkdtempSync(join(tmpdir(), "subflow-crafted-"));
const file = join(folder, "options.pcap");
beforeAll(async () => {
  const writer = createCaptureWriter(file, { format: "pcap" });
  for (const { frame } of crafted) await writer.write(frame);
  await writer.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(`${crafted.length} options of ${layouts.length} schemas are read as the values that were put in`, () => {
  for (const { option, frame } of crafted) {
    const tcp = engine.dissect(frame).layers.find(({ id }) => id === "tcp");
    const [found] = (tcp?.value["options"] ?? []) as ParsedOption[];
    expect(found).toMatchObject(option);
  }
});

describe.skipIf(!hasTshark)("tshark", () => {
  test("shows them in the fields of the options, or the difference is stated", () => {
    const infos = engine
      .fields()
      .filter(
        ({ name, type }) =>
          type !== "FT_PROTOCOL" && /^tcp\.(option|nop|eol)/.test(name) && tsharkNames().has(name),
      );
    const theirs = tsharkFields(
      file,
      infos.map(({ name }) => name),
    );
    const [common, own] = [new Deviations(engine), new Deviations(engine, "crafted")];
    const wrong = new Map<string, string>();
    const shown = new Set<string>();
    let equal = 0;
    let explained = 0;
    const pass = engine.createPass({ columns: infos.map(({ name }) => name) });
    for (const [index, { option, frame }] of crafted.entries()) {
      const { dissection } = pass.next(frame);
      for (const [column, info] of infos.entries()) {
        const expected = (theirs[index]?.[column] ?? []).join("|");
        const ours = dissection
          .occurrences(info.name)
          .map((one) => formatFieldText(info, one.value))
          .join("|");
        if (ours === "" && expected === "") continue;
        if (ours === expected) {
          equal++;
          if (!/^tcp\.(option_|options$|nop|options\.(nop|eol)$)/.test(info.name)) shown.add(option.id);
        } else if (
          (own.explain(info.name, dissection) ?? common.explain(info.name, dissection)) !== undefined
        )
          explained++;
        else wrong.set(`${option.id} ${info.name}`, `frame ${index + 1}: put in ${ours}, tshark ${expected}`);
      }
    }
    expect(Object.fromEntries(wrong)).toEqual({});
    expect(own.unused()).toEqual([]);
    console.log(
      `tshark: ${crafted.length} options, ${equal} values equal, ${explained} explained; values of ${shown.size} schemas`,
    );
  });
});

describe.skipIf(!hasTcpdump)("tcpdump", () => {
  test("prints them, or the difference is stated", () => {
    const theirs = tcpdumpOptions(file);
    expect(theirs.length).toBe(crafted.length);
    const deviations = new Deviations(engine, "tcpdump");
    const wrong = new Map<string, string>();
    let equal = 0;
    let explained = 0;
    for (const [index, { option, bytes, frame }] of crafted.entries()) {
      const filler = option.id === "tcp.eol" ? 0 : -bytes.length & 3;
      const expected = [tcpdumpText(option, bytes), ...Array.from({ length: filler }, () => "nop")].join(",");
      if (theirs[index] === expected) equal++;
      else if (deviations.explain(option.id, engine.dissect(frame)) !== undefined) explained++;
      else wrong.set(option.id, `frame ${index + 1}: put in ${expected}, tcpdump ${theirs[index]}`);
    }
    expect(Object.fromEntries(wrong)).toEqual({});
    expect(deviations.unused()).toEqual([]);
    console.log(`tcpdump: ${crafted.length} options, ${equal} as put in, ${explained} explained`);
  });
});
