/** What `-T json` writes for a filter name whatever its value is, and around entries. */
import type { FieldType, RawValue } from "../../ir/fields.ts";
import { jsonFormatter } from "../../ir/format.ts";
import { jsonPutter, type Putter } from "../../ir/format-bytes.ts";
import { type ItemName, isShown } from "./names.ts";
import { flat, utf8Bytes } from "./template.ts";

/** Two blanks a level, as tshark indents. */
function indentation(depth: number): string {
  return `\n${"  ".repeat(depth)}`;
}

/** As a JSON string, without the quotes around it. */
function escaped(text: string): string {
  return utf8Bytes(JSON.stringify(text).slice(1, -1));
}

/** What stands before an entry: the opening of the object that it is the first of, an object, or a value whose quote is open. */
export const FIRST = 0;
export const BEHIND_TREE = 1;
export const BEHIND_VALUE = 2;
export type Before = typeof FIRST | typeof BEHIND_TREE | typeof BEHIND_VALUE;

const SEPARATORS: readonly string[] = ["", ",", '",'];

/** One text by depth and by what stands before it. */
class Starts {
  readonly #text: string;
  readonly #made: (string | undefined)[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  at(depth: number, before: Before): string {
    const place = depth * 3 + before;
    let start = this.#made[place];
    if (start === undefined) {
      start = flat(`${SEPARATORS[before]}${indentation(depth)}${this.#text}`);
      this.#made[place] = start;
    }
    return start;
  }
}

/** Ends an object, and the value that stands last in it. */
const closing = (before: string): ((depth: number) => string) => {
  const made: string[] = [];
  return (depth) => (made[depth] ??= flat(`${before}${indentation(depth)}}`));
};
export const CLOSING: (depth: number) => string = closing("");
export const QUOTED_CLOSING: (depth: number) => string = closing('"');

/** Texts that are kept for a name. */
const KEPT = 256;

const ADDRESSES: ReadonlySet<FieldType> = new Set<FieldType>(["FT_IPv4", "FT_IPv6", "FT_ETHER", "FT_EUI64"]);

/** What is written for a name. */
export class JsonName {
  readonly isShown: boolean;
  /** Has no value where something stands below it. */
  readonly isHead: boolean;
  readonly label: string;
  /** Up to the value, and up to what stands below it. */
  readonly value: Starts;
  readonly tree: Starts;
  readonly #format: (value: RawValue) => string;
  /** Writes texts in place; undefined where they may have characters that JSON escapes. */
  readonly put: Putter | undefined;
  /** Texts with characters that JSON escapes, or that are not ASCII. */
  readonly #escaped = new Map<string, string>();
  readonly #isCharacter: boolean;
  /** Bytes are written as their hexadecimal digits. */
  readonly isHex: boolean;

  constructor({ kind, key, label, format }: ItemName) {
    this.label = label;
    this.isShown = isShown(key);
    this.isHead = kind !== "field" || format.type === "FT_NONE";
    const below = this.isHead ? key : `${key}_tree`;
    this.value = new Starts(`"${escaped(key)}": "`);
    this.tree = new Starts(`"${escaped(below)}": {`);
    this.#format = jsonFormatter(format);
    this.put = jsonPutter(format);
    this.isHex = !ADDRESSES.has(format.type);
    this.#isCharacter = format.type === "FT_CHAR";
  }

  text(value: RawValue): string {
    if (typeof value === "string") return this.#escape(value);
    const text = this.#format(value);
    return this.#isCharacter ? this.#escape(text) : text;
  }

  #escape(text: string): string {
    let known = this.#escaped.get(text);
    if (known === undefined) {
      known = escaped(text);
      if (this.#escaped.size < KEPT) this.#escaped.set(text, known);
    }
    return known;
  }
}
