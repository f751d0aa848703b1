/** What the analysis makes of captures that are not as one wishes: taken twice, in parts, late, or of one direction only. */
import { describe, expect, it } from "vitest";
import { analyzeCapture } from "../../src/analysis/analyze.ts";
import type { AnalyzerOptions } from "../../src/analysis/analyzer.ts";
import type { CaptureAnalysis, ConnectionAnalysis } from "../../src/analysis/types.ts";
import { createEngine } from "../../src/default-engine.ts";
import { createConversation, type Frame, mergeCaptures, openCapture } from "../../src/index.ts";
import type { TreeNode } from "../../src/ir/tree.ts";
import { captureFiles } from "../shared.ts";
import { drawConversation } from "./drawn.ts";

const engine = createEngine();
const shared = captureFiles();
const find = (name: string): string => shared.find((path) => path.endsWith(name)) ?? "";

async function* each(frames: readonly Frame[]): AsyncGenerator<Frame> {
  for (const [index, frame] of frames.entries()) yield { ...frame, number: index + 1 };
}

const analyze = async (frames: readonly Frame[], options: AnalyzerOptions = {}): Promise<CaptureAnalysis> =>
  analyzeCapture(engine, each(frames), options);

async function framesOf(name: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of await openCapture(find(name)))
    frames.push({ ...frame, data: frame.data.slice() });
  return frames;
}

const byTime = (frames: readonly Frame[]): Frame[] =>
  frames.toSorted((a, b) => Number((a.timestamp ?? 0n) - (b.timestamp ?? 0n)));

/** What is the same whichever way the packets were captured. */
function facts(connection: ConnectionAnalysis | undefined) {
  return {
    version: connection?.version,
    frames: connection?.frames,
    hosts: connection?.hosts.map(({ key, token, bytes, reinjections, reinjectedBytes }) => ({
      key,
      token,
      bytes,
      reinjections,
      reinjectedBytes,
    })),
    streams: connection?.subflows.map(({ sides, established }) => ({
      established,
      sides: sides.map(({ segments, bytes, newBytes, retransmittedBytes }) => ({
        segments,
        bytes,
        newBytes,
        retransmittedBytes,
      })),
    })),
    checks: connection?.checks,
    fallback: connection?.fallback?.reason,
  };
}

const texts = (analysis: CaptureAnalysis): string =>
  analysis.connections.flatMap(({ observations }) => observations.map(({ text }) => text)).join("\n");

/** The TCP ports of a frame over Ethernet, changed as a translator does; checksums are left as they are. */
function translate({ data, ...rest }: Frame, change: (port: number) => number, delay: bigint): Frame {
  const copy = data.slice();
  const view = new DataView(copy.buffer);
  const tcp = 14 + (copy[12] === 8 ? ((copy[14] ?? 0) & 15) * 4 : 40);
  for (const at of [tcp, tcp + 2]) view.setUint16(at, change(view.getUint16(at)));
  return { ...rest, data: copy, timestamp: (rest.timestamp ?? 0n) + delay };
}

/** Two subflows with data both ways, an address announced, everything closed. */
function twoSubflows(seed: number, version: 0 | 1 = 1) {
  const conversation = createConversation({
    engine,
    seed,
    version,
    client: { addresses: ["10.0.0.1", "10.1.0.1"] },
    server: { addresses: ["10.9.0.1", "10.9.0.2"], port: 9000 },
  });
  conversation.connect();
  conversation.send({ from: "client", bytes: 3000 });
  conversation.addAddress({ from: "server", address: 1 });
  conversation.join({ backup: true });
  conversation.send({ from: "server", bytes: 9000, subflow: 1 });
  conversation.send({ from: "client", bytes: 500, subflow: 1 });
  conversation.close();
  return conversation;
}

