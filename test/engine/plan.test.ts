/** A filter says the same however it is run: frame by frame, in batches, with and without generated code. */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import type { CaptureReader } from "../../src/capture/types.ts";
import { canGenerate } from "../../src/codegen/function.ts";
import { createEngine } from "../../src/default-engine.ts";
import { CaptureError, FilterError } from "../../src/errors.ts";
import { readCases } from "../filter/cases.ts";
import { captureFiles } from "../shared.ts";

const FILTERS = [
  "tcp.options.mptcp.subtype == 0",
  "ip.addr == 10.0.0.0/8 || ipv6",
  "tcp.flags.syn == 1 && !mptcp",
  "frame contains 01:02",
  "tcp.srcport == tcp.dstport + 1 || len(frame) > 100",
  "tcp.stream == 0",
  "ip.src == ip.dst or frame.number % 2 == 0",
  "",
];

async function batched(reader: CaptureReader, filter: ReturnType<typeof compile>): Promise<number[]> {
  const numbers: number[] = [];
  try {
    for await (const batch of reader.matches(filter)) {
      for (let i = 0; i < batch.count; i++) {
        const frame = batch.frame(i);
        expect(frame.number).toBe(batch.numbers[i]);
        numbers.push(frame.number);
      }
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
  return numbers;
}

async function single(reader: CaptureReader, filter: ReturnType<typeof compile>): Promise<number[]> {
  const numbers: number[] = [];
  try {
    for await (const frame of reader) if (filter(frame)) numbers.push(frame.number);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
  return numbers;
}

const engine = createEngine();
function compile(text: string): ReturnType<typeof engine.compileFilter> {
  return engine.compileFilter(text);
}

describe("matches", () => {
  test.each(captureFiles().map((path) => [basename(path), path] as const))("%s", async (_, path) => {
    const bytes = readFileSync(path);
    for (const text of FILTERS) {
      const expected = await single(await openCapture(path), compile(text));
      expect(await batched(await openCapture(path), compile(text)), text).toEqual(expected);
      // Small pieces: records lie across their borders.
      if (bytes.length < 20_000)
        expect(await batched(await openCapture(pieces(bytes, 97)), compile(text)), text).toEqual(expected);
    }
  });

  test.skipIf(!canGenerate())("a schema that is registered later counts", () => {
    const late = createEngine();
    const filter = late.compileFilter("data");
    const frame = frameOf(
      "0200000000010200000000020800" +
        "4500001e00000000401100000a0000010a000002" +
        "0001ffff000a0000" +
        "abcd",
    );
    expect(filter(frame)).toBe(true);
    late.loadSchema({
      id: "acme",
      role: "header",
      title: "Acme",
      spec: "none",
      description: "Two bytes.",
      protocol: { filter: "acme", title: "Acme", layer: true },
      match: { table: "udp.port", key: 65535 },
      fields: [{ name: "word", type: "u16", filter: "acme.word" }],
      payload: {},
    });
    expect(filter(frame)).toBe(false);
    const own = late.compileFilter("acme.word == 0xabcd");
    expect(own(frame)).toBe(true);
    expect(own.source).toContain("43981");
  });
});

const RECORD = "is a value of the capture's record that is made for whole frames";
const STATUS = "tells of the whole frame";
const NO_SCHEMA = "is in no schema: it is made from whole frames";
const BEHIND = "stands behind the payload of inner headers";

/** The case filters with a test that is evaluated on the tree, by the reason. All others are decided on the bytes. */
const EVALUATED: Readonly<Record<string, readonly string[]>> = {
  // The text of all layers' names, and what the capture's blocks say of a record: the scan goes over packets.
  [`frame.protocols ${RECORD}`]: [
    'frame.protocols contains "mptcp"',
    'frame.protocols contains "udp" or frame.protocols contains "arp"',
    'frame.protocols == "eth:ethertype:arp"',
    'frame.protocols > "eth:ethertype:ip"',
    'frame.protocols[4-12] == "ethertype"',
    'upper(frame.protocols) contains "TCP"',
    "lower(frame.protocols) == frame.protocols",
    "len(frame.protocols) > 20",
    'frame.protocols contains "tcp"',
    'lower(frame.protocols) contains "mptcp"',
    'upper(frame.protocols) matches "TCP"',
  ],
  [`frame.interface_id ${RECORD}`]: ["frame.interface_id == 0"],
  [`frame.encap_type ${RECORD}`]: ["frame.encap_type == 1"],
  [`frame.comment ${RECORD}`]: ["frame.comment"],
  // The tracker has to know the filter's answer for the frame before.
  "which frames are displayed hangs on the filter": ["frame.time_delta_displayed > 0.1"],
  // Whether a checksum is verified hangs on fragments, lengths and preferences.
  [`ip.checksum.status ${STATUS}`]: ['ip.checksum.status == "Bad"', "ip.checksum.status != 1"],
  [`tcp.checksum.status ${STATUS}`]: ["tcp.checksum.status == 2"],
  // Where a trailer begins is known when the layers inside it are.
  [`eth.fcs.status ${BEHIND}`]: ['eth.fcs.status == "Bad"'],
  [`eth.padding ${BEHIND}`]: ["eth.padding"],
  [`eth.trailer ${BEHIND}`]: ["eth.trailer"],
  // Findings, of which one is that a trailer's padding is not zero.
  [`the trackers read more than the bytes tell: eth.trailer ${BEHIND}`]: [
    "_ws.expert.severity == error",
    "_ws.expert.group == sequence",
    '_ws.expert.message contains "reset"',
    "vlan.too_many_tags",
  ],
  // What dissecting itself finds, and fields that a local tracker makes only for trees that somebody looks at.
  ...Object.fromEntries(
    [
      ["_ws.malformed"],
      ["ip.opt.len.invalid"],
      ["tcp.option.len.invalid"],
      ["ip.tos", " == 0"],
      ["ip.tos.precedence"],
      ["frame.md5_hash"],
      ["vlan.cfi", " == 1"],
    ].map(([name = "", rest = ""]) => [`${name} ${NO_SCHEMA}`, [name + rest]]),
  ),
};

const REFERENCE = "$" + "{tcp.srcport}";

/** Why a test waits for the end of the walk over the bytes. */
const NOTED: readonly RegExp[] = [
  /^the right side is no constant/, // values of two fields, or of a selected frame, that may be several
  /^arithmetic/,
  /^[a-z0-9_]+\(\)/, // functions of all values, or of a value's text
  /^layers are counted/,
  /^a slice of several ranges/,
  /^[a-z0-9._]+ is the record's time/, // it stands before the packet, and is read where somebody asks
  /^[a-z0-9._]+ is text made from a value/,
  /^[a-z0-9._]+ is no number; given by the tracker/, // times in 64 bits, and text
];

describe.runIf(canGenerate())("plan", () => {
  const plans = new Map<string, readonly string[]>();
  for (const { filter: text } of readCases()) {
    try {
      plans.set(text, compile(text).plan.trimEnd().split("\n"));
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
    }
  }
  const reasonsOf = (manner: string): [text: string, reason: string][] =>
    [...plans].flatMap(([text, lines]) =>
      lines
        .filter((line) => line.startsWith(manner))
        .map((line): [string, string] => [text, / {2}\((.*)\)$/.exec(line)?.[1] ?? ""]),
    );

  test("these case filters and no others need the tree", () => {
    const found = reasonsOf("evaluated");
    const textsOf = (reason: string): Set<string> =>
      new Set(found.filter(([, one]) => one === reason).map(([text]) => text));
    const byReason = found.map(([, reason]) => [reason, [...textsOf(reason)]]);
    expect(Object.fromEntries(byReason)).toEqual(EVALUATED);
    expect(plans.size).toBeGreaterThan(900);
  });

  test("tests wait for the end of the walk for these reasons and no others", () => {
    const others = reasonsOf("extracted").filter(([, reason]) => !NOTED.some((one) => one.test(reason)));
    expect(others).toEqual([]);
  });

  test.each([
    ["all ip.addr == 10.0.0.1", "fused     all ip.addr == 10.0.0.1"],
    ["@ip.src == 0a", "fused     @ip.src == 0a"],
    ["  tcp.flags & 2 ", "fused     tcp.flags & 2"],
    ["(tcp.srcport == 1 + 0)", "fused     tcp.srcport == 1 + 0"],
    ["tcp.port in { 1, 2 }", "fused     tcp.port in { 1, 2 }"],
    ["len(frame)>3", "fused     len(frame)>3"],
    ['any eth.src[0:2] contains "a"', 'fused     any eth.src[0:2] contains "a"'],
    ["tcp.port == $tcp.srcport", "extracted tcp.port == $tcp.srcport  (the right side is no constant)"],
    [`tcp.port == ${REFERENCE}`, `extracted tcp.port == ${REFERENCE}  (the right side is no constant)`],
    ["ip.src#[1-2]", "extracted ip.src#[1-2]  (layers are counted)"],
    ["{tcp.srcport + 1} == 3", "extracted {tcp.srcport + 1} == 3  (arithmetic)"],
    ['frame contains "#"', 'fused     frame contains "#"'],
  ])("%j is named whole", (text, line) => {
    expect(compile(text).plan).toBe(`${line}\n`);
  });

  test("tests that run as one are named with what joins them", () => {
    const text = `(${Array.from({ length: 16 }, (_, port) => `(tcp.port == ${port})`).join(" xor ")})`;
    expect(compile(text).plan).toContain(`extracted ${text.slice(1, -1)}  (`);
  });

  test("links of a chain are named each for itself", () => {
    expect(compile("-tcp.srcport < {tcp.dstport} < -3 + 9").plan).toBe(
      "extracted -tcp.srcport < {tcp.dstport}  (arithmetic)\nfused     {tcp.dstport} < -3 + 9\n",
    );
  });

  test("only layers of what trackers give need the tree", () => {
    const manners = (text: string): string[] =>
      compile(text)
        .plan.trimEnd()
        .split("\n")
        .map((line) => line.slice(0, 9).trimEnd());
    expect(manners("tcp.stream == 1 && ip.src#1 == 10.0.0.1")).toEqual(["fused", "extracted"]);
    expect(manners('frame contains "#" && tcp.stream == 0')).toEqual(["fused", "fused"]);
    expect(manners("ip && tcp.stream#1 == 0")).toEqual(["evaluated", "evaluated"]);
    expect(manners("frame.time_relative > 1")).toEqual(["extracted"]);
  });
});

function frameOf(hex: string): Parameters<ReturnType<typeof compile>>[0] {
  const data = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return {
    data,
    number: 1,
    timestamp: 0n,
    capturedLength: data.length,
    originalLength: data.length,
    linkType: 1,
  };
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
