/** The packet tree as JSON text, written while it is walked: a key is written as often as a name occurs, as tshark does. */
import type { RawValue } from "../../ir/fields.ts";
import { jsonFormatter } from "../../ir/format.ts";
import type { Layer, OptionNode } from "../../ir/tree.ts";
import { layerHeading, optionHeading } from "./headings.ts";
import { type ItemName, isShown } from "./names.ts";
import type { OutputContext, Shown } from "./shown.ts";
import { type TreeVisitor, TreeWalk } from "./tree-walk.ts";

/** Two blanks a level, as tshark indents. */
export function indentation(depth: number): string {
  return `\n${"  ".repeat(depth)}`;
}

/** Entry texts of a name by depth. */
type Starts = (string | undefined)[];

/** What is written for a name. */
class JsonName {
  readonly isShown: boolean;
  /** Has no value where something stands below it. */
  readonly isHead: boolean;
  readonly label: string;
  readonly #key: string;
  readonly #treeKey: string;
  /** Up to the value, at the first place and behind others. */
  readonly #values: readonly [Starts, Starts] = [[], []];
  readonly #trees: readonly [Starts, Starts] = [[], []];
  readonly #format: (value: RawValue) => string;
  /** No text of a value has a character that JSON escapes. */
  readonly #isPlain: boolean;

  constructor({ kind, key, label, format }: ItemName) {
    this.label = label;
    this.isShown = isShown(key);
    this.isHead = kind !== "field" || format.type === "FT_NONE";
    this.#key = `${JSON.stringify(key)}: "`;
    this.#treeKey = `${JSON.stringify(this.isHead ? key : `${key}_tree`)}: {`;
    this.#format = jsonFormatter(format);
    this.#isPlain = format.type !== "FT_CHAR";
  }

  /** `behind`: 1 behind other entries, else 0. */
  start(depth: number, behind: 0 | 1): string {
    const starts = this.#values[behind];
    let start = starts[depth];
    if (start === undefined) {
      start = `${behind === 1 ? "," : ""}${indentation(depth)}${this.#key}`;
      starts[depth] = start;
    }
    return start;
  }

  tree(depth: number, behind: 0 | 1): string {
    const starts = this.#trees[behind];
    let start = starts[depth];
    if (start === undefined) {
      start = `${behind === 1 ? "," : ""}${indentation(depth)}${this.#treeKey}`;
      starts[depth] = start;
    }
    return start;
  }

  /** The value's text and the quote behind it. */
  text(value: RawValue): string {
    const text = this.#format(value);
    return this.#isPlain && typeof value !== "string" ? `${text}"` : JSON.stringify(text).slice(1);
  }
}

class JsonWriter implements TreeVisitor<JsonName> {
  readonly #context: OutputContext;
  #shown: Shown | undefined;
  #text = "";
  #depth = 0;
  /** Other entries stand before the next one. */
  #behind: 0 | 1 = 0;
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
    this.#behind = 0;
  }

  /** The entries since the start. */
  take(): string {
    return this.#text;
  }

  prepare(name: ItemName): JsonName {
    return new JsonName(name);
  }

  leaf(name: JsonName, value: RawValue): void {
    if (!name.isShown) return;
    if (this.#pending !== undefined) this.#enter(this.#pending);
    this.#text += name.start(this.#depth, this.#behind) + name.text(value);
    this.#behind = 1;
  }

  #enter(name: JsonName): void {
    this.#pending = undefined;
    this.#text += name.tree(this.#depth, this.#behind);
    this.#depth++;
    this.#behind = 0;
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

  option(name: JsonName, option: OptionNode, value: Uint8Array): void {
    if (!name.isHead) this.leaf(name, value);
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
      this.#text += closing(this.#depth);
      this.#behind = 1;
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

  begin(): number {
    return 0;
  }

  end(): void {}
}

const CLOSINGS: string[] = [];

function closing(depth: number): string {
  let text = CLOSINGS[depth];
  if (text === undefined) {
    text = `${indentation(depth)}}`;
    CLOSINGS[depth] = text;
  }
  return text;
}

/** Makes the entries of a frame's layers. `depth`: levels that they are indented by. */
export function jsonTreeWriter(context: OutputContext, depth: number): (shown: Shown) => string {
  const writer = new JsonWriter(context);
  const walk = new TreeWalk(writer, context);
  return (shown) => {
    writer.start(shown, depth);
    walk.frame(shown);
    return writer.take();
  };
}
