/** What a list of fields leaves open until bytes are seen: prepared once a list, read by every plan of a shape. */
import type { FieldIR, GroupField, Guard, MetaField, Size } from "../ir/nodes.ts";

/** A field that takes bytes of its own: groups are flattened, properties of the frame left out. */
export type LeafField = Exclude<FieldIR, GroupField | MetaField>;

/** Presence and widths of all leaves for one string of bytes. */
export interface Shape {
  /** Equal keys: the same fields are there, with the same choices of width (what a length field or the rest gives may differ). */
  readonly key: number;
  /** Bits of each leaf, in the order of {@link leavesOf}; {@link ABSENT} where it is not there. */
  readonly sizes: readonly number[];
  readonly byteLength: number;
}

export const ABSENT = -1;

interface Term {
  readonly slot: number;
  readonly value: number;
}

export interface Leaf {
  readonly field: LeafField;
  /** Its own guard and those of the groups around it, over slots of named values. */
  readonly guard: readonly Term[];
  /** Where its value is kept when later fields hang on it; -1 when none does. */
  readonly slot: number;
  /** Slot of the field that decides its width; -1 when the width is fixed or what is left. */
  readonly sizeSlot: number;
  /** Bits when they never change; -1 otherwise. */
  readonly fixedBits: number;
  /** Its presence or its choice of width differs from shape to shape. */
  readonly open: boolean;
}

/** A key has a ternary digit (absent, present or clear, set) for each open leaf: so many fit a double exactly. */
const MAX_OPEN = 33;
const MAX_OPTIONAL = 12;

export interface Skeleton {
  readonly leaves: readonly Leaf[];
  readonly slots: number;
  /** The one shape of a form without choices. */
  readonly constant: Shape | undefined;
  readonly supported: boolean;
}

const skeletons = new WeakMap<readonly FieldIR[], Map<string, Skeleton>>();

export function sizeOf(field: FieldIR): Size | undefined {
  return field.kind === "bytes" || field.kind === "repeat" || field.kind === "options"
    ? field.size
    : undefined;
}

function fixedBitsOf(field: LeafField): number {
  switch (field.kind) {
    case "uint":
      return typeof field.bits === "number" ? field.bits : -1;
    case "flag":
      return 1;
    case "address":
      return { ipv4: 32, ipv6: 128, ether: 48 }[field.family];
    default:
      return field.size.kind === "fixed" ? field.size.bytes * 8 : -1;
  }
}

function sizeFieldOf(field: LeafField): string | undefined {
  if (field.kind === "uint") return typeof field.bits === "number" ? undefined : field.bits.flag;
  const size = sizeOf(field);
  return size?.kind === "linear" ? size.field : size?.kind === "flag" ? size.flag : undefined;
}

/** One of two widths, chosen by a flag. */
export function isFlagSized(field: LeafField): boolean {
  return field.kind === "uint" ? typeof field.bits !== "number" : sizeOf(field)?.kind === "flag";
}

/** Groups opened, guards joined. */
function* flatten(fields: readonly FieldIR[], outer: Guard): Generator<{ field: LeafField; guard: Guard }> {
  for (const field of fields) {
    const guard = [...outer, ...field.when];
    if (field.kind === "group") yield* flatten(field.fields, guard);
    else if (field.kind !== "meta") yield { field, guard };
  }
}

/** What the walk over flat leaves cannot say: choices by what is left inside a group, values that no bytes hold. */
function isOpenGroup(field: FieldIR): boolean {
  if (field.kind === "meta") return true;
  if (field.kind !== "group") return false;
  return (
    field.optional ||
    field.fields.some((child) => isOpenGroup(child) || child.optional || sizeOf(child)?.kind === "rest")
  );
}

function buildSkeleton(fields: readonly FieldIR[], headerField: string | undefined): Skeleton {
  const flat = [...flatten(fields, [])];
  const slotNames = new Map<string, number>();
  const slotOf = (name: string): number => {
    const known = slotNames.get(name);
    if (known !== undefined) return known;
    slotNames.set(name, slotNames.size);
    return slotNames.size - 1;
  };
  const drafts = flat.map(({ field, guard }) => {
    const sizeField = sizeFieldOf(field);
    return {
      field,
      guard: guard.map((term) => ({ slot: slotOf(term.field), value: term.value })),
      sizeSlot: sizeField === undefined ? -1 : slotOf(sizeField),
      fixedBits: fixedBitsOf(field),
      open: guard.length > 0 || field.optional || isFlagSized(field),
    };
  });
  if (headerField !== undefined) slotOf(headerField);
  const leaves: Leaf[] = drafts.map((draft) => ({ ...draft, slot: slotNames.get(draft.field.name) ?? -1 }));
  const declared = new Set(leaves.map((leaf) => leaf.field.name));
  const optional = leaves.filter((leaf) => leaf.field.optional);
  const open = leaves.filter((leaf) => leaf.open);
  const supported =
    [...slotNames.keys()].every((name) => declared.has(name)) &&
    open.length <= MAX_OPEN &&
    optional.length <= MAX_OPTIONAL &&
    optional.every((leaf) => leaf.fixedBits > 0) &&
    !(optional.length > 0 && leaves.some((leaf) => sizeOf(leaf.field)?.kind === "rest")) &&
    !fields.some(isOpenGroup);
  const bits = leaves.reduce((sum, leaf) => sum + leaf.fixedBits, 0);
  const still =
    open.length === 0 && leaves.every((leaf) => leaf.fixedBits >= 0 && leaf.field.kind !== "repeat");
  const constant =
    still && supported && bits % 8 === 0 && headerField === undefined
      ? Object.freeze({ key: 0, sizes: leaves.map((leaf) => leaf.fixedBits), byteLength: bits / 8 })
      : undefined;
  return { leaves, slots: slotNames.size, constant, supported };
}

/** The prepared form of a list of fields; `headerField` is the one that states the header's length. */
export function skeletonOf(fields: readonly FieldIR[], headerField = ""): Skeleton {
  let known = skeletons.get(fields);
  if (known === undefined) {
    known = new Map();
    skeletons.set(fields, known);
  }
  let skeleton = known.get(headerField);
  if (skeleton === undefined) {
    skeleton = buildSkeleton(fields, headerField === "" ? undefined : headerField);
    known.set(headerField, skeleton);
  }
  return skeleton;
}

/** The leaves of a form in wire order. */
export function leavesOf(fields: readonly FieldIR[]): readonly Leaf[] {
  return skeletonOf(fields).leaves;
}