describe("a capture taken at two places", () => {
  it.each([0, 1] as const)("counts each packet once (version %d)", async (version) => {
    const { frames } = twoSubflows(1, version);
    const [once] = (await analyze(frames)).connections;
    // The other place sees everything a little later.
    const later = frames.map((frame) => ({ ...frame, timestamp: (frame.timestamp ?? 0n) + 3_000_000n }));
    const both = await analyze(byTime([...frames, ...later]));
    expect(both.connections).toHaveLength(1);
    expect(facts(both.connections[0])).toEqual(facts(once));
    expect(both.connections[0]?.duplicates).toBe(frames.length);
    expect(texts(both)).toMatch(/two places of the path: \d+ frames/);
  });

  it.each([0, 1] as const)("is one connection behind a translator too (version %d)", async (version) => {
    const { frames } = twoSubflows(2, version);
    const [once] = (await analyze(frames)).connections;
    const behind = frames.map((frame) =>
      translate(frame, (port) => (port === 9000 ? port : port ^ 1), 2_000_000n),
    );
    const both = await analyze(byTime([...frames, ...behind]));
    expect(both.connections).toHaveLength(1);
    expect(facts(both.connections[0])).toEqual(facts(once));
    expect(both.connections[0]?.views.map(({ stream, of }) => [stream, of])).toEqual([
      [1, 0],
      [3, 2],
    ]);
    expect(texts(both)).toMatch(
      /stream 1 shows the packets of stream 0, stream 3 shows the packets of stream 2/,
    );
  });

  it.skipIf(shared.length === 0).each(["join", "capable", "ipv6", "addaddr", "bulk_loss", "handover"])(
    "as %s was: client and server merged by time",
    async (scenario) => {
      const paths = [find(`${scenario}/client.pcap`), find(`${scenario}/server.pcap`)];
      const [client] = (await analyzeCapture(engine, await openCapture(paths[0] ?? ""))).connections;
      const merged = mergeCaptures(await Promise.all(paths.map((path) => openCapture(path))));
      const both = await analyzeCapture(engine, merged);
      expect(both.connections).toHaveLength(1);
      const [connection] = both.connections;
      expect(connection?.hosts.map(({ bytes }) => bytes)).toEqual(client?.hosts.map(({ bytes }) => bytes));
      expect(connection?.subflows).toHaveLength(client?.subflows.length ?? 0);
      expect(connection?.checks["join-ack-hmac"]).toEqual(client?.checks["join-ack-hmac"]);
      expect(connection?.fallback).toBeUndefined();
      // Most packets were seen at both ends.
      expect(connection?.duplicates).toBeGreaterThan((connection?.frames ?? 0) * 0.9);
    },
  );
});

describe("a connection in parts", () => {
  it("captures of one link each, merged by time, are the whole", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { frames } = drawConversation(seed, engine).conversation;
      const whole = await analyze(frames);
      const addresses = (frame: Frame): string => frame.data.subarray(26, 42).toString();
      const links = [...new Set(frames.map(addresses))];
      const parts = links.map((link) => frames.filter((frame) => addresses(frame) === link));
      expect(await analyze(byTime(parts.flat()))).toEqual(whole);
    }
  });

  it("a link without the handshake is told from a late capture, and needs the server's key", async () => {
    const { frames, facts: factsOf } = twoSubflows(3);
    const link = frames.filter(({ data }) => data[27] === 1 || data[31] === 1);
    const without = await analyze(link);
    expect(without.connections[0]).toMatchObject({
      complete: false,
      checks: { "join-token": { unchecked: 1 } },
    });
    const server = factsOf("server");
    const client = factsOf("client");
    const keys = new Map([
      [server.token, server.key],
      [client.token, client.key],
    ]);
    const [known] = (await analyze(link, { keys })).connections;
    expect(known?.checks["join-token"].good).toBe(1);
    expect(known?.hosts.map(({ key }) => key)).toContain(server.key);
  });

  it("the JOIN may stand before the handshake where clocks differ", async () => {
    const { frames } = twoSubflows(4);
    const [whole] = (await analyze(frames)).connections;
    const isSecond = ({ data }: Frame): boolean => data[27] === 1 || data[31] === 1;
    const { connections } = await analyze([
      ...frames.filter(isSecond),
      ...frames.filter((one) => !isSecond(one)),
    ]);
    expect(connections).toHaveLength(1);
    expect(connections[0]?.hosts.map(({ key }) => key).sort()).toEqual(
      whole?.hosts.map(({ key }) => key).sort(),
    );
    expect(connections[0]?.complete).toBe(true);
  });
});

