/** Problems under Wireshark's expert field names. */
import type { Problem, Severity } from "../errors.ts";
import type { FieldInfo, Occurrence } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";

/** Wireshark's numbers of the severities, as `_ws.expert.severity` gives them. */
const SEVERITY: Readonly<Record<Severity, number>> = {
  chat: 0x200000,
  note: 0x400000,
  warn: 0x600000,
  error: 0x800000,
};

const NAMES: readonly (readonly [Severity, string])[] = [
  ["chat", "Chat"],
  ["note", "Note"],
  ["warn", "Warning"],
  ["error", "Error"],
];

const EMPTY = new Uint8Array(0);

/** The fields that every frame may have beside those of its protocols. */
export const EXPERT_FIELDS: readonly FieldInfo[] = [
  {
    name: "_ws.malformed",
    type: "FT_PROTOCOL",
    base: "none",
    protocol: "_ws.malformed",
    description: "Bytes that contradict their format",
  },
  {
    name: "_ws.short",
    type: "FT_PROTOCOL",
    base: "none",
    protocol: "_ws.short",
    description: "A header runs past the bytes that were captured",
  },
  {
    name: "_ws.expert",
    type: "FT_NONE",
    base: "none",
    protocol: "_ws.expert",
    description: "Something worth a look was found",
  },
  {
    name: "_ws.expert.severity",
    type: "FT_UINT32",
    base: "none",
    protocol: "_ws.expert",
    description: "How serious a finding is",
    strings: {
      kind: "values",
      rows: NAMES.map(([severity, text]) => ({ low: SEVERITY[severity], high: SEVERITY[severity], text })),
    },
  },
  {
    name: "_ws.expert.message",
    type: "FT_STRING",
    base: "none",
    protocol: "_ws.expert",
    description: "What was found",
  },
];

export function* expertOccurrences(
  problems: readonly Problem[],
  frame: Frame,
): Generator<[string, Occurrence]> {
  for (const problem of problems) {
    if (problem.code === "truncated" && frame.capturedLength < frame.originalLength) {
      yield ["_ws.short", { value: EMPTY, layer: 1, buffer: EMPTY }];
      continue;
    }
    if (problem.code === "truncated" || problem.code === "malformed") {
      yield ["_ws.malformed", { value: EMPTY, layer: 1, buffer: EMPTY }];
    }
    yield ["_ws.expert", { value: true, layer: 1 }];
    yield ["_ws.expert.severity", { value: SEVERITY[problem.severity], layer: 1 }];
    yield ["_ws.expert.message", { value: problem.message, layer: 1 }];
  }
}
