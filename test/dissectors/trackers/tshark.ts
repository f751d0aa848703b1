/** What tshark says of a capture, and trackers run over it: on rows that tshark read, and on rows of our own engine. */
import { execFileSync, spawnSync } from "node:child_process";
import { builtin } from "../../../dissectors/index.ts";
import { parseIpv4, parseIpv6 } from "../../../src/bytes/address.ts";
import { openCapture } from "../../../src/capture/open.ts";
import { TrackerRun } from "../../../src/engine/pass.ts";
import { Registry } from "../../../src/engine/registry.ts";
import type { RawValue, Tracker } from "../../../src/plugin.ts";
import { rowOf } from "./rows.ts";

export const hasTshark: boolean = spawnSync("tshark", ["-v"]).status === 0;

export type Settings = Readonly<Record<string, string | number | boolean>>;

/** Per frame and field, the values' texts. */
export type Table = readonly (readonly (readonly string[])[])[];

export function tsharkTable(path: string, fields: readonly string[], extra: readonly string[] = []): Table {
  const names = fields.flatMap((name) => ["-e", name]);
  const args = ["-n", "-r", path, ...extra, "-T", "fields", "-E", "aggregator=|", ...names];
  const text = execFileSync("tshark", args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => line.split("\t").map((cell) => (cell === "" ? [] : cell.split("|"))));
}

/** Seconds with nine decimals, as tshark writes times. */
export function timeText(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const text = `${size / 1_000_000_000n}.${String(size % 1_000_000_000n).padStart(9, "0")}`;
  return nanoseconds < 0n ? `-${text}` : text;
}

function shown(value: RawValue): string {
  if (typeof value === "bigint") return timeText(value);
  return value === true ? "1" : String(value);
}

function nanoseconds(text: string): bigint {
  return BigInt(text.replace(".", ""));
}

const preferences = (
  settings: Settings,
): { get: (name: string) => string | number | boolean | undefined } => ({
  get: (name) => settings[name],
});

/** Addresses are bytes in rows. */
function addressOrText(text: string): RawValue {
  return parseIpv4(text) ?? parseIpv6(text) ?? text;
}

/** In a header that an ICMP error quotes tshark shows the raw numbers under the other names, and no length. */
function fillQuoted(values: Map<string, RawValue[]>): void {
  if (![values.get("icmp.type"), values.get("icmpv6.type")].some((types) => types?.length)) return;
  values.set("tcp.seq_raw", values.get("tcp.seq") ?? []);
  values.set("tcp.ack_raw", values.get("tcp.ack") ?? []);
  values.set(
    "tcp.len",
    (values.get("tcp.ack") ?? []).map(() => 0),
  );
}

/** Runs trackers on rows that tshark read; the wanted fields by frame. */
export function runOnTsharkRows(
  path: string,
  trackers: readonly Tracker[],
  wanted: readonly string[],
  settings: Settings = {},
): Table {
  const own = new Set(trackers.flatMap((tracker) => tracker.provides.map(({ info }) => info.name)));
  const required = trackers.flatMap((tracker) => tracker.requires).filter((name) => !own.has(name));
  const names = [...new Set([...required, "tcp.seq", "tcp.ack"])];
  const table = tsharkTable(path, ["frame.number", "frame.time_epoch", ...names]);
  const states = trackers.map((tracker) => tracker.create(preferences(settings), () => true));
  return table.map((cells, frame) => {
    const values = new Map<string, RawValue[]>();
    for (const [column, name] of names.entries())
      values.set(name, (cells[column + 2] ?? []).map(addressOrText));
    fillQuoted(values);
    for (const name of own) values.set(name, []);
    for (const [index, tracker] of trackers.entries()) {
      const row = rowOf(
        frame + 1,
        nanoseconds(cells[1]?.[0] ?? "0"),
        (column) => values.get(tracker.requires[column] ?? "") ?? [],
      );
      states[index]?.update(row, (field, value) =>
        values.get(tracker.provides[field]?.info.name ?? "")?.push(value),
      );
    }
    return wanted.map((name) => (values.get(name) ?? []).map(shown));
  });
}

/** The same through the engine. */
export async function runOnEngine(
  path: string,
  trackers: readonly Tracker[],
  wanted: readonly string[],
  settings: Settings = {},
): Promise<Table> {
  const registry = new Registry();
  for (const dissector of builtin) registry.register(dissector);
  const run = new TrackerRun(registry, trackers, settings);
  const table: string[][][] = [];
  await using reader = await openCapture(path);
  for await (const frame of reader) {
    const dissection = run.next(frame);
    table.push(wanted.map((name) => dissection.occurrences(name).map(({ value }) => shown(value))));
  }
  return table;
}

/** Lines that differ, by frame and field: empty when the tables agree. */
export function differences(fields: readonly string[], theirs: Table, ours: Table): string[] {
  const found: string[] =
    theirs.length === ours.length ? [] : [`${theirs.length} frames, ours ${ours.length}`];
  for (const [index, cells] of theirs.entries()) {
    for (const [column, name] of fields.entries()) {
      const [a, b] = [cells[column]?.join("|") ?? "", ours[index]?.[column]?.join("|") ?? ""];
      if (a !== b) found.push(`frame ${index + 1} ${name}: tshark ${a || "nothing"}, ours ${b || "nothing"}`);
    }
  }
  return found;
}
