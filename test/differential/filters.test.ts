/** `-Y` gives the same frames as tshark, over all captures put behind each other in one file. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import type { Frame } from "../../src/ir/frame.ts";
import { captureFiles } from "../shared.ts";
import { hasTshark, tshark } from "./tshark.ts";

const folder = mkdtempSync(join(tmpdir(), "subflow-"));
afterAll(() => rmSync(folder, { recursive: true }));

const files = captureFiles();
const all = join(folder, "all.pcapng");
const merged =
  files.length > 0 &&
  hasTshark &&
  spawnSync("mergecap", ["-a", "-F", "pcapng", "-w", all, ...files]).status === 0;

const frames: Frame[] = [];
if (merged) for await (const frame of await openCapture(all)) frames.push(frame);

/** Each subtype (RFC 8684 section 8), and what the reading of a handshake asks for. */
const filters = [
  ...Array.from({ length: 9 }, (_, subtype) => `tcp.options.mptcp.subtype==${subtype}`),
  "tcp.flags.syn == 1 && !mptcp",
  "tcp.options.mptcp.datafin.flag == 1 && tcp.len == 0",
  "ip.src == 10.0.2.0/24 || ipv6",
  "tcp.port in {9001, 40000..50000} && tcp.flags.reset == 1",
  "tcp.options.sack_perm && tcp.options.mss_val < 1460",
  "tcp.stream == 7",
  "tcp.seq == 1 && tcp.ack == 1",
  "tcp.window_size > 100000",
  "frame contains 0e:1c && udp",
];

describe.skipIf(!merged)("-Y", () => {
  const engine = createEngine();
  it.each(filters)("%s", (text) => {
    const theirs = tshark(["-r", all, "-Y", text, "-T", "fields", "-e", "frame.number"]);
    expect(theirs.status).toBe(0);
    const filter = engine.compileFilter(text);
    const ours = frames.filter((frame) => filter(frame)).map((frame) => String(frame.number));
    expect(ours).toEqual(theirs.stdout.split("\n").filter((line) => line !== ""));
  });
});
