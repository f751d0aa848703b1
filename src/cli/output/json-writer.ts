/** The packet tree as JSON text, written while it is walked: a key is written as often as a name occurs, as tshark does. */
import type { RawValue } from "../../ir/fields.ts";
import { jsonFormatter } from "../../ir/format.ts";
import type { View } from "../../ir/nodes.ts";
import type { FieldNode, Layer, OptionNode } from "../../ir/tree.ts";
import { nodeBytes, viewReader } from "../../ir/views.ts";
import { layerHeading, optionHeading } from "./headings.ts";
import { keyOf, type Memo } from "./memo.ts";
import { type ItemName, isShown } from "./names.ts";
import { generatedValue, type OutputContext, type Shown } from "./shown.ts";
import { flat, Recorder, type Slot } from "./template.ts";
import { type TreeVisitor, TreeWalk, type ValueNode } from "./tree-walk.ts";

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
  #node: FieldNode | undefined;

  constructor(writer: JsonWriter) {
    this.#writer = writer;
  }

  recall(key: RawValue): boolean {
    if (this.#writer.isRecording) return false;
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

  record(node: FieldNode): void {
    if (this.#isFull) return;
    this.#place = this.#writer.place;
    this.#outer = this.#writer.cut();
    this.#node = node;
    this.#writer.openSlot();
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
    const known = texts;
    const node = this.#node;
    this.#writer.closeSlot((whole) => (shown) => {
      const now = node && keyOf(node);
      if (now === undefined) return whole(shown);
      let found = known.get(now);
      if (found === undefined) {
        found = flat(whole(shown));
        if (known.size < KEPT) known.set(now, found);
      }
      return found;
    });
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
  /** Those of the slots that are being recorded, the innermost last. */
  readonly #recorders: Recorder[] = [];
  /** Something cannot be recorded. */
  #isLost = false;

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
    if (this.#before === BEHIND_VALUE) this.#put('"');
    return this.#text;
  }

  /** From here on what makes the text is recorded. */
  openSlot(): void {
    this.#recorders.push(new Recorder());
  }

  /** Makes a slot of what was recorded since the opening, as a part of what that stands in. */
  closeSlot(change: (slot: Slot) => Slot): void {
    const slot = this.#recorders.pop()?.finish();
    if (slot !== undefined) this.#recorders.at(-1)?.slot(change(slot));
  }

  get isRecording(): boolean {
    return this.#recorders.length > 0;
  }

  /** What was recorded since the first opening; undefined where that does not do for other frames. */
  finish(): Slot | undefined {
    const slot = this.#recorders.pop()?.finish();
    const isLost = this.#isLost;
    this.#isLost = false;
    return isLost ? undefined : slot;
  }

  #put(text: string): void {
    this.#text += text;
    this.#recorders.at(-1)?.text(text);
  }

  #fill(text: string, slot: Slot): void {
    this.#text += text;
    this.#recorders.at(-1)?.slot(slot);
  }

  prepare(name: ItemName): JsonName {
    return new JsonName(name);
  }

  leaf(name: JsonName, value: RawValue, node?: ValueNode, view?: View): void {
    if (!name.isShown) return;
    this.#key(name);
    const text = name.text(value);
    if (!this.isRecording || node === undefined) this.#put(text);
    else this.#fill(text, valueSlot(name, node, view));
  }

  #key(name: JsonName): void {
    if (this.#pending !== undefined) this.#enter(this.#pending);
    this.#put(name.value.at(this.#depth, this.#before));
    this.#before = BEHIND_VALUE;
  }

  #enter(name: JsonName): void {
    this.#pending = undefined;
    this.#put(name.tree.at(this.#depth, this.#before));
    this.#depth++;
    this.#before = FIRST;
  }

  #open(name: JsonName, heading: Layer | OptionNode | string): void {
    if (this.#pending !== undefined) this.#enter(this.#pending);
    this.#pending = name;
    this.#heading = heading;
  }

  open(name: JsonName, value: RawValue, node: ValueNode, view: View | undefined): void {
    if (!name.isHead) this.leaf(name, value, node, view);
    this.#open(name, "");
  }

  layer(name: JsonName, layer: Layer): void {
    this.#open(name, layer);
  }

  option(name: JsonName, option: OptionNode, data: Uint8Array): void {
    if (!name.isHead && name.isShown) {
      this.#key(name);
      const text = name.text(nodeBytes(option, data));
      this.#fill(text, ({ frame }) => name.text(nodeBytes(option, frame.data)));
    }
    this.#open(name, option);
  }

  head(name: JsonName): void {
    this.#open(name, "");
  }

  text(name: JsonName): void {
    this.#open(name, name.label);
  }

  expert(name: JsonName, message: string, isFixed: boolean): void {
    if (!isFixed && this.isRecording) this.#isLost = true;
    this.#open(name, message);
  }

  close(): void {
    const pending = this.#pending;
    if (pending === undefined) {
      this.#depth--;
      this.#put((this.#before === BEHIND_VALUE ? QUOTED_CLOSING : CLOSING)(this.#depth));
      this.#before = BEHIND_TREE;
      return;
    }
    this.#pending = undefined;
    if (!pending.isHead || !pending.isShown) return;
    this.#key(pending);
    const heading = this.#heading;
    // A header without fields is told by its heading.
    const slot: Slot = (shown) => pending.text(this.#headingText(heading, shown));
    this.#fill(this.#shown === undefined ? "" : slot(this.#shown), slot);
  }

  #headingText(heading: Layer | OptionNode | string, shown: Shown): string {
    if (typeof heading === "string") return heading;
    return "kind" in heading
      ? optionHeading(heading, this.#context)
      : layerHeading(heading, shown, this.#context);
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

/** The value of a name in a frame that has the node. */
function valueSlot(name: JsonName, node: NonNullable<ValueNode>, view: View | undefined): Slot {
  if (node.kind === "generated") return (shown) => name.text(generatedValue(node, shown));
  const read = view && viewReader(view);
  return ({ frame }) => name.text(read?.(node, frame.data) ?? nodeBytes(node, frame.data));
}

/** Makes the entries of a frame's layers, as {@link utf8Bytes}. `depth`: levels that they are indented by. */
export function jsonTreeWriter(context: OutputContext, depth: number): Slot {
  const writer = new JsonWriter(context);
  const walk = new TreeWalk(writer, context);
  /** By the layers that frames share. */
  const templates = new WeakMap<readonly Layer[], Slot>();
  const walked: Slot = (shown) => {
    writer.start(shown, depth);
    walk.frame(shown);
    return writer.take();
  };
  return (shown) => {
    const { isShared, layers } = shown.dissection;
    if (isShared !== true) return walked(shown);
    const known = templates.get(layers);
    if (known !== undefined) return known(shown);
    writer.openSlot();
    const text = walked(shown);
    templates.set(layers, writer.finish() ?? walked);
    return text;
  };
}
