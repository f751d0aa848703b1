/** Completion reaches every field, operator, function and value string that the engine knows, at some cursor. */
import { expect, test } from "vitest";
import { createEngine } from "../../src/default-engine.ts";
import { functions } from "../../src/filter/functions.ts";
import { operators } from "../../src/filter/operators.ts";
import type { FieldInfo, ValueStrings } from "../../src/ir/fields.ts";

const engine = createEngine();
const fields = engine.fields();

/** Is `wanted` offered where `text` has been typed? */
function offers(text: string, wanted: string): boolean {
  return engine.completeFilter(text, text.length).some((one) => one.text === wanted);
}

test("fields", { timeout: 60_000 }, () => {
  expect(fields.map(({ name }) => name).filter((name) => !offers(name, name))).toEqual([]);
});

test("operators", () => {
  const starts = ["", "tcp ", "tcp.port ", "tcp.payload "];
  // Some are one character, offered before anything is typed.
  const open = new Set(
    starts.flatMap((start) => engine.completeFilter(start, start.length).map(({ text }) => text)),
  );
  const spellings = operators.flatMap((row) => row.spellings).filter((one) => !open.has(one));
  const missing = spellings.filter((one) => !starts.some((start) => offers(start + one, one)));
  expect(missing).toEqual([]);
});

test("functions", () => {
  expect(functions.map(({ name }) => name).filter((name) => !offers(name, `${name}(`))).toEqual([]);
});

function textsOf(strings: ValueStrings): readonly string[] {
  if (strings.kind === "booleans") return [strings.set, strings.clear];
  // A filter may not compare with the names of ranges.
  return strings.kind === "values" ? strings.rows.map(({ text }) => text) : [];
}

test("value strings", { timeout: 60_000 }, () => {
  const byTable = new Map<ValueStrings, FieldInfo>();
  for (const info of fields)
    if (info.strings !== undefined && info.base !== "custom") byTable.set(info.strings, info);
  const missing: string[] = [];
  let count = 0;
  for (const [strings, { name }] of byTable)
    for (const text of textsOf(strings)) {
      const quoted = `"${text.replace(/["\\]/g, "\\$&")}"`;
      count++;
      if (!offers(`${name} == ${quoted.slice(0, -1)}`, quoted)) missing.push(`${name} == ${quoted}`);
    }
  expect(missing).toEqual([]);
  expect(count).toBeGreaterThan(1000);
});
