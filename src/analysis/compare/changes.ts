/** What happened to one packet between two places. */
import type { Engine, ParsedOption } from "../../engine/api.ts";
import type { Packet } from "./packets.ts";

export type ChangeKind =
  | "option-stripped"
  | "option-added"
  | "option-altered"
  | "options-moved"
  | "payload-changed"
  | "header-changed";

export interface Change {
  readonly kind: ChangeKind;
  readonly text: string;
}

const NOPS: ReadonlySet<string> = new Set(["tcp.nop", "tcp.endOfOptions", "padding"]);
const HEADER = ["acknowledgment", "window", "urgent", "flags", "service"] as const;

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function valueText(value: unknown): string {
  if (typeof value === "bigint") return `0x${value.toString(16)}`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Members of two options of one kind that differ. */
function differences(before: ParsedOption, after: ParsedOption): string {
  const [a, b] = [before.value ?? {}, after.value ?? {}] as Record<string, unknown>[];
  const names = [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])];
  return names
    .filter((name) => valueText(a?.[name]) !== valueText(b?.[name]))
    .map((name) => `${name} ${valueText(a?.[name])} → ${valueText(b?.[name])}`)
    .join(", ");
}

function optionChanges(engine: Engine, before: Uint8Array, after: Uint8Array): Change[] {
  if (equalBytes(before, after)) return [];
  const sent = engine.parseOptions(before).filter(({ id }) => !NOPS.has(id));
  const left = engine.parseOptions(after).filter(({ id }) => !NOPS.has(id));
  const changes: Change[] = [];
  const count = sent.length;
  // What is unchanged first, so that of two options of one kind the right one is said to be gone.
  const gone = sent.filter((option) => {
    const same = left.findIndex(({ raw }) => equalBytes(raw ?? before, option.raw ?? after));
    if (same >= 0) left.splice(same, 1);
    return same < 0;
  });
  for (const option of gone) {
    const altered = left.findIndex(({ id }) => id === option.id);
    const other = left[altered];
    if (other === undefined) changes.push({ kind: "option-stripped", text: `${option.id} is gone` });
    else {
      left.splice(altered, 1);
      changes.push({ kind: "option-altered", text: `${option.id}: ${differences(option, other)}` });
    }
  }
  for (const option of left) changes.push({ kind: "option-added", text: `${option.id} is new` });
  if (changes.length === 0 && count > 0)
    changes.push({ kind: "options-moved", text: "order or padding of the options" });
  return changes;
}

function payloadChanges(before: Packet, after: Packet, headersEqual: boolean): Change[] {
  const common = Math.min(before.payload.length, after.payload.length);
  let first = -1;
  let count = 0;
  for (let at = 0; at < common; at++) {
    if (before.payload[at] === after.payload[at]) continue;
    if (first < 0) first = at;
    count++;
  }
  if (count > 0) {
    const text = `${count} byte${count === 1 ? "" : "s"} of the payload, the first at offset ${first}`;
    return [{ kind: "payload-changed", text }];
  }
  // A translator of addresses would change it too, but then nothing would have paired.
  if (common < before.length && headersEqual && before.checksum !== after.checksum) {
    return [
      {
        kind: "payload-changed",
        text: `payload behind the ${common} bytes that were captured: the TCP checksum differs`,
      },
    ];
  }
  return [];
}

export function changesOf(engine: Engine, before: Packet, after: Packet): readonly Change[] {
  const options = optionChanges(engine, before.options, after.options);
  const header = HEADER.filter((name) => before[name] !== after[name]).map(
    (name): Change => ({ kind: "header-changed", text: `${name} ${before[name]} → ${after[name]}` }),
  );
  const tcpEqual = options.length === 0 && header.every(({ text }) => text.startsWith("service"));
  return [...options, ...header, ...payloadChanges(before, after, tcpEqual)];
}
