/** One form of a schema, prepared for writing: groups are flattened, and each field knows all its guards and references. */
import type {
  Envelope,
  FieldIR,
  GroupField,
  Guard,
  Layout,
  MetaField,
  Range,
  Size,
  Variant,
} from "../ir/nodes.ts";

/** A field that takes bytes of its own. */
export type LeafField = Exclude<FieldIR, GroupField | MetaField>;

export interface Slot {
  readonly field: LeafField;
  readonly name: string;
  /** Its own guard and those of the groups around it. */
  readonly guard: Guard;
  /** Keys that the schema is registered under, where this field is the key: others would make it another option. */
  readonly keys: readonly Range[];
  /** Values that the form allows here, as {@link toWire} has them. */
  readonly where: readonly Range[];
}

/** A list of fields to write: a form of a schema, or one item of a repetition. */
export interface FormPlan {
  readonly slots: readonly Slot[];
  readonly byName: ReadonlyMap<string, Slot>;
  /** Slots whose width hangs on a flag, by the flag's name. */
  readonly widths: ReadonlyMap<string, readonly Slot[]>;
}

export interface VariantPlan extends FormPlan {
  readonly layout: Layout;
  readonly variant: Variant;
  /** The envelope that the option stands in, and those around it. */
  readonly envelopes: readonly Envelope[];
}

/** Integer as a form's `where` sees it: the bits on the wire, read as big-endian. Whole numbers in, or NaN. */
export function toWire(field: LeafField, value: number): number {
  if (field.kind !== "uint") return value;
  const raw = (value - field.bias) / field.scale;
  return swapped(field, raw < 0 && typeof field.bits === "number" ? raw + 2 ** field.bits : raw);
}

/** The inverse of {@link toWire}, for unsigned fields. */
export function fromWire(field: LeafField, raw: number): number {
  return field.kind === "uint" ? swapped(field, raw) * field.scale + field.bias : raw;
}

function swapped(field: LeafField, raw: number): number {
  if (field.kind !== "uint" || field.endian === "big" || typeof field.bits !== "number") return raw;
  let rest = raw;
  let value = 0;
  for (let bytes = field.bits / 8; bytes > 0; bytes--) {
    value = value * 256 + (rest % 256);
    rest = Math.floor(rest / 256);
  }
  return value;
}

/** Size of what takes bytes as declared, or undefined for what has a width of its own. */
export function sizeOf(field: LeafField): Size | undefined {
  return field.kind === "bytes" || field.kind === "repeat" || field.kind === "options"
    ? field.size
    : undefined;
}

/** The two widths in bits of a field that hangs on a flag. */
export function widthChoice(field: LeafField): { flag: string; set: number; clear: number } | undefined {
  if (field.kind === "uint") return typeof field.bits === "number" ? undefined : field.bits;
  const size = sizeOf(field);
  return size?.kind === "flag" ? { flag: size.flag, set: size.set * 8, clear: size.clear * 8 } : undefined;
}

function flatten(fields: readonly FieldIR[], guard: Guard): { field: LeafField; guard: Guard }[] {
  return fields.flatMap((field) => {
    const all = field.when.length === 0 ? guard : [...guard, ...field.when];
    if (field.kind === "meta") return [];
    return field.kind === "group" ? flatten(field.fields, all) : [{ field, guard: all }];
  });
}

/** Prepares the fields of one item of a repetition. */
export function planFields(fields: readonly FieldIR[]): FormPlan {
  return planSlots(
    flatten(fields, []).map((leaf) => ({ ...leaf, name: leaf.field.name, keys: [], where: [] })),
  );
}

function planSlots(slots: readonly Slot[]): FormPlan {
  const widths = new Map<string, Slot[]>();
  for (const slot of slots) {
    const choice = widthChoice(slot.field);
    if (choice === undefined) continue;
    const users = widths.get(choice.flag);
    if (users === undefined) widths.set(choice.flag, [slot]);
    else users.push(slot);
  }
  return { slots, byName: new Map(slots.map((slot) => [slot.name, slot])), widths };
}

/** The envelopes around a schema, the nearest first. */
export function envelopesOf(layout: Layout, find: (id: string) => Layout | undefined): Layout[] {
  const around: Layout[] = [];
  for (let id = layout.within; id !== undefined; ) {
    const outer = find(id);
    if (outer === undefined || around.includes(outer)) break;
    around.push(outer);
    id = outer.within;
  }
  return around;
}

/** Prepares one form. `around` are the envelopes of {@link envelopesOf}. */
export function planVariant(layout: Layout, variant: Variant, around: readonly Layout[]): VariantPlan {
  const keys = new Map<string, readonly Range[]>();
  // Each envelope's key field selects what stands directly inside: the option itself, or the next inner envelope.
  for (const [index, outer] of around.entries()) {
    const inner = around[index - 1] ?? layout;
    const { envelope } = outer;
    if (envelope === undefined) continue;
    const ranges = inner.matches.filter((match) => match.table === envelope.table).map((match) => match.key);
    if (ranges.length > 0) keys.set(envelope.keyField, ranges);
  }
  const where = new Map(variant.where.map((term) => [term.field, term.ranges]));
  const slots = flatten(variant.fields, []).map((leaf): Slot => {
    const { name } = leaf.field;
    return { ...leaf, name, keys: keys.get(name) ?? [], where: where.get(name) ?? [] };
  });
  const own = layout.envelope === undefined ? [] : [layout.envelope];
  const outer = around.flatMap((one) => (one.envelope === undefined ? [] : [one.envelope]));
  return { ...planSlots(slots), layout, variant, envelopes: [...own, ...outer] };
}

export function inRanges(value: number, ranges: readonly Range[]): boolean {
  return ranges.some(([low, high]) => low <= value && value <= high);
}

/** `4, 8 to 12`. */
export function rangesText(ranges: readonly Range[]): string {
  return ranges.map(([low, high]) => (low === high ? `${low}` : `${low} to ${high}`)).join(", ");
}
