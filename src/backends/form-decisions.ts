/**
 * What tells the readings of one form apart: the numbers on which it hangs which fields are there, how long they are and which names they
 * have. Two stretches of bytes of one length for which these are equal are read into trees that differ in values alone.
 */
import type { FieldIR, Guard, Layout, OptionsField, UintField, Variant, View } from "../ir/nodes.ts";
import { contentBits } from "../ir/size.ts";
import { neededNames, partNames, payloadNames } from "./extract/needed.ts";
import { type FieldReader, fieldReader, isBound } from "./field-value.ts";

/** A number at a fixed place, in bits from the start of the form. */
export interface NumberPlace {
  readonly at: number;
  readonly bits: number;
  readonly read: FieldReader;
}

/** How many bytes a form takes; `rest`: its last field goes on to the end of what is there, behind `least` bytes. */
export type HeaderSize =
  | { readonly kind: "fixed"; readonly bytes: number }
  | { readonly kind: "stated"; readonly field: string; readonly scale: number; readonly bias: number }
  | { readonly kind: "rest"; readonly least: number };

export interface Decisions {
  /** A number of its own for each form. */
  readonly id: number;
  readonly decisive: readonly NumberPlace[];
  /** Fields whose other values are problems. */
  readonly bound: readonly (NumberPlace & { readonly field: UintField })[];
  /** A checksum that may be left out. */
  readonly checksum: NumberPlace | undefined;
  /** By name: what payloads and sizes ask for. */
  readonly numbers: ReadonlyMap<string, NumberPlace>;
  /** Of a header. */
  readonly size: HeaderSize;
  /** The options at its end, and the bit that they begin at. */
  readonly region: { readonly field: OptionsField; readonly at: number } | undefined;
}

/** Its readings cannot be told apart by numbers at fixed places. */
class Undecided extends Error {}

interface Found {
  readonly field: FieldIR;
  readonly at: number;
}

/** Fields up to the first one whose place hangs on others, those of groups too; and the bits that they take. */
function fixedPlaces(
  fields: readonly FieldIR[],
  start: number,
): { found: Found[]; end: number; all: boolean } {
  const found: Found[] = [];
  let at = start;
  for (const field of fields) {
    if (field.when.length > 0 || field.optional) return { found, end: at, all: false };
    found.push({ field, at });
    if (field.kind === "group") found.push(...fixedPlaces(field.fields, at).found);
    const bits = contentBits(field);
    if (bits === undefined) return { found, end: at, all: false };
    at += bits;
  }
  return { found, end: at, all: true };
}

function isVerified(field: FieldIR): boolean {
  return field.views.some(({ derive }) => derive?.kind === "status" && derive.verify);
}

function isSimple({ when, optional }: FieldIR): boolean {
  return when.length === 0 && !optional;
}

/** All items of a list are read alike. */
function checkItems(fields: readonly FieldIR[]): void {
  const isFree = (view: View): boolean => view.when === undefined;
  for (const field of fields) {
    const { kind, views, under } = field;
    const isFlexible = kind === "options" || kind === "repeat" || (kind === "uint" && isBound(field));
    if (isFlexible || !isSimple(field) || ![...views, ...under].every(isFree)) throw new Undecided();
    if (kind === "group") checkItems(field.fields);
  }
}

/** What lies behind the first field without a fixed place may neither decide anything nor be at fault. */
function checkBehind(fields: readonly FieldIR[], placed: ReadonlySet<FieldIR>): void {
  for (const field of fields) {
    if (isVerified(field)) throw new Undecided();
    if (field.kind === "uint" && isBound(field) && !placed.has(field)) throw new Undecided();
    if (field.kind === "group") checkBehind(field.fields, placed);
    if (field.kind === "repeat") checkItems(field.item);
  }
}

function sizeOf(layout: Layout, fields: readonly FieldIR[], end: number, isFixed: boolean): HeaderSize {
  if (layout.headerLength?.kind === "linear") {
    const { field, scale, bias } = layout.headerLength;
    return { kind: "stated", field, scale, bias };
  }
  if (layout.headerLength !== undefined && layout.headerLength.kind !== "fixed") throw new Undecided();
  if (isFixed) return { kind: "fixed", bytes: end / 8 };
  const last = fields.at(-1);
  const before = fields.slice(0, -1);
  const isRest = last?.kind === "bytes" && last.size.kind === "rest" && isSimple(last);
  if (!isRest || !before.every((field) => isSimple(field) && contentBits(field) !== undefined))
    throw new Undecided();
  return { kind: "rest", least: end / 8 };
}

function compile(layout: Layout, variant: Variant): Decisions {
  const { fields, payload } = variant;
  const { headerLength } = layout;
  if (payload?.behind !== undefined) throw new Undecided();
  const { found, end, all } = fixedPlaces(fields, 0);
  const places = new Map<string, NumberPlace>();
  for (const { field, at } of found) {
    const bits = contentBits(field);
    const isNumber =
      (field.kind === "uint" && !field.wide) || field.kind === "flag" || field.kind === "group";
    if (bits !== undefined && bits <= 32 && isNumber && !places.has(field.name))
      places.set(field.name, { at, bits, read: fieldReader(field) });
  }
  const place = (name: string): NumberPlace => {
    const known = places.get(name);
    if (known === undefined) throw new Undecided();
    return known;
  };
  checkBehind(fields, new Set(found.map(({ field }) => field)));
  const asked = payloadNames(payload);
  const guards: Guard[] = (payload?.next ?? []).map(({ when }) => when);
  const decisive = neededNames(fields, () => true, headerLength);
  for (const guard of guards) for (const { field } of guard) decisive.add(field);
  const sum = found.find(
    ({ field }) =>
      field.kind === "uint" && field.compute?.kind === "checksum" && field.compute.zero !== undefined,
  );
  const last = fields.at(-1);
  const region = fields.find((field) => field.kind === "options");
  if (region !== undefined && (region !== last || region.size.kind !== "rest" || !isSimple(region)))
    throw new Undecided();
  if (region !== undefined && found.at(-1)?.field !== region) throw new Undecided();
  const names = [
    ...asked,
    ...decisive,
    ...partNames(payload),
    ...(region?.context === undefined ? [] : [region.context]),
  ];
  return {
    id: ++count,
    decisive: [...decisive].map(place),
    bound: found.flatMap(({ field, at }) =>
      field.kind === "uint" && isBound(field)
        ? [{ field, at, bits: contentBits(field) ?? 0, read: fieldReader(field) }]
        : [],
    ),
    checksum: sum && place(sum.field.name),
    numbers: new Map(names.map((name) => [name, place(name)])),
    size: layout.role === "header" ? sizeOf(layout, fields, end, all) : { kind: "rest", least: end / 8 },
    region: region && { field: region, at: end },
  };
}

let count = 0;

const KNOWN = new WeakMap<Variant, Decisions | "undecided">();

/** Undefined where the readings of the form cannot be told apart by numbers at fixed places. */
export function decisionsOf(layout: Layout, variant: Variant): Decisions | undefined {
  let known = KNOWN.get(variant);
  if (known === undefined) {
    try {
      known = compile(layout, variant);
    } catch (thrown) {
      if (!(thrown instanceof Undecided)) throw thrown;
      known = "undecided";
    }
    KNOWN.set(variant, known);
  }
  return known === "undecided" ? undefined : known;
}
