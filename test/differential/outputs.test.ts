/**
 * `-T jsonraw`, `ek` and `pdml`: at every key path the same values as tshark's, for every field that both know. Findings
 * (FT_NONE) are compared by frame in the test of `-T json`; values without bytes are compared without their place.
 */
import { describe, expect, it } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { subflow } from "../cli/run.ts";
import { captureFiles } from "../shared.ts";
import { Deviations } from "./deviations.ts";
import { readJsonPaths } from "./json-paths.ts";
import { readPdmlPaths } from "./pdml-paths.ts";
import { hasTshark, tshark } from "./tshark.ts";

process.env["TZ"] = "UTC";

const CAPTURES =
  /\/(addaddr|tcp_sack|tcp_md5|tcp_tfo|ipv6|prio|fastclose|fail_single)\/client\.pcap$|(QinQ|dhcp-rfc4388)\.pcap$/;
const files = captureFiles().filter((file) => CAPTURES.test(file));

const engine = createEngine();
const infos = new Map(engine.fields().map((info) => [info.name, info]));
/** As Elasticsearch's keys are written: `tcp_tcp_flags_syn`. */
const byEkKey = new Map(
  [...infos.keys()].flatMap((name) => {
    const key = name.replaceAll(".", "_");
    const [owner = ""] = key.split("_");
    return [key, `${owner}_${key}`, `ipv6_${key}`, `eth_${key}`].map((spelled) => [spelled, name] as const);
  }),
);

type Paths = ReadonlyMap<string, readonly string[]>;

const lastKey = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

interface Shape {
  readonly read: (text: string) => readonly Paths[];
  /** Name of the field at a path. */
  readonly name: (path: string) => string | undefined;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  jsonraw: {
    read: readJsonPaths,
    name: (path) => (path.endsWith("_raw") ? lastKey(path).slice(0, -"_raw".length) : undefined),
  },
  ek: {
    read: (text) =>
      readJsonPaths(
        `[${text
          .trim()
          .split("\n")
          .filter((_, index) => index % 2 === 1)
          .join(",")}]`,
      ),
    name: (path) => byEkKey.get(lastKey(path)),
  },
  pdml: { read: readPdmlPaths, name: lastKey },
};

/** A value without bytes has no place either. */
function withoutPlace(texts: readonly string[], kind: string): string {
  const text = texts.join("|");
  return kind === "jsonraw" ? text.replaceAll(/(^|\|)\|\d+\|0\|0\|/g, "$1||0|0|") : text;
}

function comparable(frame: Paths, kind: string, shape: Shape): Map<string, string> {
  const found = new Map<string, string>();
  for (const [path, texts] of frame) {
    const info = infos.get(shape.name(path) ?? "");
    if (info === undefined || info.type === "FT_NONE" || info.name.startsWith("_ws.")) continue;
    found.set(path, withoutPlace(texts, kind));
  }
  return found;
}

describe.skipIf(!hasTshark || files.length === 0).each(Object.entries(SHAPES))("-T %s", (kind, shape) => {
  const deviations = new Deviations(engine);
  const settings = deviations.settings.flatMap((setting) => ["-o", setting]);
  const off = deviations.payloads.flatMap((protocol) => ["--disable-protocol", protocol]);
  it.each(files)("%s", async (file) => {
    const theirs = shape.read(tshark(["-r", file, "-T", kind, ...off, ...settings]).stdout);
    const ours = shape.read((await subflow("-n", "-r", file, "-T", kind)).stdout);
    expect(ours.length).toBe(theirs.length);
    const pass = engine.createPass({ columns: [...infos.keys()] });
    const wrong: string[] = [];
    let compared = 0;
    let index = 0;
    for await (const frame of await openCapture(file)) {
      const { dissection } = pass.next(frame);
      const expected = comparable(theirs[index] ?? new Map(), kind, shape);
      const found = comparable(ours[index] ?? new Map(), kind, shape);
      index++;
      compared += expected.size;
      for (const path of new Set([...expected.keys(), ...found.keys()])) {
        const name = shape.name(path) ?? "";
        if (expected.get(path) === found.get(path) || OTHER_PLACE.has(name)) continue;
        if (deviations.explain(name, dissection) !== undefined) continue;
        wrong.push(`frame ${frame.number} ${path}: ours ${found.get(path)}, tshark ${expected.get(path)}`);
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });
});

/** tshark puts the first under the checksum where the sender made none; the second on the byte that the addresses begin at. */
const OTHER_PLACE: ReadonlySet<string> = new Set(["udp.checksum.status", "mptcp.rm_addr.count"]);
