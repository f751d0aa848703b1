/** Looking a key up in a dissector table, as statements. The counterpart is the registry's `find`. */
import { type Code, code, join, type Name } from "../../codegen/code.ts";
import type { Layout } from "../../ir/nodes.ts";
import { byteBehind, moved, type Place, unsigned } from "./read.ts";
import type { SchemaTable, TableEntry } from "./tables.ts";

export interface FindInput {
  readonly table: SchemaTable | undefined;
  readonly key: Name | Code;
  /** Where the bits behind the key begin, and the index of the byte behind the data. */
  readonly magicAt: Place;
  readonly end: Name | Code;
  /** Statements for a layout that was found. They leave what stands around them, or go on behind it. */
  readonly found: (layout: Layout) => Code;
  readonly missing: Code;
  /** Keys of these layouts are tried first. */
  readonly likely?: (layout: Layout) => boolean;
}

/** Cases up to this many are tested one by one: cheaper than a jump table. */
const FEW = 6;

function magicCode(entry: TableEntry, input: FindInput): Code {
  const { magicAt, end } = input;
  const bits = entry.magic.length * 4;
  const terms = [code`${byteBehind(moved(magicAt, bits))} <= ${end}`];
  for (let at = 0; at < bits; at += 32) {
    const count = Math.min(32, bits - at);
    const digits = entry.magic.slice(at / 4, (at + count) / 4);
    terms.push(code`${unsigned(moved(magicAt, at), count)} === ${Number.parseInt(digits, 16)}`);
  }
  return join(terms, " && ");
}

/** The first entry that holds, tried in order. */
function chain(entries: readonly TableEntry[], input: FindInput, otherwise: Code): Code {
  const [first, ...rest] = entries;
  if (first === undefined) return otherwise;
  if (first.magic === "") return input.found(first.layout);
  return code`if (${magicCode(first, input)}) { ${input.found(first.layout)} } else { ${chain(rest, input, otherwise)} }`;
}

/** The same for a key that is known. */
export function findConstant(value: number, input: FindInput): Code {
  const { table, missing } = input;
  const forced = table?.forced.get(value);
  if (table === undefined) return missing;
  if (forced !== undefined) return input.found(forced);
  return chain([...(table.exact.get(value) ?? []), ...covering(table, value)], input, missing);
}

function covering(table: SchemaTable, value: number): readonly TableEntry[] {
  return table.ranges.filter((entry) => entry.low <= value && value <= entry.high);
}

/** Keys that lead to the same statements share them. */
export function findCode(input: FindInput): Code {
  const { table, key, missing } = input;
  if (table === undefined) return missing;
  const keys = new Set([...table.forced.keys(), ...table.exact.keys()]);
  const cases = new Map<string, { readonly keys: number[]; readonly body: Code }>();
  const add = (value: number, body: Code): void => {
    const known = cases.get(body.text);
    if (known === undefined) cases.set(body.text, { keys: [value], body });
    else known.keys.push(value);
  };
  let otherwise = missing;
  for (const entry of [...table.ranges].reverse()) {
    const inRange =
      entry.low === entry.high
        ? code`${key} === ${entry.low}`
        : code`${key} >= ${entry.low} && ${key} <= ${entry.high}`;
    const magic = entry.magic === "" ? inRange : code`${inRange} && ${magicCode(entry, input)}`;
    const body = input.found(entry.layout);
    if (body.text !== otherwise.text) otherwise = code`if (${magic}) { ${body} } else { ${otherwise} }`;
  }
  for (const value of keys) {
    const body = findConstant(value, input);
    if (body.text !== otherwise.text) add(value, body);
  }
  const isLikely = (value: number): boolean =>
    (table.exact.get(value) ?? []).some(({ layout }) => input.likely?.(layout) === true);
  const all = [...cases.values()];
  if (all.length === 0) return otherwise;
  const likely = all.filter((group) => group.keys.some(isLikely));
  const groups = likely.length > FEW ? all : all.filter((group) => !likely.includes(group));
  const rest = lookUp(groups, key, otherwise);
  return likely.length > FEW ? rest : ifElse(likely, key, rest);
}

interface Group {
  readonly keys: readonly number[];
  readonly body: Code;
}

function lookUp(groups: readonly Group[], key: Name | Code, otherwise: Code): Code {
  const count = groups.reduce((sum, group) => sum + group.keys.length, 0);
  if (count > FEW) {
    const labels = groups.map(
      ({ keys: values, body }) => code`${values.map((value) => code`case ${value}:`)}\n{ ${body} }\nbreak;`,
    );
    return code`switch (${key}) {\n${labels}\ndefault:\n{ ${otherwise} }\n}`;
  }
  return ifElse(groups, key, otherwise);
}

function ifElse(groups: readonly Group[], key: Name | Code, otherwise: Code): Code {
  return groups.reduceRight((rest, { keys: values, body }) => {
    const tests = join(
      values.map((value) => code`${key} === ${value}`),
      " || ",
    );
    return rest.text === ""
      ? code`if (${tests}) { ${body} }`
      : code`if (${tests}) { ${body} } else { ${rest} }`;
  }, otherwise);
}
