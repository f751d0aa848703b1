/** `-V`: one line a node, four blanks a level. */
import { isNumberAt, stretchOf } from "../../backends/field-value.ts";
import { type FrameReader, nameReader, nodeReader } from "../../engine/node-reader.ts";
import type { RawValue } from "../../ir/fields.ts";
import { formatDisplay } from "../../ir/format.ts";
import { displayPutter } from "../../ir/format-bytes.ts";
import type { View } from "../../ir/nodes.ts";
import type { FieldNode, Layer, TreeNode } from "../../ir/tree.ts";
import { nodeBytes, viewValue } from "../../ir/views.ts";
import { OptionReader } from "../summary/layer-reader.ts";
import { lineOf } from "../summary/pieces.ts";
import { headingPieces, listHeading, optionHeading } from "./headings.ts";
import { generatedValue, type OutputContext, type Shown } from "./shown.ts";
import { Recorder, type Slot, type Template, utf8Bytes } from "./template.ts";
import {
  bitPattern,
  derivedLabel,
  formatOf,
  isTextual,
  OPAQUE_LABELS,
  plainText,
  viewText,
} from "./tree-text.ts";

/** A value that a line shows. */
interface LineValue {
  /** In the frame at hand. */
  readonly now: RawValue | undefined;
  readonly text: (value: RawValue, shown: Shown) => string;
  /** How other frames of the shape have it. */
  readonly slot: () => Pick<Slot, "from" | "put" | "isNumber"> & {
    readonly read: (shown: Shown) => RawValue | undefined;
  };
}

/** Prints the tree of a frame, or records what the trees of all frames of its shape have in common. */
class TreePrinter {
  text = "";
  readonly #shown: Shown;
  readonly #context: OutputContext;
  readonly #recorder: Recorder | undefined;

  constructor(shown: Shown, context: OutputContext, recorder?: Recorder) {
    this.#shown = shown;
    this.#context = context;
    this.#recorder = recorder;
  }

