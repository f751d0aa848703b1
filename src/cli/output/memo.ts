/** Keeping what is told of a field: where that hangs on the field's bits alone, and under which key. */
import { readSmallBits } from "../../bytes/bits.ts";
import { nodeReader } from "../../engine/node-reader.ts";
import type { RawValue } from "../../ir/fields.ts";
import type { Frame } from "../../ir/frame.ts";
import type { FieldIR, View } from "../../ir/nodes.ts";
import { contentBits } from "../../ir/size.ts";
import type { FieldNode } from "../../ir/tree.ts";

/** What a visitor made of a field's values before. */
export interface Memo {
  /** Tells the visitor the same again; false where it was never told, or nothing more is kept. */
  recall(key: RawValue): boolean;
  /** Around what is told of the field; the node gives the key in other frames too, where they share the tree. */
  record(node: FieldNode): void;
  keep(key: RawValue): void;
}

/** Widest integers that values are kept of: wider ones seldom repeat. */
const MEMO_BITS = 16;

/** Does what a name tells hang on the bits of its field alone, where the name exists? */
function isPure({ derive, type }: View): boolean {
  return derive?.kind !== "status" && type !== "FT_NONE";
}

/** Does all that is told of a field hang on its bits alone? */
export function isSelfContained(ir: FieldIR): boolean {
  if (ir.views.length === 0) return false;
  if (![...ir.views, ...ir.under.filter((view) => view.when === undefined)].every(isPure)) return false;
  switch (ir.kind) {
    case "flag":
    case "address":
    case "meta":
      return true;
    case "uint":
      return typeof ir.bits === "number" && ir.bits <= MEMO_BITS;
    case "group":
      return (
        (contentBits(ir) ?? Number.POSITIVE_INFINITY) <= MEMO_BITS &&
        ir.fields.every((field) => field.kind !== "group" && isSelfContained(field))
      );
    default:
      return false;
  }
}

/** Does the node have all names of its field, but for names below it that hang on others? */
function isUsual(node: FieldNode): boolean {
  const { ir } = node;
  return node.views === ir.views && (node.under === ir.under || node.under.length === 0);
}

/** Are the node, and what stands below it, what its bits alone make of it? */
export function isPlain(node: FieldNode): boolean {
  if (!isUsual(node)) return false;
  const { children, ir } = node;
  if (children.length !== (ir.kind === "group" ? ir.fields.length : 0)) return false;
  for (const child of children) if (child.kind !== "field" || !isUsual(child)) return false;
  return true;
}

/** The same of frames that have the node. */
export function keyReader(node: FieldNode): (frame: Frame) => RawValue | undefined {
  const { ir, bitOffset, bitLength } = node;
  if (ir.kind !== "address" || ir.family === "ipv6") {
    const read = nodeReader(node);
    return (frame) => {
      const value = read(frame);
      return value instanceof Uint8Array || typeof value === "bigint" ? undefined : value;
    };
  }
  const upper = bitLength - 32;
  return ({ data }) =>
    readSmallBits(data, bitOffset, upper) * 2 ** 32 + readSmallBits(data, bitOffset + upper, 32);
}

/** The value as a key of a map; undefined where it does not serve as one. */
export function keyOf({ ir, value }: FieldNode): RawValue | undefined {
  if (!(value instanceof Uint8Array)) return typeof value === "bigint" ? undefined : value;
  // A number holds the bits of either exactly.
  if (ir.kind !== "address" || ir.family === "ipv6") return undefined;
  let key = 0;
  for (let index = 0; index < value.length; index++) key = key * 256 + (value[index] ?? 0);
  return key;
}
