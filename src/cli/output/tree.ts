/** `-V`: one line a node, four blanks a level. */
import { toHex } from "../../bytes/hex.ts";
import type { RawValue } from "../../ir/fields.ts";
import { formatDisplay, type ValueFormat } from "../../ir/format.ts";
import type { View } from "../../ir/nodes.ts";
import type { FieldNode, TreeNode } from "../../ir/tree.ts";
import { nodeBytes, viewValue } from "../../ir/views.ts";
import { layerHeading, listHeading, optionHeading } from "./headings.ts";
import { generatedValue, type OutputContext, type Shown } from "./shown.ts";

/** The bits of a field within its carrier: `...0 01.. = `; empty for fields of whole bytes. */
function bitPattern(node: FieldNode, carrier: FieldNode | undefined, data: Uint8Array): string {
  if (node.bitLength === 0 || (node.bitOffset % 8 === 0 && node.bitLength % 8 === 0)) return "";
  if (node.ir.kind === "group" && node.bitLength >= 8) return "";
  // A group narrower than a byte (ip.flags) is shown within its byte.
  const isInside = carrier !== undefined && carrier.bitLength >= 8 && carrier.bitLength > node.bitLength;
  const from = isInside ? carrier.bitOffset : node.bitOffset - (node.bitOffset % 8);
  const last = node.bitOffset + node.bitLength;
  const to = isInside ? carrier.bitOffset + carrier.bitLength : Math.ceil(last / 8) * 8;
  let pattern = "";
  for (let bit = from; bit < to; bit++) {
    if (bit > from && (bit - from) % 4 === 0) pattern += " ";
    const own = node.bitOffset <= bit && bit < last;
    pattern += own ? String(((data[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) : ".";
  }
  return `${pattern} = `;
}

type Formats = Map<number, ValueFormat>;

/** Formats of views by their width, 0 where the width is the type's. */
const FORMATS = new WeakMap<OutputContext, Map<View, Formats>>();

function formatsOf(view: View, context: OutputContext): Formats {
  let views = FORMATS.get(context);
  if (views === undefined) {
    views = new Map();
    FORMATS.set(context, views);
  }
  let formats = views.get(view);
  if (formats === undefined) {
    formats = new Map();
    views.set(view, formats);
  }
  return formats;
}

function formatOf(view: View, context: OutputContext, bits: number): ValueFormat {
  const formats = formatsOf(view, context);
  let format = formats.get(bits);
  if (format === undefined) {
    const info = context.catalog.get(view.filter);
    const whole: ValueFormat = info?.type === view.type ? info : { type: view.type, base: view.base };
    format = bits === 0 ? whole : { ...whole, bits };
    formats.set(bits, format);
  }
  return format;
}

/** Label and value of one name. `bits`: the value's own width, for hexadecimal digits. */
function viewText(view: View, value: RawValue, label: string, context: OutputContext, bits = 0): string {
  const text = formatDisplay(formatOf(view, context, bits), value);
  return text === "" ? label : `${label}: ${text}`;
}

/** A derived name without a label of its own is told by the end of its filter name. */
function derivedLabel(view: View, fieldLabel: string): string {
  if (view.label !== "" && view.label !== fieldLabel) return view.label;
  return `${fieldLabel} ${view.filter.split(".").at(-1) ?? ""}`;
}

/** The lines below one node's parent. */
class TreePrinter {
  readonly lines: string[] = [];
  readonly #shown: Shown;
  readonly #context: OutputContext;

  constructor(shown: Shown, context: OutputContext) {
    this.#shown = shown;
    this.#context = context;
  }

  line(depth: number, text: string): void {
    this.lines.push(`${"    ".repeat(depth)}${text}`);
  }

  node(node: TreeNode, depth: number, carrier?: FieldNode): void {
    const context = this.#context;
    switch (node.kind) {
      case "field":
        this.#field(node, depth, carrier);
        return;
      case "option":
        this.line(depth, optionHeading(node, context));
        break;
      case "generated":
        this.line(
          depth,
          `[${viewText(node.view, generatedValue(node, this.#shown), node.view.label, context)}]`,
        );
        break;
      case "text":
        this.line(depth, `[${node.label}]`);
        break;
      case "opaque":
        this.line(depth, `${OPAQUE_LABELS[node.role]}: ${toHex(nodeBytes(node, this.#shown.frame.data))}`);
        break;
    }
    for (const child of node.children) this.node(child, depth + 1);
  }

  #field(node: FieldNode, depth: number, carrier: FieldNode | undefined): void {
    const { data } = this.#shown.frame;
    const { ir } = node;
    // A region that takes no bytes is not there: a header without options.
    if (ir.kind === "options" && node.bitLength === 0) return;
    let below = depth + 1;
    const [main, ...others] = this.#values(node, node.views);
    if (ir.kind === "options" || ir.kind === "repeat") {
      this.line(depth, listHeading(node));
    } else if (main !== undefined) {
      const label = main[0].label || ir.label;
      const isDerived = main[0].derive !== undefined;
      const text = viewText(main[0], main[1], label, this.#context, isDerived ? undefined : node.bitLength);
      this.line(depth, isDerived ? `[${text}]` : `${bitPattern(node, carrier, data)}${text}`);
    } else if (node.value !== undefined) {
      this.line(depth, `${bitPattern(node, carrier, data)}${ir.label}: ${plainText(node.value)}`);
    } else below = depth;
    const inner = ir.kind === "group" ? (carrier ?? node) : undefined;
    for (const child of node.children) this.node(child, below, inner);
    this.#derived(this.#values(node, node.under), ir.label, below);
    if (ir.kind !== "options") this.#derived(others, ir.label, depth);
  }

  /** The payload's bytes are shown where they belong; here only that they are there, and how many. */
  payload(node: FieldNode): void {
    if (node.bitLength > 0)
      this.line(1, `Payload (${node.bitLength / 8} byte${node.bitLength === 8 ? "" : "s"})`);
    this.#derived(this.#values(node, node.views), "Payload", 1);
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
  #derived(views: readonly (readonly [View, RawValue])[], label: string, depth: number): void {
    const seen = new Set<string>();
    for (const [view, value] of views) {
      if (
        view.derive === undefined ||
        view.derive.kind === "text" ||
        (view.type === "FT_STRING" && value === "")
      )
        continue;
      const key = JSON.stringify(view.derive);
      if (seen.has(key)) continue;
      seen.add(key);
      this.line(depth, `[${viewText(view, value, derivedLabel(view, label), this.#context)}]`);
    }
  }
}

const OPAQUE_LABELS = {
  padding: "Padding",
  malformed: "Malformed",
  trailer: "Trailer",
  data: "Data",
} as const;

function plainText(value: RawValue): string {
  return value instanceof Uint8Array ? toHex(value) : String(value);
}

/** The whole tree of a frame. */
export function treeLines(shown: Shown, context: OutputContext): readonly string[] {
  const printer = new TreePrinter(shown, context);
  for (const layer of shown.dissection.layers) {
    printer.line(0, layerHeading(layer, shown, context));
    for (const node of layer.children) printer.node(node, 1);
    if (layer.payloadNode !== undefined) printer.payload(layer.payloadNode);
  }
  for (const problem of shown.dissection.problems) {
    printer.line(
      0,
      `[${problem.severity}: ${problem.layer}${problem.field === undefined ? "" : `.${problem.field}`}: ${problem.message}]`,
    );
  }
  return printer.lines;
}