  /** A line that is the same for all. */
  fixed(depth: number, text: string): void {
    const line = `${"    ".repeat(depth)}${text}\n`;
    if (this.#recorder === undefined) this.text += line;
    else this.#recorder.text(utf8Bytes(line));
  }

  /** What stands before and behind the value is the same for all. */
  line(depth: number, before: string, { now, text, slot }: LineValue, behind = ""): void {
    const recorder = this.#recorder;
    if (recorder === undefined) {
      this.fixed(depth, `${before}${now === undefined ? "" : text(now, this.#shown)}${behind}`);
      return;
    }
    const { read, ...how } = slot();
    recorder.text(utf8Bytes(`${"    ".repeat(depth)}${before}`));
    recorder.slot({
      ...how,
      key: (shown) => {
        const key = read(shown);
        return key instanceof Uint8Array ? undefined : key;
      },
      text: (shown, key) => utf8Bytes(text(key ?? read(shown) ?? "", shown)),
    });
    recorder.text(utf8Bytes(`${behind}\n`));
  }

  layer(layer: Layer): void {
    const pieces = headingPieces(layer, this.#shown, this.#context);
    if (this.#recorder === undefined) this.fixed(0, lineOf(pieces));
    else this.#recorder.pieces([...pieces, "\n"]);
    for (const node of layer.children) this.node(node, 1);
    if (layer.payloadNode !== undefined) this.#payload(layer.payloadNode);
  }

  node(node: TreeNode, depth: number, carrier?: FieldNode): void {
    const context = this.#context;
    switch (node.kind) {
      case "field":
        this.#field(node, depth, carrier);
        return;
      case "option": {
        const fields = new OptionReader(node);
        const subtype = fields.field("subtype");
        if (subtype === undefined) this.fixed(depth, optionHeading(node, context));
        else
          this.line(depth, "", {
            now: subtype.value,
            text: (value) => optionHeading(node, context, value),
            slot: () => fieldSlot(subtype, nodeReader(subtype)),
          });
        break;
      }
      case "generated": {
        const { view } = node;
        const format = formatOf(view, context, 0);
        const { label } = view;
        const now = generatedValue(node, this.#shown);
        const slot = (): ReturnType<LineValue["slot"]> => ({
          read: (shown) => generatedValue(node, shown),
          put: displayPutter(format),
        });
        if (isTextual(format))
          this.line(depth, "[", { now, text: (value) => viewText(format, value, label), slot }, "]");
        else
          this.line(depth, `[${label}: `, { now, text: (value) => formatDisplay(format, value), slot }, "]");
        break;
      }
      case "text":
        this.fixed(depth, `[${node.label}]`);
        break;
      case "opaque":
        this.line(depth, `${OPAQUE_LABELS[node.role]}: `, {
          now: nodeBytes(node, this.#shown.frame.data),
          text: plainText,
          slot: () => ({ read: ({ frame }) => nodeBytes(node, frame.data) }),
        });
        break;
    }
    for (const child of node.children) this.node(child, depth + 1);
  }

  #field(node: FieldNode, depth: number, carrier: FieldNode | undefined): void {
    const { ir } = node;
    // A region that takes no bytes is not there: a header without options.
    if (ir.kind === "options" && node.bitLength === 0) return;
    let below = depth + 1;
    const [main, ...others] = this.#values(node, node.views);
    if (ir.kind === "options" || ir.kind === "repeat")
      this.line(
        depth,
        "",
        bitLengthOf(node, () => listHeading(node)),
      );
    else if (main !== undefined) this.#main(node, main, depth, carrier);
    else if (node.value !== undefined) {
      this.line(depth, "", {
        now: node.value,
        text: (value, { frame }) =>
          `${bitPattern(node, carrier, frame.data)}${ir.label}: ${plainText(value)}`,
        slot: () => fieldSlot(node, nodeReader(node)),
      });
    } else below = depth;
    const inner = ir.kind === "group" ? (carrier ?? node) : undefined;
    for (const child of node.children) this.node(child, below, inner);
    this.#derived(node, this.#values(node, node.under), ir.label, below);
    if (ir.kind !== "options") this.#derived(node, others, ir.label, depth);
  }

  /** The name that stands for the field. */
  #main(
    node: FieldNode,
    [view, now]: readonly [View, RawValue],
    depth: number,
    carrier: FieldNode | undefined,
  ): void {
    const context = this.#context;
    const label = view.label || node.ir.label;
    const isDerived = view.derive !== undefined;
    const format = formatOf(view, context, isDerived ? 0 : node.bitLength);
    const read = nameReader(node, view);
    const isPattern = !isDerived && bitPattern(node, carrier, this.#shown.frame.data) !== "";
    if (isDerived || isPattern || isTextual(format)) {
      const text = (value: RawValue, { frame }: Shown): string => {
        const line = viewText(format, value, label);
        return isDerived ? `[${line}]` : `${bitPattern(node, carrier, frame.data)}${line}`;
      };
      this.line(depth, "", { now, text, slot: () => fieldSlot(node, read) });
      return;
    }
    this.line(depth, `${label}: `, {
      now,
      text: (value) => formatDisplay(format, value),
      slot: () => ({
        ...fieldSlot(node, read),
        put: displayPutter(format),
        isNumber: stretchOf(node) !== undefined && isNumberAt(node, view),
      }),
    });
  }

  /** The payload's bytes are shown where they belong; here only that they are there, and how many. */
  #payload(node: FieldNode): void {
    const text = (): string => `${node.bitLength / 8} byte${node.bitLength === 8 ? "" : "s"}`;
    if (node.bitLength > 0) this.line(1, "Payload (", bitLengthOf(node, text), ")");
    this.#derived(node, this.#values(node, node.views), "Payload", 1);
  }

  #values(node: FieldNode, views: readonly View[]): (readonly [View, RawValue])[] {
    const found: (readonly [View, RawValue])[] = [];
    for (const view of views) {
      const value = viewValue(node, view, this.#shown.frame.data);
      if (value !== undefined) found.push([view, value]);
    }
    return found;
  }

  /** Names that show something else than the field itself; `eth.lg` says no more than `eth.dst.lg`. */
  #derived(
    node: FieldNode,
    views: readonly (readonly [View, RawValue])[],
    label: string,
    depth: number,
  ): void {
    const context = this.#context;
    const seen = new Set<string>();
    for (const [view, now] of views) {
      if (view.derive === undefined || view.derive.kind === "text") continue;
      const key = JSON.stringify(view.derive);
      if (seen.has(key)) continue;
      seen.add(key);
      const own = derivedLabel(view, label);
      const format = formatOf(view, context, 0);
      const slot = (): ReturnType<LineValue["slot"]> => fieldSlot(node, nameReader(node, view));
      if (isTextual(format)) this.#textual(depth, now, (value) => viewText(format, value, own), slot);
      else this.line(depth, `[${own}: `, { now, text: (value) => formatDisplay(format, value), slot }, "]");
    }
  }

  /** A line that is only there where there is text to show. */
  #textual(depth: number, now: RawValue, text: (value: RawValue) => string, slot: LineValue["slot"]): void {
    const indent = "    ".repeat(depth);
    const whole = (value: RawValue): string => (value === "" ? "" : `${indent}[${text(value)}]\n`);
    if (this.#recorder === undefined) {
      this.text += whole(now);
      return;
    }
    const { read, ...how } = slot();
    this.#recorder.slot({ ...how, key: read, text: (_, key) => utf8Bytes(whole(key ?? "")) });
  }
}

/** Something that is told of how long a node is. */
function bitLengthOf(node: FieldNode, text: () => string): LineValue {
  return { now: node.bitLength, text, slot: () => ({ read: () => node.bitLength }) };
}

function fieldSlot(node: FieldNode, read: FrameReader): ReturnType<LineValue["slot"]> {
  return { read: ({ frame }) => read(frame), from: stretchOf(node) };
}

/** The whole tree of a frame, a line each. */
export function treeText(shown: Shown, context: OutputContext): string {
  const printer = new TreePrinter(shown, context);
  for (const layer of shown.dissection.layers) printer.layer(layer);
  for (const problem of shown.dissection.problems) {
    printer.fixed(
      0,
      `[${problem.severity}: ${problem.layer}${problem.field === undefined ? "" : `.${problem.field}`}: ${problem.message}]`,
    );
  }
  return printer.text;
}

/** The same of frames of one shape, and an empty line. */
export function treeTemplate(shown: Shown, context: OutputContext): Template {
  const recorder = new Recorder();
  const printer = new TreePrinter(shown, context, recorder);
  for (const layer of shown.dissection.layers) printer.layer(layer);
  recorder.text("\n");
  return recorder.finish();
}
