/** Edits: what changes, what stays, and that checksums stay as right or wrong as they were. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { createConversation } from "../../src/craft/conversation/conversation.ts";
import { editFrame } from "../../src/craft/edit/edit.ts";
import { parseAssignment } from "../../src/craft/edit/set-field.ts";
import { CraftError, createEngine, type Frame } from "../../src/index.ts";

const engine = createEngine();

function sample(v6: boolean): readonly Frame[] {
  const conversation = createConversation({
    engine,
    client: { addresses: v6 ? ["2001:db8::1"] : ["192.0.2.1"] },
    server: { addresses: v6 ? ["2001:db8::2"] : ["198.51.100.1"] },
  });
  conversation.connect();
  conversation.send({ from: "client", bytes: 333 });
  conversation.priority({ from: "server", backup: true });
  conversation.close();
  return conversation.frames;
}

const verified = (frame: Frame): readonly string[] =>
  engine
    .dissect(frame, { verifyChecksums: true })
    .problems.filter((one) => one.code === "bad-checksum")
    .map((one) => one.layer);

describe.each([false, true])("IPv6: %s", (v6) => {
  const frames = sample(v6);

  test("setting fields keeps right checksums right", () => {
    const assignments = [
      "tcp.window_size_value=7",
      "tcp.dstport=80",
      ...(v6 ? ["ipv6.src=2001:db8::99"] : ["ip.src=10.9.8.7", "ip.ttl=3"]),
    ].map(parseAssignment);
    for (const frame of frames) {
      const { frame: edited, changed } = editFrame(engine, frame, { set: assignments });
      expect(changed).toBe(true);
      expect(verified(edited)).toEqual([]);
      expect(engine.dissect(edited).get("tcp.dstport")).toBe(80);
      expect(edited.data.length).toBe(frame.data.length);
    }
  });

  test("dropping and inserting options moves lengths and checksums along", () => {
    const dropped = engine.compileFilter("tcp.options.mptcp.subtype == 2");
    const inserted = [fromHex("1c048001") ?? new Uint8Array(0)];
    for (const frame of frames) {
      const { frame: edited } = editFrame(engine, frame, { dropOptions: [dropped], insertOptions: inserted });
      const after = engine.dissect(edited);
      expect(verified(edited)).toEqual([]);
      expect(after.getAll("tcp.options.mptcp.subtype")).not.toContain(2);
      expect(after.get("tcp.options.user_to")).toBeDefined();
      expect(after.get("tcp.len")).toBe(engine.dissect(frame).get("tcp.len"));
      expect(edited.originalLength - frame.originalLength).toBe(edited.data.length - frame.data.length);
    }
  });

  test("a snapped packet's checksum is that of the whole edited packet", () => {
    const whole = frames.find((frame) => frame.data.length > 300);
    if (whole === undefined) throw new TypeError("no data frame");
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff }),
        fc.integer({ min: 94, max: whole.data.length - 1 }),
        (window, size) => {
          const set = [parseAssignment(`tcp.window_size_value=${window}`)];
          const snapped = { ...whole, data: whole.data.slice(0, size), capturedLength: size };
          const cut = editFrame(engine, snapped, { set }).frame;
          const full = editFrame(engine, whole, { set }).frame;
          expect(toHex(cut.data)).toBe(toHex(full.data.subarray(0, size)));
          expect(verified(full)).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });
});

test("the frame given is not changed, and no edit means the same frame", () => {
  const [frame] = sample(false);
  if (frame === undefined) throw new TypeError("no frame");
  const before = toHex(frame.data);
  editFrame(engine, frame, { set: [parseAssignment("ip.ttl=1")] });
  expect(toHex(frame.data)).toBe(before);
  expect(editFrame(engine, frame, { set: [parseAssignment("udp.srcport=1")] })).toEqual({
    frame,
    changed: false,
  });
});

test("wrong checksums stay wrong; those set by hand and with keepChecksums stay as they are", () => {
  const [, , , data] = sample(false);
  if (data === undefined) throw new TypeError("no frame");
  const wrong = editFrame(engine, data, { set: [parseAssignment("tcp.checksum=0x1234")] }).frame;
  expect(verified(wrong)).toEqual(["tcp"]);
  expect(verified(editFrame(engine, wrong, { set: [parseAssignment("tcp.srcport=1")] }).frame)).toEqual([
    "tcp",
  ]);
  expect(
    verified(editFrame(engine, data, { set: [parseAssignment("ip.ttl=9")], keepChecksums: true }).frame),
  ).toEqual(["ipv4"]);
});

test.each([
  ["ip.ttl=256", "out-of-range"],
  ["ip.src=1.2.3", "bad-type"],
  ["ip.ttl", "bad-input"],
  ["tcp.options.mptcp.sendkey=red", "bad-type"],
])("%s is refused", (text, code) => {
  const frame = sample(false)[2];
  if (frame === undefined) throw new TypeError("no frame");
  const run = (): unknown => editFrame(engine, frame, { set: [parseAssignment(text)] });
  expect(run).toThrow(CraftError);
  expect(run).toThrow(expect.objectContaining({ code }));
});

test("options that no longer fit are refused as a whole", () => {
  const frame = sample(false)[2];
  if (frame === undefined) throw new TypeError("no frame");
  const insertOptions = [
    Uint8Array.from({ length: 20 }, (_, index) => (index === 0 ? 253 : index === 1 ? 20 : 0)),
  ];
  expect(() => editFrame(engine, frame, { insertOptions })).toThrow(
    expect.objectContaining({ code: "too-long" }),
  );
});

test("every length outside follows an option: PPPoE over Ethernet", () => {
  const data = engine.craft([
    { id: "ethernet", value: { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:02" } },
    { id: "pppoe", value: { code: 0, sessionId: 1 } },
    { id: "ppp", value: { variant: "plain" } },
    { id: "ipv4", value: { source: "192.0.2.1", destination: "192.0.2.2" } },
    { id: "tcp", value: { sourcePort: 1, destinationPort: 2, syn: true }, payload: Uint8Array.of(1, 2, 3) },
  ]);
  const [like] = sample(false);
  if (like === undefined) throw new TypeError("no frame");
  const frame = { ...like, data, capturedLength: data.length, originalLength: data.length };
  const { frame: edited } = editFrame(engine, frame, {
    insertOptions: [fromHex("1c048001") ?? new Uint8Array(0)],
  });
  const [before, after] = [engine.dissect(frame), engine.dissect(edited)];
  for (const name of ["pppoe.payload_length", "ip.len"])
    expect(after.get(name)).toBe(Number(before.get(name)) + 4);
  expect(after.get("tcp.len")).toBe(3);
  expect(after.problems).toEqual([]);
  expect(verified(edited)).toEqual([]);
});
