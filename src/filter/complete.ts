/** Completion: what may stand at the cursor. Whatever is offered was compiled first, with something legal put behind it. */
import type { Span } from "../errors.ts";
import type { FieldInfo } from "../ir/fields.ts";
import { compileFilterText } from "./compile.ts";
import { completionPlace, type Place } from "./complete-place.ts";
import type { FieldTable } from "./field-table.ts";
import { functions } from "./functions.ts";
import { operators } from "./operators.ts";
import { types } from "./types.ts";

export interface Completion {
  /** Text to insert in place of `span`. */
  readonly text: string;
  readonly kind: "field" | "operator" | "value" | "function" | "keyword";
  readonly description: string;
  readonly span: Span;
}

interface Candidate {
  readonly text: string;
  readonly kind: Completion["kind"];
  readonly description: string;
  /** How well it fits what was typed; smaller is better. */
  readonly rank: number;
  /** Texts that could follow; one of them must make the filter compile. */
  readonly tails: readonly string[];
  /** Candidates with the same key are legal or not together: whether a field may stand hangs on its type. */
  readonly key?: string;
}

const maximumCompletions = 100;

/** One constant of every family, for asking whether an operator may stand behind a value. */
const constants = [
  "1",
  '"a"',
  "00",
  "00:00:00:00:00:00",
  "0.0.0.0",
  "::",
  '"2000-01-01"',
  "00:00:00:00:00:00:00:00",
];
const operands = [...constants, ...constants.map((text) => `{${text}}`)];
const comparisons = ["", ...constants.map((text) => ` == ${text}`)];

/** 0: begins so; 1: a part behind a dot does; 2: has it somewhere; undefined: does not fit. */
function rankOf(name: string, typed: string): number | undefined {
  const low = name.toLowerCase();
  const wanted = typed.toLowerCase();
  if (low.startsWith(wanted)) return 0;
  if (low.includes(`.${wanted}`)) return 1;
  return low.includes(wanted) ? 2 : undefined;
}

function* fieldCandidates(table: FieldTable, typed: string): Iterable<Candidate> {
  for (const name of table.names()) {
    const info = table.get(name);
    const rank = rankOf(name, typed);
    if (info === undefined || rank === undefined) continue;
    const description = `${info.description} (${types[info.type].noun})`;
    yield { text: name, kind: "field", description, rank, tails: comparisons, key: typeKey(info) };
  }
}

function* operatorCandidates(typed: string, probe: string): Iterable<Candidate> {
  for (const { spellings, group, description } of operators) {
    const kind = group === "prefix" || group === "quantifier" ? "keyword" : "operator";
    const followers =
      group === "logic"
        ? [` ${probe}`]
        : kind === "keyword"
          ? [` ${probe}`, `${probe}`, ` ${probe} == ${probe}`]
          : [];
    const tails = kind === "keyword" || group === "logic" ? followers : operands.map((text) => ` ${text}`);
    const fitting = spellings.filter((spelling) => spelling.startsWith(typed));
    // Without anything typed, one spelling is enough.
    for (const text of typed === "" ? fitting.slice(0, 1) : fitting)
      yield { text, kind, description, rank: 0, tails };
  }
}

function* functionCandidates(table: FieldTable, typed: string): Iterable<Candidate> {
  const samples = [...sampleNames(table)];
  for (const { name, description } of functions) {
    const rank = rankOf(name, typed);
    if (rank === undefined) continue;
    const tails = samples.flatMap((sample) => comparisons.map((comparison) => `${sample})${comparison}`));
    yield { text: `${name}(`, kind: "function", description, rank, tails };
  }
}

function typeKey(info: FieldInfo | undefined): string {
  return `${info?.type ?? ""} ${info?.strings !== undefined}`;
}

/** One field of each type, with and without value strings. */
function* sampleNames(table: FieldTable): Iterable<string> {
  const seen = new Set<string>();
  for (const name of table.names()) {
    const key = typeKey(table.get(name));
    if (seen.has(key)) continue;
    seen.add(key);
    yield name;
  }
}

