/** Two captures of the same traffic: what a link emulator did to it is found, and nothing else. */
import { describe, expect, it } from "vitest";
import { compareCaptures, type PacketPath, type PathComparison } from "../../src/analysis/compare/compare.ts";
import { compareJson, compareText, isNotable } from "../../src/analysis/compare/text.ts";
import { createEngine } from "../../src/default-engine.ts";
import { createConversation, type Frame, openCapture } from "../../src/index.ts";
import { hasTshark, tshark } from "../differential/tshark.ts";
import { captureFiles } from "../shared.ts";

const engine = createEngine();
const shared = captureFiles();
const pathOf = (scenario: string, end: string): string =>
  shared.find((path) => path.includes(`/${scenario}/${end}.`)) ?? "";

async function compared(scenario: string): Promise<PathComparison> {
  const [client, server] = [pathOf(scenario, "client"), pathOf(scenario, "server")];
  return compareCaptures(engine, await openCapture(client), await openCapture(server));
}

const notable = ({ paths }: PathComparison): readonly PacketPath[] => paths.filter(isNotable);

/** Packets with the same addresses, ports, numbers and IP identification, counted by tshark. */
function packetsOf(path: string): string[] {
  const fields = [
    "ip.src",
    "tcp.srcport",
    "ip.dst",
    "tcp.dstport",
    "ip.id",
    "tcp.seq_raw",
    "tcp.ack_raw",
    "tcp.len",
    "tcp.flags.syn",
    "tcp.flags.fin",
    "tcp.flags.reset",
  ];
  const args = fields.flatMap((field) => ["-e", field]);
  return tshark(["-r", path, "-T", "fields", ...args])
    .stdout.split("\n")
    .filter((line) => line !== "");
}

describe.skipIf(shared.length === 0)("what a link emulator did", () => {
  it.each([
    "capable",
    "join",
    "ipv6",
    "join_mixed",
    "prio",
    "bulk_bidir",
    "addaddr_port",
    "tcp_md5",
    "bulk_down",
    "mptcp_tfo",
  ])("to %s: nothing but the time on the way", async (scenario) => {
    const found = await compared(scenario);
    expect(found.paths.filter((path) => path.fate !== "arrived" || path.changes.length > 0)).toEqual([]);
    expect(found.paired).toBe(found.packets[0]);
    // The emulator's shortest delay is 5 ms each way; the clocks are one.
    expect(found.clock?.uncertainty).toBeGreaterThan(4.9e6);
    expect(Math.abs(found.clock?.offset ?? 1e9)).toBeLessThan(1e6);
    expect(found.swapped).toBe(false);
  });

  /** Which packets a middlebox strips MP_CAPABLE, MP_JOIN and DSS from, by what the emulator was told. */
  it.each([
    ["fallback_syn", [["SYN", "mptcp.mpCapable"]]],
    ["fallback_synack", [["SYN/ACK", "mptcp.mpCapable"]]],
    [
      "fallback_join",
      [
        ["SYN", "mptcp.mpJoin"],
        ["ACK", "mptcp.mpTcprst"],
      ],
    ],
    [
      "fallback_ack",
      [
        ["ACK", "mptcp.mpCapable"],
        ["ACK", "mptcp.mpCapable"],
      ],
    ],
  ] as const)("to %s: options stripped", async (scenario, expected) => {
    const found = notable(await compared(scenario)).flatMap(({ flags, changes }) =>
      changes.map(({ kind, text }) => {
        const name = (flags & 2) === 0 ? "ACK" : (flags & 16) === 0 ? "SYN" : "SYN/ACK";
        return [name, kind, text.replace(" is gone", "")];
      }),
    );
    const stripped = found.filter(([, , id]) => id?.startsWith("mptcp."));
    expect(stripped).toEqual(expected.map(([name, id]) => [name, "option-stripped", id]));
  });

  it("to fallback_blackhole: the SYNs with MPTCP never arrive", async () => {
    const found = notable(await compared("fallback_blackhole"));
    expect(found.map(({ fate, flags }) => [fate, flags & 0x17])).toEqual(found.map(() => ["lost", 2]));
    expect(found.length).toBeGreaterThan(1);
  });

  it.each(["fail_single", "fail_bulk"])(
    "to %s: payload changed behind what was captured",
    async (scenario) => {
      const changed = notable(await compared(scenario)).filter(({ changes }) => changes.length > 0);
      const sums = (end: string): Map<string, string> => {
        const args = [
          "-T",
          "fields",
          "-e",
          "ip.id",
          "-e",
          "tcp.seq_raw",
          "-e",
          "tcp.srcport",
          "-e",
          "tcp.checksum",
        ];
        const rows = tshark(["-r", pathOf(scenario, end), ...args])
          .stdout.trim()
          .split("\n");
        return new Map(
          rows.map((row) => [row.slice(0, row.lastIndexOf("\t")), row.slice(row.lastIndexOf("\t"))]),
        );
      };
      const [client, server] = [sums("client"), sums("server")];
      const differ = [...client].filter(([key, sum]) => server.has(key) && server.get(key) !== sum);
      expect(changed.flatMap(({ changes }) => changes.map(({ kind }) => kind))).toEqual(
        differ.map(() => "payload-changed"),
      );
      expect(differ.length).toBeGreaterThan(0);
    },
  );

  it.skipIf(!hasTshark).each(["bulk_loss", "tcp_sack", "handover", "fallback_blackhole"])(
    "to %s: as many packets lost as tshark's lists differ by",
    async (scenario) => {
      const found = await compared(scenario);
      const left = new Map<string, number>();
      const count = (end: string, by: number): void => {
        for (const line of packetsOf(pathOf(scenario, end))) left.set(line, (left.get(line) ?? 0) + by);
      };
      count("client", 1);
      count("server", -1);
      const differ = [...left.values()].reduce((sum, one) => sum + Math.abs(one), 0);
      const single = found.paths.filter(({ sent, received }) => sent === undefined || received === undefined);
      expect(single).toHaveLength(differ);
      expect(single.every(({ fate }) => fate === "lost" || fate === "outside")).toBe(true);
      expect(differ).toBeGreaterThan(2);
    },
  );

  it("captures of other traffic do not pair, and it is said", async () => {
    const found = await compareCaptures(
      engine,
      await openCapture(pathOf("capable", "client")),
      await openCapture(pathOf("join", "server")),
    );
    expect(found.paired).toBe(0);
    expect(compareText(found, ["a", "b"])).toMatch(/Nothing pairs/);
  });
});

