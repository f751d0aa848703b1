/** The packet tree as JSON text, written while it is walked: a key is written as often as a name occurs, as tshark does. */
import { isNumberAt, stretchOf } from "../../backends/field-value.ts";
import { nameReader } from "../../engine/node-reader.ts";
import type { RawValue } from "../../ir/fields.ts";
import type { View } from "../../ir/nodes.ts";
import type { FieldNode, Layer, OptionNode } from "../../ir/tree.ts";
import { nodeBytes } from "../../ir/views.ts";
import { layerHeading, optionHeading } from "./headings.ts";
import {
  BEHIND_TREE,
  BEHIND_VALUE,
  type Before,
  CLOSING,
  FIRST,
  JsonName,
  QUOTED_CLOSING,
} from "./json-name.ts";
import { keyReader, type Memo } from "./memo.ts";
import type { ItemName } from "./names.ts";
import { generatedValue, type OutputContext, type Shown } from "./shown.ts";
import {
  Block,
  flat,
  Recorder,
  type Slot,
  type Stretch,
  type Template,
  templateText,
  textOf,
} from "./template.ts";
import { type TreeVisitor, TreeWalk, type ValueNode } from "./tree-walk.ts";

/** Texts of a field's values by depth and by what stands before them. */
/** Texts that are kept for a field: most have few. */
const KEPT = 256;

/** Slots that a template is not kept by its value for. */
const FEW = 2;

class JsonMemo implements Memo {
  readonly #writer: JsonWriter;
  readonly #texts: (Map<RawValue, string> | undefined)[] = [];
  /** The same as bytes, for frames that have a template. */
  readonly #encoded: (Map<RawValue, Uint8Array> | undefined)[] = [];
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
    const encoded = this.#encoded[this.#place] ?? new Map<RawValue, Uint8Array>();
    this.#encoded[this.#place] = encoded;
    const node = this.#node;
    const read = node === undefined ? (): undefined => undefined : keyReader(node);
    this.#writer.closeSlot((whole) => ({
      from: node && stretchOf(node),
      key: ({ frame }) => read(frame),
      text: (shown, now) => {
        let found = now === undefined ? undefined : encoded.get(now);
        if (found === undefined) {
          found = Buffer.from(templateText(whole, shown), "latin1");
          if (now !== undefined && encoded.size < KEPT) encoded.set(now, found);
        }
        return found;
      },
    }));
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

  start(shown: Shown, depth: number, before: Around["before"]): void {
    this.#shown = shown;
    this.#text = "";
    this.#depth = depth;
    this.#before = FIRST;
    for (const piece of before) {
      if (typeof piece === "string") this.#put(piece);
      else this.#fill(piece);
    }
  }

  /** All since the start. */
  take(behind: string): string {
    this.#put(this.#before === BEHIND_VALUE ? `"${behind}` : behind);
    return this.#text;
  }

  /** From here on what makes the text is recorded. */
  openSlot(): void {
    this.#recorders.push(new Recorder());
  }

  /** Makes a slot of what was recorded since the opening, as a part of what that stands in. */
  closeSlot(make: (whole: Template) => Slot): void {
    const whole = this.#recorders.pop()?.finish();
    const outer = this.#recorders.at(-1);
    if (whole === undefined || outer === undefined) return;
    // A few are sooner written than looked up.
    if (whole.slots.length <= FEW) outer.template(whole);
    else outer.slot(make(whole));
  }

  get isRecording(): boolean {
    return this.#recorders.length > 0;
  }

  /** What was recorded since the first opening; undefined where that does not do for other frames. */
  finish(): Template | undefined {
    const whole = this.#recorders.pop()?.finish();
    const isLost = this.#isLost;
    this.#isLost = false;
    return isLost ? undefined : whole;
  }

  #put(text: string): void {
    this.#text += text;
    this.#recorders.at(-1)?.text(text);
  }

  #fill(slot: Slot): void {
    const shown = this.#shown;
    if (shown !== undefined) this.#text += textOf(slot.text(shown, slot.key(shown)));
    this.#recorders.at(-1)?.slot(slot);
  }

  prepare(name: ItemName): JsonName {
    return new JsonName(name);
  }

  leaf(name: JsonName, value: RawValue, node?: ValueNode, view?: View): void {
    if (!name.isShown) return;
    this.#key(name);
    const shown = this.#shown;
    if (!this.isRecording || node === undefined || shown === undefined) this.#put(name.text(value));
    else this.#fill(valueSlot(name, node, view, shown));
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
      if (this.isRecording) this.#fill(bytesSlot(name, ({ frame }) => nodeBytes(option, frame.data), option));
      else this.#put(name.text(nodeBytes(option, data)));
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
    this.#fill({
      key: (shown) => this.#headingText(heading, shown),
      text: (_, key) => pending.text(key ?? ""),
    });
  }

  #headingText(heading: Layer | OptionNode | string, shown: Shown): string {
    if (typeof heading === "string") return heading;
    // Headings are made of values that the tree has when it is asked for.
    if (shown.dissection.layers.length === 0) return "";
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

function bytesSlot(name: JsonName, read: (shown: Shown) => Uint8Array, from: Stretch | undefined): Slot {
  const text: Slot["text"] = (shown) => name.text(read(shown));
  return { key: () => undefined, text, from, ...(name.isHex ? { hex: read } : {}) };
}

/** The value of a name in a frame that has the node. */
function valueSlot(name: JsonName, node: NonNullable<ValueNode>, view: View | undefined, shown: Shown): Slot {
  const text: Slot["text"] = (_, key) => name.text(key ?? "");
  const { put } = name;
  if (node.kind === "generated") {
    if (!(node.value instanceof Uint8Array)) return { key: (one) => generatedValue(node, one), text, put };
    return bytesSlot(name, () => node.value as Uint8Array, undefined); // a tracker's values of one name are of one kind
  }
  const reader = view && nameReader(node, view);
  const read = ({ frame }: Shown): RawValue => reader?.(frame) ?? nodeBytes(node, frame.data);
  const from = stretchOf(node);
  // Values of one name are of one kind.
  if (read(shown) instanceof Uint8Array) return bytesSlot(name, read as (shown: Shown) => Uint8Array, from);
  const isNumber = from !== undefined && isNumberAt(node, view);
  return { key: read, text, put, from, isNumber };
}

/** What stands before and behind the entries of each frame. */
export interface Around {
  readonly before: readonly (string | Slot)[];
  readonly behind: string;
}

/**
 * Writes the entries of a frame's layers, as UTF-8 with a character for each byte, or as those bytes themselves, which hold until the next frame. `depth`:
 * levels that they are indented by.
 */
export function jsonTreeWriter(
  context: OutputContext,
  depth: number,
  around: Around = { before: [], behind: "" },
): (shown: Shown) => string | Uint8Array {
  const writer = new JsonWriter(context);
  const walk = new TreeWalk(writer, context);
  /** By the shape of frames. */
  const blocks = new WeakMap<object, Block | "none">();
  const walked = (shown: Shown): string => {
    writer.start(shown, depth, around.before);
    walk.frame(shown);
    return writer.take(around.behind);
  };
  return (shown) => {
    const { shape } = shown.dissection;
    const known = shape === undefined ? "none" : blocks.get(shape);
    if (shape === undefined || known === "none") return walked(shown);
    if (known !== undefined) return known.write(shown);
    writer.openSlot();
    const text = walked(shown);
    const template = writer.finish();
    blocks.set(shape, template === undefined ? "none" : new Block(template));
    return text;
  };
}
