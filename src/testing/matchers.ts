/**
 * Matchers for vitest and whatever else takes `expect.extend` of the same shape (Jest). `import "subflow/testing/vitest"` registers
 * them; `expect.extend(createMatchers({ dissectors }))` does it with plugins.
 */
import { fromHex, toHex } from "../bytes/hex.ts";
import { createEngine } from "../default-engine.ts";
import type { Engine, Filter, ParsedObject, ParsedOption, ShapeOf } from "../engine/api.ts";
import { CraftError } from "../errors.ts";
import { formatFieldText } from "../ir/format.ts";
import { asFrame, type FrameLike, isFrameLike, type Leaf, leavesOf, MAX_AREA } from "./leaves.ts";
import type { WorldOptions } from "./world.ts";

/** What the matchers add to `expect(…)`. */
export interface SubflowMatchers<R = unknown> {
  /**
   * The TCP options hold one of this schema, with at least these values.
   *
   * Of a frame (bytes of more than 40 begin with an Ethernet header), of an option area (up to 40 bytes), or of what
   * `parseOptions` gave.
   *
   * @example expect(frame).toHaveOption("mptcp.mpJoin", { variant: "syn", backup: false });
   */
  toHaveOption<Id extends string>(id: Id, value?: Partial<ShapeOf<Id>>): R;
  /** The frame passes a display filter. Fields that need earlier frames know of this one alone. */
  toMatchFilter(filter: string): R;
  /** The same bytes; the message names the fields that differ. `expected` may be hex digits. */
  toEqualBytes(expected: Uint8Array | string): R;
}

interface MatcherState {
  readonly isNot?: boolean;
  equals(a: unknown, b: unknown): boolean;
}

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

type Matcher<Given extends readonly unknown[]> = (
  this: MatcherState,
  received: unknown,
  ...given: Given
) => MatcherResult;

export interface Matchers {
  readonly toHaveOption: Matcher<[id: string, value?: ParsedObject]>;
  readonly toMatchFilter: Matcher<[filter: string]>;
  readonly toEqualBytes: Matcher<[expected: Uint8Array | string]>;
}

function refuse(matcher: string, wanted: string, received: unknown): never {
  const shown = received === null ? "null" : Array.isArray(received) ? "a list" : `a ${typeof received}`;
  throw new CraftError("bad-type", matcher, `wants ${wanted}, given ${shown}`);
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === "bigint") return `0x${value.toString(16)}`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value !== "object" || value === null) return typeof value === "string" ? value : String(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${show(one)}`)
    .join(", ")} }`;
}

function optionText({ id, value, raw, problems = [] }: ParsedOption): string {
  const notes = problems.map(({ code }) => ` <${code}>`).join("");
  return `  ${id} ${value === undefined ? toHex(raw ?? new Uint8Array(0)) : show(value)}${notes}`;
}

function optionsOf(engine: Engine, received: unknown): readonly ParsedOption[] {
  // Every entry of such a list is one: their ids are compared, nothing else is taken for granted.
  if (Array.isArray(received)) return received as readonly ParsedOption[];
  if (!isFrameLike(received))
    refuse("toHaveOption", "a frame, an option area or a list of options", received);
  if (received instanceof Uint8Array && received.length <= MAX_AREA) return engine.parseOptions(received);
  const tcp = engine.dissect(asFrame(received)).layers.findLast(({ id }) => id === "tcp");
  const list = tcp?.value["options"];
  return Array.isArray(list) ? list : [];
}

/** Lines of 16 bytes of both, those that differ marked. */
function dumpLines(received: Uint8Array, expected: Uint8Array): readonly string[] {
  const width = 16;
  const row = (bytes: Uint8Array, at: number): string =>
    toHex(bytes.subarray(at, at + width), " ").padEnd(3 * width - 1);
  const lines: string[] = [];
  for (let at = 0; at < Math.max(received.length, expected.length); at += width) {
    const offset = at.toString(16).padStart(4, "0");
    const marks = Array.from({ length: width }, (_, i) =>
      received[at + i] === expected[at + i] ? "  " : "^^",
    ).join(" ");
    if (!marks.includes("^")) {
      lines.push(`${offset}  ${row(received, at).trimEnd()}`);
      continue;
    }
    lines.push(
      `${offset}  ${row(received, at)} received`,
      `      ${row(expected, at)} expected`,
      `      ${marks.trimEnd()}`,
    );
  }
  return lines;
}

