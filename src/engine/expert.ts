/** Findings and problems under Wireshark's expert field names. */
import { isCut, type Problem, type ProblemCode } from "../errors.ts";
import type { FieldInfo, FieldSource, Finding, FindingGroup, Occurrence, RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";

/** Wireshark's numbers of the severities, as `_ws.expert.severity` gives them. */
const SEVERITY: Readonly<Record<Finding["severity"], number>> = {
  comment: 0x100000,
  chat: 0x200000,
  note: 0x400000,
  warn: 0x600000,
  error: 0x800000,
};

const NAMES: readonly (readonly [Finding["severity"], string])[] = [
  ["comment", "Comment"],
  ["chat", "Chat"],
  ["note", "Note"],
  ["warn", "Warning"],
  ["error", "Error"],
];

/** Wireshark numbers them from 1, shifted by 24 bits. */
const GROUPS: readonly FindingGroup[] = [
  "checksum",
  "sequence",
  "response",
  "request",
  "undecoded",
  "reassemble",
  "malformed",
  "debug",
  "protocol",
  "security",
  "comment",
  "decryption",
  "assumption",
  "deprecated",
];

function groupNumber(group: FindingGroup): number {
  return (GROUPS.indexOf(group) + 1) << 24;
}

/** What a problem with bytes is about. */
function groupOf(code: ProblemCode): FindingGroup {
  switch (code) {
    case "truncated":
    case "malformed":
    case "bad-length":
    case "illegal-length":
    case "trailing-bytes":
      return "malformed";
    case "bad-checksum":
      return "checksum";
    case "unknown-variant":
    case "nesting-limit":
      return "undecoded";
    case "reserved-set":
    case "wrong-context":
    case "const-mismatch":
    case "bad-value":
      return "protocol";
  }
}

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
    name: "_ws.expert.group",
    type: "FT_UINT32",
    base: "none",
    protocol: "_ws.expert",
    description: "What a finding is about",
    strings: {
      kind: "values",
      rows: GROUPS.map((group) => ({
        low: groupNumber(group),
        high: groupNumber(group),
        text: group.charAt(0).toUpperCase() + group.slice(1),
      })),
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

/** Names of the fields of expert items, which rest on all findings. */
export function isExpertField(name: string): boolean {
  return name.startsWith("_ws.expert");
}

/** One item of expert information. */
export interface ExpertItem {
  readonly severity: number;
  readonly group: number;
  readonly message: string;
}

function itemOf(finding: Finding, description: string, about: RawValue | undefined): ExpertItem {
  const message = (finding.message ?? description).replace("{}", String(about ?? ""));
  return { severity: SEVERITY[finding.severity], group: groupNumber(finding.group), message };
}

/** What the field's presence tells, `about` being the value that it is about; undefined for fields that are no findings. */
export function expertItem(info: FieldInfo | undefined, about: RawValue | undefined): ExpertItem | undefined {
  return info?.finding === undefined ? undefined : itemOf(info.finding, info.description, about);
}

function* expertFields(item: ExpertItem, layer: number): Generator<[string, Occurrence]> {
  yield ["_ws.expert", { value: true, layer }];
  yield ["_ws.expert.severity", { value: item.severity, layer }];
  yield ["_ws.expert.group", { value: item.group, layer }];
  yield ["_ws.expert.message", { value: item.message, layer }];
}

/** Headers that a finding tells of: it counts once in each, however often its field is shown. */
function headersOf(found: readonly Occurrence[]): ReadonlySet<number> {
  return new Set(found.map(({ layer }) => layer));
}

/** Findings that dissectors declare, in the order of their declaration. */
export function* findingOccurrences(
  fields: { get(name: string): FieldInfo | undefined },
  findings: ReadonlyMap<string, Finding>,
  source: FieldSource,
): Generator<[string, Occurrence]> {
  for (const [name, finding] of findings) {
    const found = source(name);
    if (found.length === 0) continue;
    const about = finding.about === undefined ? undefined : source(finding.about)[0]?.value;
    const item = itemOf(finding, fields.get(name)?.description ?? name, about);
    for (const layer of headersOf(found)) yield* expertFields(item, layer);
  }
}

/** A problem with bytes as an item. */
function problemItem({ code, severity, message }: Problem): ExpertItem {
  return { severity: SEVERITY[severity], group: groupNumber(groupOf(code)), message };
}

/** Problems with bytes; those that are `ranked` are told of as findings. */
export function* problemOccurrences(
  problems: readonly Problem[],
  frame: Frame,
  ranked: (problem: Problem) => boolean,
): Generator<[string, Occurrence]> {
  for (const problem of problems) {
    const { code } = problem;
    if (isCut(problem)) {
      if (frame.capturedLength < frame.originalLength)
        yield ["_ws.short", { value: EMPTY, layer: 1, buffer: EMPTY }];
      continue;
    }
    if (code === "truncated" || code === "malformed") {
      yield ["_ws.malformed", { value: EMPTY, layer: 1, buffer: EMPTY }];
    }
    if (!ranked(problem)) yield* expertFields(problemItem(problem), 1);
  }
}