describe("what is done to a crafted conversation", () => {
  const conversation = createConversation({
    engine,
    roundTrip: 0.03,
    client: { addresses: ["10.0.0.1"] },
    server: { addresses: ["10.9.0.1"] },
  });
  conversation.connect();
  conversation.send({ from: "client", bytes: 9000, ack: "last" });
  conversation.send({ from: "server", bytes: 20_000, gap: 0.002 });
  conversation.close();
  const frames = conversation.frames.map((frame) => ({ ...frame, data: frame.data.slice() }));
  const toServer = ({ data }: Frame): boolean => data[10] === 1;

  /** The server's view: what the client sends comes 10 ms later, what it sends itself was sent 10 ms earlier; its clock runs ahead. */
  function serverView(ahead: bigint, change: (frames: Frame[]) => Frame[] = (all) => all): Frame[] {
    const moved = frames.map((frame) => ({
      ...frame,
      timestamp: (frame.timestamp ?? 0n) + ahead + (toServer(frame) ? 10_000_000n : -10_000_000n),
    }));
    return change(moved)
      .toSorted((a, b) => Number((a.timestamp ?? 0n) - (b.timestamp ?? 0n)))
      .map((frame, index) => ({ ...frame, number: index + 1 }));
  }

  async function* each(list: readonly Frame[]): AsyncGenerator<Frame> {
    yield* list;
  }
  const compare = async (client: readonly Frame[], server: readonly Frame[]): Promise<PathComparison> =>
    compareCaptures(engine, each(client), each(server));

  it.each([0n, 5_000_000_000n, -3_600_000_000_000n])(
    "a clock that is %d ns ahead is found",
    async (ahead) => {
      const found = await compare(frames, serverView(ahead));
      expect(Math.abs((found.clock?.offset ?? 0) - Number(ahead))).toBeLessThanOrEqual(1);
      expect(found.clock?.uncertainty).toBeCloseTo(10e6);
      expect(notable(found)).toEqual([]);
      expect(found.flows.map(({ delay }) => delay?.max)).toEqual([10e6, 10e6]);
      expect(compareText(found, ["a", "b"])).toMatch(/Every packet arrived as it was sent, in order/);
    },
  );

  it("captures in the wrong order are turned round", async () => {
    const found = await compare(serverView(0n), frames);
    expect(found.swapped).toBe(true);
    expect(found.flows.map(({ from }) => from)).toEqual([0, 1]);
    expect(notable(found)).toEqual([]);
  });

  it("one direction alone gives no offset", async () => {
    const found = await compare(frames.filter(toServer), serverView(0n).filter(toServer));
    expect(found.clock).toEqual({ offset: 10e6, uncertainty: undefined });
    expect(found.flows[0]?.delay?.min).toBe(0);
    expect(compareText(found, ["a", "b"])).toMatch(/one direction only/);
  });

  it("reordering, delay, loss, changes and what appears are told apart, packet by packet", async () => {
    const data = frames.filter((frame) => toServer(frame) && frame.data.length > 1000);
    const at = (index: number): number => data[index]?.number ?? 0;
    const found = await compare(
      frames,
      serverView(7_000n, (all) =>
        all.flatMap((frame) => {
          const copy = { ...frame, data: frame.data.slice() };
          const time = frame.timestamp ?? 0n;
          if (frame.number === at(0)) return [];
          // Behind the two that follow it.
          if (frame.number === at(1)) return [{ ...copy, timestamp: time + 250_000n }];
          if (frame.number === at(4)) copy.data[copy.data.length - 5] = (copy.data.at(-5) ?? 0) ^ 1;
          if (frame.number === at(5)) return [{ ...copy, timestamp: time + 400_000_000n }];
          if (frame.number === 1) copy.data[14 + 20 + 20 + 3] = 0x64;
          return [copy];
        }),
      ),
    );
    const said = notable(found).map(({ sent, fate, overtakenBy, delayed, changes }) => ({
      sent,
      fate,
      overtakenBy,
      delayed,
      changes: changes.map(({ kind, text }) => `${kind} ${text}`),
    }));
    const none = { fate: "arrived", overtakenBy: 0, delayed: false, changes: [] };
    expect(said).toEqual([
      { ...none, sent: 1, changes: ["option-altered tcp.mss: mss 1460 → 1380"] },
      { ...none, sent: at(0), fate: "lost" },
      { ...none, sent: at(1), overtakenBy: expect.any(Number) },
      {
        ...none,
        sent: at(4),
        changes: [expect.stringMatching(/^payload-changed 1 byte of the payload, the first at offset \d+$/)],
      },
      { ...none, sent: at(5), delayed: true, overtakenBy: expect.any(Number) },
    ]);
    const text = compareText(found, ["client.pcap", "server.pcap"]);
    expect(text).toMatch(/option altered: tcp\.mss: mss 1460 → 1380/);
    const json: { paths: { time: string }[] } = JSON.parse(compareJson(found));
    expect(json.paths[0]?.time).toMatch(/^\d{19}$/);
  });

  it("a packet that the near end did not send has appeared", async () => {
    const reset = frames.at(-1);
    const found = await compare(
      frames.slice(0, -1).filter(({ number }) => number !== 9),
      serverView(0n),
    );
    const fates = notable(found).map(({ received, fate }) => [received !== undefined, fate]);
    expect(reset).toBeDefined();
    expect(fates).toContainEqual([true, "appeared"]);
  });

  it("segments joined by a network card are no loss", async () => {
    const found = await compare(
      frames,
      serverView(0n, (all) => {
        const data = all.filter((frame) => toServer(frame) && frame.data.length > 1000);
        const [a, b] = data;
        if (a === undefined || b === undefined) return all;
        const payload = b.data.subarray(14 + 20 + ((b.data[14 + 20 + 12] ?? 0) >> 4) * 4);
        const joined = new Uint8Array(a.data.length + payload.length);
        joined.set(a.data);
        joined.set(payload, a.data.length);
        new DataView(joined.buffer).setUint16(16, joined.length - 14);
        const whole = { ...a, data: joined, capturedLength: joined.length, originalLength: joined.length };
        return all.flatMap((frame) => (frame === a ? [whole] : frame === b ? [] : [frame]));
      }),
    );
    expect(new Set(notable(found).map(({ fate }) => fate))).toEqual(new Set(["resegmented"]));
  });
});
