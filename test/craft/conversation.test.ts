/** Conversations as tshark and node:crypto see them. */
import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCaptureWriter, createEngine, type Frame } from "../../src/index.ts";
import { hasTshark, tshark } from "../differential/tshark.ts";
import { type Meant, randomConversation } from "./random-conversation.ts";

/** `SEEDS=5000 npx vitest run test/craft` tries more. */
const SEEDS = Number(process.env["SEEDS"] ?? 1000);
const engine = createEngine();
const folder = mkdtempSync(join(tmpdir(), "subflow-craft-"));
const file = join(folder, "all.pcapng");
const drawn: Meant[] = [];
const frames: Frame[] = [];

beforeAll(async () => {
  for (let seed = 0; seed < SEEDS; seed++) drawn.push(randomConversation(seed, engine));
  frames.push(...drawn.flatMap((one) => one.conversation.frames));
  const writer = createCaptureWriter(file);
  for (const frame of frames) await writer.write(frame);
  await writer.close();
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHECKED = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"];

/** Seed and steps of the frames that a filter finds. */
function found(filter: string): string[] {
  const numbers = tshark(["-r", file, ...CHECKED, "-Y", filter, "-T", "fields", "-e", "frame.number"])
    .stdout.split("\n")
    .filter((line) => line !== "")
    .map(Number);
  return numbers.map((number) => {
    let first = 0;
    const owner = drawn.find((one) => {
      first += one.conversation.frames.length;
      return number <= first;
    });
    return `frame ${number}: seed ${owner?.seed}, ${owner?.steps.join(", ")}`;
  });
}

describe.skipIf(!hasTshark)(`${SEEDS} conversations in tshark`, () => {
  test("nothing is malformed, no checksum wrong, no expert error", () => {
    expect(
      found(
        "_ws.malformed || _ws.expert.severity == error || tcp.checksum.status == 0 || ip.checksum.status == 0",
      ),
    ).toEqual([]);
  });

  test("no warning of MPTCP, and nothing acknowledged that was not seen", () => {
    expect(
      found(
        "mptcp.connection.echoed_key_mismatch || mptcp.connection.missing_algorithm || mptcp.connection.unsupported_algorithm || mptcp.dss.infinite_mapping || mptcp.dss.missing_mapping",
      ),
    ).toEqual([]);
    expect(
      found("tcp.analysis.ack_lost_segment || tcp.analysis.window_full || tcp.analysis.zero_window"),
    ).toEqual([]);
  });

  test("the subflows that we meant are its TCP streams", () => {
    const streams = tshark(["-r", file, "-T", "fields", "-e", "tcp.stream"])
      .stdout.trim()
      .split("\n")
      .map(Number);
    expect(Math.max(...streams) + 1).toBe(drawn.reduce((sum, one) => sum + one.subflows, 0));
  });

  test("tshark joins the subflows of a conversation by their tokens", () => {
    const streams = tshark([
      "-r",
      file,
      "-T",
      "fields",
      "-e",
      "mptcp.stream",
      "-e",
      "tcp.options.mptcp.subtype",
    ])
      .stdout.split("\n")
      .slice(0, -1)
      .map((line) => line.split("\t"));
    let at = 0;
    const split = drawn.filter(({ conversation, steps }) => {
      const rows = streams.slice(at, at + conversation.frames.length);
      at += rows.length;
      // The SYN of version 1 brings no key: tshark's first pass cannot tell its connection.
      const seen = new Set(rows.map(([stream]) => stream).filter((stream) => stream !== ""));
      return seen.size > 1 && !steps.includes("refused join");
    });
    expect(split.map((one) => `seed ${one.seed}: ${one.steps.join(", ")}`)).toEqual([]);
  });

  test("reinjected data are what tshark calls reinjections", () => {
    const of = drawn.filter((one) => one.steps.includes("reinject"));
    const numbers = new Set(
      tshark([
        "-r",
        file,
        "-o",
        "mptcp.analyze_mappings:TRUE",
        "-o",
        "mptcp.intersubflows_retransmission:TRUE",
        "-Y",
        "mptcp.reinjection_of",
        "-T",
        "fields",
        "-e",
        "frame.number",
      ])
        .stdout.trim()
        .split("\n")
        .map(Number),
    );
    let first = 0;
    const missing = drawn.filter(({ conversation, steps }) => {
      const own = conversation.frames.map((_, index) => first + index + 1);
      first += own.length;
      return steps.includes("reinject") !== own.some((number) => numbers.has(number));
    });
    expect(of.length).toBeGreaterThan(0);
    expect(missing.map((one) => `seed ${one.seed}: ${one.steps.join(", ")}`)).toEqual([]);
  });
});

describe("HMACs equal those of openssl (node:crypto)", () => {
  const be = (value: bigint, size: number): Buffer =>
    Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex");

  test("MP_JOIN: token, SYN/ACK and third ACK; ADD_ADDR", () => {
    let joins = 0;
    let announcements = 0;
    for (const { conversation, options } of drawn) {
      const hash = options.version === 0 ? "sha1" : "sha256";
      const client = conversation.facts("client");
      const server = conversation.facts("server");
      const keys = { client: be(client.key, 8), server: be(server.key, 8) };
      const digest = createHash(hash).update(keys.server).digest();
      expect(server.token).toBe(digest.readUInt32BE(0));
      expect(server.idsn).toBe(digest.readBigUInt64BE(digest.length - 8));
      let nonces: [Buffer, Buffer] = [be(0n, 4), be(0n, 4)];
      for (const frame of conversation.frames) {
        const dissection = engine.dissect(frame);
        const get = (name: string): unknown => dissection.get(`tcp.options.mptcp.${name}`);
        if (get("recvtok") !== undefined) {
          nonces = [be(BigInt(Number(get("sendrand"))), 4), nonces[1]];
        } else if (get("sendtrunchmac") !== undefined) {
          nonces = [nonces[0], be(BigInt(Number(get("sendrand"))), 4)];
        } else if (get("sendhmac") !== undefined) {
          const mac = createHmac(hash, Buffer.concat([keys.client, keys.server]))
            .update(Buffer.concat(nonces))
            .digest();
          const sent = Buffer.from(get("sendhmac") as Uint8Array);
          // Wrong ones were meant to be wrong, in their first bit pair only.
          expect(sent.subarray(1).equals(mac.subarray(1, 20))).toBe(true);
          joins++;
        }
        const announced = get("addaddrtrunchmac");
        if (announced === undefined) continue;
        const from = options.client.addresses.includes(
          String(dissection.get("ip.src") ?? dissection.get("ipv6.src")),
        )
          ? Buffer.concat([keys.client, keys.server])
          : Buffer.concat([keys.server, keys.client]);
        // RFC 8684 section 3.4.1: Address ID, address and port (zero if absent).
        const data = Buffer.from(frame.data);
        const places = [16, 18, 28, 30].map((length) => data.indexOf(Buffer.of(30, length, 0x30)));
        const at = places.find((place) => place >= 0) ?? 0;
        const size = (data[at + 1] ?? 0) - 12 - ((data[at + 1] ?? 0) % 4 === 2 ? 2 : 0);
        const port = be(BigInt(Number(get("port") ?? 0)), 2);
        const message = Buffer.concat([data.subarray(at + 3, at + 4 + size), port]);
        expect(createHmac("sha256", from).update(message).digest().readBigUInt64BE(24)).toBe(announced);
        announcements++;
      }
    }
    expect(joins).toBeGreaterThan(0);
    expect(announcements).toBeGreaterThan(0);
  });
});

test("the same seed gives the same bytes", () => {
  const [first] = drawn;
  const again = randomConversation(0, engine);
  expect(again.conversation.frames).toEqual(first?.conversation.frames);
});