describe("a capture that begins late", () => {
  const { frames, facts: factsOf } = twoSubflows(5);
  const [client, server] = [factsOf("client"), factsOf("server")];

  it("says what is known, and from which frame on", async () => {
    const late = await analyze(frames.slice(4));
    expect(late.connections).toHaveLength(1);
    expect(texts(late)).toMatch(
      /known from frame 1 on, data sequence numbers from frame \d+ on.*Keys are unknown/,
    );
    // The JOIN names the server's token, which is not known.
    expect(late.connections[0]?.checks["join-ack-hmac"]).toMatchObject({ good: 0, bad: 0, unchecked: 1 });
  });

  it("puts streams together by their numbers", async () => {
    const second = frames.findIndex(({ data }) => data[27] === 1 || data[31] === 1);
    const tail = frames.slice(frames.length - 12);
    expect(second).toBeGreaterThan(0);
    const { connections } = await analyze(tail);
    expect(connections).toHaveLength(1);
    expect(connections[0]?.subflows).toHaveLength(2);
    const other = twoSubflows(6).frames;
    const two = await analyze(byTime([...tail, ...other.slice(other.length - 12)]));
    expect(two.connections).toHaveLength(2);
  });

  it("takes keys by token: numbers count from the first byte, JOINs are checked", async () => {
    const keys = new Map([
      [client.token, client.key],
      [server.token, server.key],
    ]);
    const { connections } = await analyze(frames.slice(6), { keys });
    expect(connections).toHaveLength(1);
    const [connection] = connections;
    expect(connection?.hosts.map(({ token }) => token).sort()).toEqual([client.token, server.token].sort());
    expect(connection?.checks["join-ack-hmac"].good).toBe(1);
    expect(connection?.checks["join-token"].good).toBe(1);
    const most = connection?.hosts.map(({ acknowledgedBytes }) => acknowledgedBytes).sort();
    expect(most).toEqual([3500, 9000]);
    expect(texts({ ...(await analyze(frames.slice(6), { keys })) })).toMatch(/Both keys are known/);
  });
});

describe("one direction", () => {
  it.each(["client", "server"] as const)("of the %s alone", async (side) => {
    const { frames } = twoSubflows(7);
    const number = side === "client" ? 1 : 2;
    // Hardware addresses of the client's ports end in 01:xx.
    const own = frames.filter(({ data }) => data[10] === number);
    const analysis = await analyze(own);
    const [connection] = analysis.connections;
    const [whole] = (await analyze(frames)).connections;
    const me = side === "client" ? 0 : 1;
    expect(connection?.hosts[me].bytes).toBe(whole?.hosts[me].bytes);
    const acknowledged = connection?.hosts[me === 0 ? 1 : 0].acknowledgedBytes ?? 0;
    expect(acknowledged - (whole?.hosts[me === 0 ? 1 : 0].bytes ?? 0)).toBeLessThanOrEqual(1);
    expect(connection?.fallback).toBeUndefined();
    expect(texts(analysis)).toMatch(/only what .* sent is in the capture/);
    expect(texts(analysis)).not.toMatch(/does not come into use/);
  });
});

describe("addresses and ports used again", () => {
  it("are two connections", async () => {
    const first = twoSubflows(8);
    const again = createConversation({
      engine,
      seed: 9,
      start: first.now + 5_000_000_000n,
      client: { addresses: ["10.0.0.1", "10.1.0.1"], port: portOf(first.frames[0]) },
      server: { addresses: ["10.9.0.1", "10.9.0.2"], port: 9000 },
    });
    again.connect();
    again.send({ from: "client", bytes: 700 });
    again.close();
    const { connections } = await analyze([...first.frames, ...again.frames]);
    expect(connections.map(({ hosts }) => hosts[0].bytes)).toEqual([3500, 700]);
    expect(connections.map(({ subflows }) => subflows[0]?.sides[0].end)).toEqual([
      connections[0]?.subflows[0]?.sides[0].end,
      connections[0]?.subflows[0]?.sides[0].end,
    ]);
  });
});

function portOf(frame: Frame | undefined): number {
  return frame === undefined ? 0 : new DataView(frame.data.buffer, frame.data.byteOffset).getUint16(34);
}

describe("many connections at once", () => {
  // Keys that are chosen for their IDSN are few, and connections with one key are one.
  const drawn = Array.from({ length: 40 }, (_, seed) => drawConversation(seed, engine))
    .filter(({ options }) => options.client.key === undefined)
    .map(({ conversation }) => conversation.frames);
  const spread = drawn.flatMap((frames) => {
    const start = frames[0]?.timestamp ?? 0n;
    return frames.map((frame) => ({ ...frame, timestamp: (frame.timestamp ?? 0n) - start }));
  });

  it("are each what they are alone", async () => {
    const together = await analyze(byTime(spread));
    const alone = await Promise.all(drawn.map((frames) => analyze(frames)));
    const key = (connection: ConnectionAnalysis): string =>
      `${connection.hosts[0].key} ${connection.hosts[1].token} ${connection.frames}`;
    const expected = alone
      .flatMap(({ connections }) => connections)
      .toSorted((a, b) => key(a).localeCompare(key(b)));
    const found = together.connections.toSorted((a, b) => key(a).localeCompare(key(b)));
    expect(found.map(facts)).toEqual(expected.map(facts));
    expect(together.forgotten).toBe(0);
  });

  it("are bounded, and what was left out is counted", async () => {
    const { connections, forgotten } = await analyze(byTime(spread), { maxConnections: 5 });
    expect(connections).toHaveLength(5);
    expect(forgotten).toBeGreaterThan(20);
  });
});