function* valueCandidates(info: FieldInfo, typed: string): Iterable<Candidate> {
  const { strings, name } = info;
  const description = (value: string): string => `${value} as ${name}`;
  if (info.type === "FT_BOOLEAN")
    for (const text of ["True", "False"]) {
      const rank = rankOf(text, typed);
      if (rank !== undefined)
        yield { text, kind: "value", description: description(text), rank, tails: [""] };
    }
  if (strings === undefined || strings.kind === "ranges") return;
  const rows =
    strings.kind === "booleans"
      ? [
          { text: strings.set, low: 1 },
          { text: strings.clear, low: 0 },
        ]
      : strings.rows;
  for (const row of rows) {
    const rank = rankOf(row.text, typed);
    const text = `"${row.text.replace(/["\\]/g, "\\$&")}"`;
    if (rank !== undefined)
      yield { text, kind: "value", description: description(String(row.low)), rank, tails: [""] };
  }
}

function* candidates(
  place: Place,
  table: FieldTable,
  isLegal: (candidate: Candidate) => boolean,
): Iterable<Candidate> {
  const { typed, quoted, field } = place;
  if (field !== undefined) yield* valueCandidates(field, typed);
  if (quoted) return;
  const [probe = "frame"] = table.names();
  if (!/[^A-Za-z_]/.test(typed) || /^[^A-Za-z0-9_.]+$/.test(typed)) yield* operatorCandidates(typed, probe);
  if (/^[^A-Za-z0-9_.]+$/.test(typed)) return;
  yield* fieldCandidates(table, typed);
  // Where no field of any type may stand, no function may.
  for (const name of sampleNames(table)) {
    const key = typeKey(table.get(name));
    if (!isLegal({ text: name, kind: "field", description: "", rank: 0, tails: comparisons, key })) continue;
    yield* functionCandidates(table, typed);
    return;
  }
}

const kindOrder: readonly Completion["kind"][] = ["value", "operator", "field", "function", "keyword"];
/** Where nothing is typed yet, the few keywords would not be found behind hundreds of fields. */
const emptyOrder: readonly Completion["kind"][] = ["value", "operator", "keyword", "field", "function"];

/** What may stand at the cursor (UTF-16 offset), best first. What stands behind the word at the cursor is not looked at. */
export function completeFilter(text: string, cursor: number, table: FieldTable): Completion[] {
  const place = completionPlace(text, cursor, table);
  if (place === undefined) return [];
  const { base, close, span } = place;
  // Failed attempts need no suggestions.
  const known: FieldTable = { get: (name) => table.get(name), names: () => [] };
  const compiles = (tail: string): boolean => {
    try {
      compileFilterText(base + tail, known);
      return true;
    } catch {
      return false;
    }
  };
  const kinds = place.typed === "" ? emptyOrder : kindOrder;
  const order = (a: Candidate, b: Candidate): number =>
    a.rank - b.rank ||
    kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
    // Operators and values keep the order of their tables.
    (a.kind === "field" ? a.text.length - b.text.length || (a.text < b.text ? -1 : 1) : 0);
  const judged = new Map<string, boolean>();
  const judge = ({ text: own, tails }: Candidate): boolean =>
    // A constant may have to stand inside the brackets that are open, or behind them.
    tails.some((tail) => compiles(own + tail + close) || (close !== "" && compiles(own + close + tail))) ||
    (close !== "" && tails.includes("") && comparisons.some((tail) => compiles(own + close + tail)));
  const isLegal = (candidate: Candidate): boolean => {
    if (candidate.key === undefined) return judge(candidate);
    const legal = judged.get(candidate.key) ?? judge(candidate);
    judged.set(candidate.key, legal);
    return legal;
  };
  const found: Completion[] = [];
  for (const candidate of [...candidates(place, table, isLegal)].sort(order)) {
    if (found.length >= maximumCompletions) break;
    if (isLegal(candidate))
      found.push({ text: candidate.text, kind: candidate.kind, description: candidate.description, span });
  }
  return found;
}