/** Fields that a differing byte belongs to, on either side. */
function fieldLines(
  engine: Engine,
  received: Uint8Array,
  expected: Uint8Array,
  linkType: number,
): readonly string[] {
  const differs = ({ from, to }: Leaf): boolean => {
    for (let at = from >> 3; at < (to + 7) >> 3; at++) if (received[at] !== expected[at]) return true;
    return false;
  };
  const sides = [received, expected].map((bytes) => leavesOf(engine, bytes, linkType).filter(differs));
  const lines = new Map<string, [string?, string?]>();
  for (const [side, leaves] of sides.entries())
    for (const { path, from, text } of leaves) {
      const key = `${(from >> 3).toString(16).padStart(4, "0")}  ${path}`;
      const entry = lines.get(key) ?? [];
      entry[side] = text;
      lines.set(key, entry);
    }
  return [...lines]
    .filter(([, [ours, theirs]]) => ours !== theirs)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([key, [ours = "(not there)", theirs = "(not there)"]]) =>
        `${key}  received ${ours}, expected ${theirs}`,
    );
}

/** The matchers, for `expect.extend`. `options.dissectors`: plugins, with the built-in ones. */
export function createMatchers(options: WorldOptions = {}): Matchers {
  const engine = createEngine(options);
  const filters = new Map<string, Filter>();
  return {
    toHaveOption(received, id, value = {}) {
      const list = optionsOf(engine, received);
      const same = list.filter((option) => option.id === id);
      const wrong = (option: ParsedOption): string[] =>
        Object.keys(value).filter((key) => !this.equals(option.value?.[key], value[key]));
      const pass = same.some((option) => wrong(option).length === 0);
      const [nearest] = same.map(wrong).toSorted((a, b) => a.length - b.length);
      const why = nearest === undefined ? "" : `\nwhich differs in ${nearest.join(", ")}`;
      const found = list.length === 0 ? "  no options" : list.map(optionText).join("\n");
      const wanted = Object.keys(value).length === 0 ? id : `${id} ${show(value)}`;
      const not = this.isNot === true ? "no " : "";
      return { pass, message: () => `expected ${not}option\n  ${wanted}\nfound\n${found}${pass ? "" : why}` };
    },
    toMatchFilter(received, text) {
      if (!isFrameLike(received)) refuse("toMatchFilter", "a frame, or the bytes of one", received);
      const filter = filters.get(text) ?? engine.compileFilter(text);
      filters.set(text, filter);
      const frame = asFrame(received);
      filter.reset();
      const pass = filter(frame);
      const message = (): string => {
        const { dissection } = engine.createPass({ columns: filter.fields }).next(frame);
        const infos = engine.fields().filter(({ name }) => filter.fields.includes(name));
        const rows = infos.map((info) => {
          const values = dissection.occurrences(info.name).map((one) => formatFieldText(info, one.value));
          return `  ${info.name} = ${values.length === 0 ? "(not there)" : values.join(", ")}`;
        });
        return `expected the frame ${this.isNot === true ? "not " : ""}to match\n  ${text}\nit has\n${rows.join("\n")}`;
      };
      return { pass, message };
    },
    toEqualBytes(received, given) {
      if (!isFrameLike(received)) refuse("toEqualBytes", "bytes", received);
      const expected = typeof given === "string" ? fromHex(given) : given;
      if (!(expected instanceof Uint8Array))
        refuse("toEqualBytes", "bytes or hex digits to compare with", given);
      const { data, linkType } = asFrame(received);
      const pass = toHex(data) === toHex(expected);
      const message = (): string => {
        if (pass) return `expected other bytes than\n${toHex(data, " ")}`;
        const sizes =
          data.length === expected.length ? "" : ` (${data.length} received, ${expected.length} expected)`;
        const fields = fieldLines(engine, data, expected, linkType);
        return [
          `bytes differ${sizes}`,
          ...dumpLines(data, expected),
          ...(fields.length > 0 ? ["", ...fields] : []),
        ].join("\n");
      };
      return { pass, message };
    },
  };
}

export type { FrameLike };