describe("closing", () => {
  it("at the same time is an end like any other", async () => {
    const conversation = createConversation({
      engine,
      client: { addresses: ["10.0.0.1"] },
      server: { addresses: ["10.9.0.1"] },
    });
    conversation.connect();
    conversation.send({ from: "client", bytes: 100 });
    conversation.dataFin({ from: "client" });
    conversation.dataFin({ from: "server" });
    // Both FINs are on their way before either arrives.
    conversation.segment({ from: "client", flags: ["fin", "ack"] });
    conversation.segment({ from: "server", flags: ["fin", "ack"] });
    const [connection] = (await analyze(conversation.frames)).connections;
    expect(connection?.subflows[0]?.end).toBe("fin");
    expect(connection?.hosts.map(({ dataFin }) => dataFin)).toEqual([true, true]);
    expect(connection?.hosts[0]).toMatchObject({ bytes: 100, acknowledgedBytes: 100 });
  });
});

describe.skipIf(shared.length === 0)("a mapping", () => {
  it("covers a super-segment", async () => {
    const analysis = await analyze(await framesOf("bulk_offload/client.pcap"));
    expect(analysis.connections[0]?.hosts[1].bytes).toBe(1_000_000);
    expect(analysis.connections[0]?.hosts[1].acknowledgedBytes).toBe(1_000_000);
  });
});

/** What a side sent and had acknowledged, in bytes and times. */
function traffic({ connections }: CaptureAnalysis) {
  return connections.map(({ hosts, subflows }) => ({
    hosts: hosts.map(({ key: _, token: __, idsn: ___, ...rest }) => rest),
    subflows: subflows.map(({ stream, sides }) => ({ stream, sides })),
  }));
}

function* nodesOf(nodes: readonly TreeNode[]): Generator<TreeNode> {
  for (const node of nodes) {
    yield node;
    yield* nodesOf(node.children);
  }
}

/** Numbers all data anew, whatever the width on the wire: the first byte of each side is `first`. */
function renumber(frames: readonly Frame[], idsns: readonly [bigint, bigint], first: bigint): Frame[] {
  return frames.map((frame) => {
    const dissection = engine.dissect(frame);
    const sender = dissection.get("tcp.srcport") === 9000 ? 1 : 0;
    const data = frame.data.slice();
    const view = new DataView(data.buffer);
    const nodes = [...nodesOf(dissection.layers.flatMap(({ children }) => children))];
    const shift = (name: string, side: 0 | 1): void => {
      const delta = first - idsns[side] - 1n;
      for (const node of nodes) {
        if (node.kind !== "field" || !node.views.some(({ filter }) => filter === name)) continue;
        const at = node.bitOffset / 8;
        if (node.bitLength === 64) view.setBigUint64(at, BigInt.asUintN(64, view.getBigUint64(at) + delta));
        else view.setUint32(at, Number(BigInt.asUintN(32, BigInt(view.getUint32(at)) + delta)));
      }
    };
    shift("tcp.options.mptcp.rawdataseqno", sender);
    shift("tcp.options.mptcp.rawdataack", sender === 0 ? 1 : 0);
    return { ...frame, data };
  });
}

describe("late captures whose data sequence numbers run over 2^64", () => {
  it("are what they are with any other numbers", async () => {
    let wide = 0;
    for (let seed = 0; seed < 25; seed++) {
      const { conversation } = drawConversation(seed, engine);
      const late = conversation.frames.filter(
        (frame) => !engine.dissect(frame).getAll("tcp.options.mptcp.subtype").includes(0),
      );
      const idsns = [conversation.facts("client").idsn, conversation.facts("server").idsn] as const;
      const numbered = async (first: bigint): Promise<CaptureAnalysis> =>
        analyze(renumber(late, idsns, first));
      const over = await numbered((1n << 64n) - 1500n);
      expect(traffic(over), `seed ${seed}`).toEqual(traffic(await numbered(0x1234_5678_4000_0000n)));
      if (over.connections.some(({ widths }) => widths.dsn.includes(8))) wide++;
    }
    expect(wide).toBeGreaterThan(5);
  });
});
