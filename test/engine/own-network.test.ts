/** A network protocol of one's own takes every part that IP takes for those above it: the schema says it, no code knows IP. */
import { describe, expect, test } from "vitest";
import { fromHex } from "../../src/bytes/hex.ts";
import { createCraftInput } from "../../src/craft/input.ts";
import { createEngine, type Frame } from "../../src/index.ts";

const network = {
  id: "acme",
  role: "header",
  title: "Acme network",
  spec: "none",
  protocol: { filter: "acme", title: "Acme network", layer: true },
  match: { table: "ethertype", key: 0x88b5 },
  fields: [
    { name: "carries", type: "u8", compute: "next" },
    {
      name: "bits",
      type: "group",
      fields: [
        { name: "more", type: "flag" },
        { name: "spare", type: "bits", bits: 7, reserved: true },
      ],
    },
    { name: "from", type: "ipv4" },
    { name: "to", type: "ipv4" },
  ],
  payload: {
    pseudoHeader: { source: "from", destination: "to", mandatory: true },
    fragment: "more",
    next: [{ table: "ip.proto", key: "carries", via: "acme.carries" }],
  },
};
/** A transport with a context of its own: the probe belongs in calls only. */
const transport = {
  id: "acmeTransport",
  role: "header",
  title: "Acme transport",
  spec: "none",
  match: { table: "ip.proto", key: 253 },
  headerLength: { field: "words", scale: 4 },
  fields: [
    { name: "words", type: "u8", compute: "headerSize" },
    { name: "mode", type: "u8" },
    { name: "options", type: "options", envelope: "acme.option", context: "mode" },
  ],
};
const envelope = {
  id: "acme.option",
  role: "envelope",
  title: "Acme option",
  spec: "none",
  envelope: {
    table: "acme.option",
    key: "kind",
    length: { field: "length" },
    single: [9],
    filler: 9,
    context: { CALL: 1, REPLY: 2 },
  },
  fields: [
    { name: "kind", type: "u8" },
    { name: "length", type: "u8", compute: "size" },
  ],
};
const probe = {
  id: "acme.probe",
  role: "option",
  title: "Acme probe",
  spec: "none",
  within: "acme.option",
  match: { table: "acme.option", key: 1 },
  length: [3],
  contexts: [{ set: ["CALL"], clear: ["REPLY"] }],
  fields: [{ name: "value", type: "u8" }],
};
const filler = {
  id: "acme.filler",
  role: "option",
  title: "Acme filler",
  spec: "none",
  within: "acme.option",
  match: { table: "acme.option", key: 9 },
  fields: [],
};
const schemas = [network, envelope, probe, filler, transport];

const engine = createEngine();
for (const schema of schemas) engine.loadSchema(schema);

const ethernet = {
  id: "ethernet",
  value: { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:02" },
};
const tcp = { id: "tcp", value: { sourcePort: 1, destinationPort: 2, ack: true } };
const frameOf = (data: Uint8Array): Frame => ({
  data,
  number: 1,
  timestamp: 0n,
  capturedLength: data.length,
  originalLength: data.length,
  linkType: 1,
  interfaceId: 0,
});
const badChecksums = (data: Uint8Array): readonly string[] =>
  engine
    .dissect(frameOf(data), { verifyChecksums: true })
    .problems.filter(({ code }) => code === "bad-checksum")
    .map(({ layer }) => layer);

describe("its addresses are the pseudo-header", () => {
  const ends = { from: "192.0.2.1", to: "192.0.2.2" };
  const payload = Uint8Array.of(1, 2, 3);
  const over = engine.craft([ethernet, { id: "acme", value: ends }, { ...tcp, payload }]);

  test("as IPv4's with the same addresses", () => {
    const ip = { id: "ipv4", value: { source: ends.from, destination: ends.to } };
    const same = engine.craft([ethernet, ip, { ...tcp, payload }]);
    expect(over.subarray(14 + 10)).toEqual(same.subarray(14 + 20));
    expect(badChecksums(over)).toEqual([]);
  });

  test("a wrong checksum is told, but not of a fragment", () => {
    const wrong = Uint8Array.from(over);
    wrong[14 + 2] = 193;
    expect(badChecksums(wrong)).toEqual(["tcp"]);
    wrong[14 + 1] = 0x80;
    expect(badChecksums(wrong)).toEqual([]);
  });

  test("a checksum that may not be left out", () => {
    const udp = {
      id: "udp",
      value: { sourcePort: 1, destinationPort: 2, checksum: 0 },
      fix: { checksum: 0 },
    };
    const none = engine.craft([ethernet, { id: "acme", value: ends }, udp]);
    expect(engine.dissect(frameOf(none)).get("udp.checksum.status")).toBe(4);
  });

  test("what stands between is listed", () => {
    expect(engine.dissect(frameOf(over)).get("frame.protocols")).toBe(
      "eth:ethertype:acme:acme.carries:tcp:data",
    );
  });
});

describe("its options", () => {
  const layers = (mode: number) => [
    ethernet,
    { id: "acme", value: { from: "192.0.2.1", to: "192.0.2.2" } },
    { id: "acmeTransport", value: { mode, options: ["acme.probe{value=7}"] } },
  ];

  test("are filled up to the header's unit", async () => {
    const input = createCraftInput({ schemas });
    const bytes = await input.packet(layers(1));
    expect(bytes.subarray(24)).toEqual(fromHex("02010103" + "07090909"));
  });

  test.each([
    [1, []],
    [3, ["wrong-context"]],
    [0, ["wrong-context"]],
  ])("belong where the mode is %d: %j", async (mode, problems) => {
    const bytes = await createCraftInput({ schemas }).packet(layers(mode));
    expect(engine.dissect(frameOf(bytes)).problems.map(({ code }) => code)).toEqual(problems);
  });
});
