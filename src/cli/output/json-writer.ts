/** The packet tree as JSON text, written while it is walked: a key is written as often as a name occurs, as tshark does. */
import type { RawValue } from "../../ir/fields.ts";
import { jsonFormatter } from "../../ir/format.ts";
import type { Layer, OptionNode } from "../../ir/tree.ts";
import { nodeBytes } from "../../ir/views.ts";
import { layerHeading, optionHeading } from "./headings.ts";
import type { Memo } from "./memo.ts";
import { type ItemName, isShown } from "./names.ts";
import type { OutputContext, Shown } from "./shown.ts";
import { type TreeVisitor, TreeWalk } from "./tree-walk.ts";

/** Two blanks a level, as tshark indents. */
function indentation(depth: number): string {
  return `\n${"  ".repeat(depth)}`;
}

/** UTF-8 with a character for each byte: for what is written as latin1, which costs no encoding. */
function utf8Bytes(text: string): string {
  return /[^\x00-\x7f]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

/** As a JSON string, without the quotes around it. */
function escaped(text: string): string {
  return utf8Bytes(JSON.stringify(text).slice(1, -1));
}

/** What stands before an entry: the opening of the object that it is the first of, an object, or a value whose quote is open. */
const FIRST = 0;
const BEHIND_TREE = 1;
const BEHIND_VALUE = 2;
type Before = typeof FIRST | typeof BEHIND_TREE | typeof BEHIND_VALUE;

const SEPARATORS: readonly string[] = ["", ",", '",'];

/** A sum of strings is put together anew each time that it is written; the copy of it is not. */
function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

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
const CLOSING = closing("");
const QUOTED_CLOSING = closing('"');

/** Texts that are kept for a name or a field: most have few. */
const KEPT = 256;

/** What is written for a name. */
class JsonName {
  readonly isShown: boolean;
  /** Has no value where something stands below it. */
  readonly isHead: boolean;
  readonly label: string;
  /** Up to the value, and up to what stands below it. */
  readonly value: Starts;
  readonly tree: Starts;
  readonly #format: (value: RawValue) => string;
  /** Texts with characters that JSON escapes, or that are not ASCII. */
  readonly #escaped = new Map<string, string>();
  readonly #isCharacter: boolean;

  constructor({ kind, key, label, format }: ItemName) {
    this.label = label;
    this.isShown = isShown(key);
    this.isHead = kind !== "field" || format.type === "FT_NONE";
    const below = this.isHead ? key : `${key}_tree`;
    this.value = new Starts(`"${escaped(key)}": "`);
    this.tree = new Starts(`"${escaped(below)}": {`);
    this.#format = jsonFormatter(format);
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

/** Texts of a field's values by depth and by what stands before them. */
class JsonMemo implements Memo {
  readonly #writer: JsonWriter;
  readonly #texts: (Map<RawValue, string> | undefined)[] = [];
  /** What stands before what follows. */
  #after: Before = FIRST;
  #missed = 0;
  #outer = "";
  #place = 0;

  constructor(writer: JsonWriter) {
    this.#writer = writer;
  }

  recall(key: RawValue): boolean {
    const text = this.#texts[this.#writer.place]?.get(key);
    if (text === undefined) {
      this.#missed++;
      return false;
    }
    this.#writer.add(text, this.#after);
    return true;
  }

  /** A field whose values seldom repeat: nothing more is kept. */
  get #isFull(): boolean {
    return this.#missed > KEPT;
  }

  record(): void {
    if (this.#isFull) return;
    this.#place = this.#writer.place;
    this.#outer = this.#writer.cut();
  }

  keep(key: RawValue): void {
    if (this.#isFull) return;
    const text = this.#writer.cut();
    this.#after = this.#writer.before;
    this.#writer.add(this.#outer + text, this.#after);
    let texts = this.#texts[this.#place];
    if (texts === undefined) {
      texts = new Map();
      this.#texts[this.#place] = texts;
    }
    texts.set(key, flat(text));
  }
}

class JsonWriter implements TreeVisitor<JsonName> {
  readonly #context: OutputContext;
  #shown: Shown | undefined;
  #text = "";
  #depth = 0;
  #before: Before = FIRST;
  /** The name that was opened, until something stands below it. */
  #pending: JsonName | undefined;
  /** What stands for its value if nothing does, where it has none. */
  #heading: Layer | OptionNode | string = "";

  constructor(context: OutputContext) {
    this.#context = context;
  }

  start(shown: Shown, depth: number): void {
    this.#shown = shown;
    this.#text = "";
    this.#depth = depth;
    this.#before = FIRST;
  }

  /** The entries since the start. */
  take(): string {
    return this.#before === BEHIND_VALUE ? `${this.#text}"` : this.#text;
  }

  prepare(name: ItemName): JsonName {
    return new JsonName(name);
  }

  leaf(name: JsonName, value: RawValue): void {
    if (!name.isShown) return;
    if (this.#pending !== undefined) this.#enter(this.#pending);
    this.#text += name.value.at(this.#depth, this.#before);
    this.#text += name.text(value);
    this.#before = BEHIND_VALUE;
  }

  #enter(name: JsonName): void {
    this.#pending = undefined;
    this.#text += name.tree.at(this.#depth, this.#before);
    this.#depth++;
    this.#before = FIRST;
  }

  #open(name: JsonName, heading: Layer | OptionNode | string): void {
    if (this.#pending !== undefined) this.#enter(this.#pending);
    this.#pending = name;
    this.#heading = heading;
  }

  open(name: JsonName, value: RawValue): void {
    if (!name.isHead) this.leaf(name, value);
    this.#open(name, "");
  }

  layer(name: JsonName, layer: Layer): void {
    this.#open(name, layer);
  }

  option(name: JsonName, option: OptionNode, data: Uint8Array): void {
    if (!name.isHead) this.leaf(name, nodeBytes(option, data));
    this.#open(name, option);
  }

  head(name: JsonName): void {
    this.#open(name, "");
  }

  text(name: JsonName): void {
    this.#open(name, name.label);
  }

  expert(name: JsonName, message: string): void {
    this.#open(name, message);
  }

  close(): void {
    const pending = this.#pending;
    if (pending === undefined) {
      this.#depth--;
      this.#text += (this.#before === BEHIND_VALUE ? QUOTED_CLOSING : CLOSING)(this.#depth);
      this.#before = BEHIND_TREE;
      return;
    }
    this.#pending = undefined;
    if (pending.isHead) this.leaf(pending, this.#headingText());
  }

  /** A header without fields is told by its heading. */
  #headingText(): string {
    const heading = this.#heading;
    if (typeof heading === "string") return heading;
    if ("kind" in heading) return optionHeading(heading, this.#context);
    return this.#shown === undefined ? "" : layerHeading(heading, this.#shown, this.#context);
  }

  memo(): Memo {
    return new JsonMemo(this);
  }

  /** Depth, and what stands before the next entry, as one number. */
  get place(): number {
    if (this.#pending !== undefined) this.#enter(this.#pending);
    return this.#depth * 3 + this.#before;
  }

  get before(): Before {
    return this.#before;
  }

  /** Takes what was written. */
  cut(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }

  /** Adds entries. */
  add(text: string, before: Before): void {
    this.#text += text;
    this.#before = before;
  }

  begin(): number {
    return 0;
  }

  end(): void {}
}

/** Makes the entries of a frame's layers, as {@link utf8Bytes}. `depth`: levels that they are indented by. */
export function jsonTreeWriter(context: OutputContext, depth: number): (shown: Shown) => string {
  const writer = new JsonWriter(context);
  const walk = new TreeWalk(writer, context);
  return (shown) => {
    writer.start(shown, depth);
    walk.frame(shown);
    return writer.take();
  };
}
