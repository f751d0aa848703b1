/**
 * The slow and obvious reader: it walks the IR field by field and yields nodes with their bit ranges. It is the oracle that
 * the compiled back ends are tested against, what dissection shows, and the fallback where generated code is forbidden.
 * It never throws and never reads outside `start`..`end`.
 */
import { readBits, readSmallBits, reverseBytes } from "../bytes/bits.ts";
import type { Problem, ProblemCode, Severity } from "../errors.ts";
import type { RawValue } from "../ir/fields.ts";
import type { FieldIR, GroupField, Guard, RepeatField, Size, UintField, View } from "../ir/nodes.ts";
import type { FieldNode, TreeNode } from "../ir/tree.ts";

/** Splits a region of options into nodes; the engine gives it, as it knows what is registered. */
export type ReadRegion = (envelope: string, start: number, end: number) => readonly TreeNode[];

export interface ReadInput {
  readonly data: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Id of the schema, for problems. */
  readonly layer: string;
  /** Running number for `#`, asked at each node since options may open layers. */
  readonly layerNumber: () => number;
  readonly region?: ReadRegion;
  /** Headers that state their own length. */
  readonly headerLength?: Size | undefined;
}

export interface ReadResult {
  readonly nodes: readonly FieldNode[];
  /** Where reading stopped, in bytes. */
  readonly end: number;
  /** All fields of the form were there and nothing was left (options) or behind the end (headers). */
  readonly complete: boolean;
  readonly problems: readonly Problem[];
}

const NONE: readonly FieldNode[] = [];

class Cursor {
  at: number;
  limit: number;
  readonly values = new Map<string, number>();
  constructor(at: number, limit: number) {
    this.at = at;
    this.limit = limit;
  }
}

/** True where all terms hold; an absent field is 0 for no term but `!flag` on a field that is absent itself. */
function holds(guard: Guard, values: ReadonlyMap<string, number>): boolean {
  return guard.every((term) => values.get(term.field) === term.value);
}

/** The names that exist here. A list of bytes or options without content has only names that tell of it (its length). */
function activeViews(
  views: readonly View[],
  values: ReadonlyMap<string, number>,
  empty: boolean,
): readonly View[] {
  if (empty) return views.filter((view) => view.derive !== undefined && holds(view.when ?? [], values));
  if (views.every((view) => view.when === undefined)) return views;
  return views.filter((view) => holds(view.when ?? [], values));
}

function sizeOf(size: Size, cursor: Cursor, after: number): number {
  switch (size.kind) {
    case "fixed":
      return size.bytes * 8;
    case "rest":
      return Math.max(0, cursor.limit - cursor.at - after);
    case "flag":
      return (cursor.values.get(size.flag) === 1 ? size.set : size.clear) * 8;
    case "linear":
      return Math.max(0, (cursor.values.get(size.field) ?? 0) * size.scale + size.bias) * 8;
  }
}

/** Bits that a field takes once its guard holds; undefined where it takes what is left. */
function bitsOf(field: FieldIR, cursor: Cursor): number | undefined {
  switch (field.kind) {
    case "flag":
      return 1;
    case "uint":
      if (typeof field.bits === "number") return field.bits;
      return cursor.values.get(field.bits.flag) === 1 ? field.bits.set : field.bits.clear;
    case "address":
      return { ipv4: 32, ipv6: 128, ether: 48 }[field.family];
    case "bytes":
    case "repeat":
    case "options":
      return field.size.kind === "rest" ? undefined : sizeOf(field.size, cursor, 0);
    case "group":
      return field.fields.reduce(
        (sum, child) => sum + (holds(child.when, cursor.values) ? (bitsOf(child, cursor) ?? 0) : 0),
        0,
      );
    case "meta":
      return 0;
  }
}

/** Bits that the required fields behind index `from` take: what is left beyond them is for optional fields and the rest. */
function requiredAfter(fields: readonly FieldIR[], from: number, cursor: Cursor): number {
  let bits = 0;
  for (const field of fields.slice(from)) {
    if (!field.optional && holds(field.when, cursor.values)) bits += bitsOf(field, cursor) ?? 0;
  }
  return bits;
}

/** Which optional fields from index `from` on fill `left` bits exactly; none if nothing fits. */
function chooseOptional(
  fields: readonly FieldIR[],
  from: number,
  left: number,
  cursor: Cursor,
): ReadonlySet<FieldIR> {
  const optional = fields.slice(from).filter((field) => field.optional && holds(field.when, cursor.values));
  for (let mask = 0; mask < 2 ** optional.length; mask++) {
    const chosen = optional.filter((_, index) => (mask >> index) & 1);
    if (chosen.reduce((sum, field) => sum + (bitsOf(field, cursor) ?? 0), 0) === left) return new Set(chosen);
  }
  return new Set();
}

/** Reads one form's fields. */
export function readFields(fields: readonly FieldIR[], input: ReadInput): ReadResult {
  const reader = new Reader(input);
  const cursor = new Cursor(input.start * 8, input.end * 8);
  const nodes = reader.list(fields, cursor);
  const done = nodes !== undefined && !reader.cut;
  return {
    nodes: nodes ?? reader.partial,
    end: Math.ceil(cursor.at / 8),
    complete: done,
    problems: reader.problems,
  };
}

function declares(field: FieldIR, name: string): boolean {
  return (
    field.name === name || (field.kind === "group" && field.fields.some((child) => declares(child, name)))
  );
}

class Reader {
  readonly problems: Problem[] = [];
  /** What was read before the bytes ran out. */
  partial: readonly FieldNode[] = NONE;
  /** The header says that it goes on behind the last byte. */
  cut = false;
  readonly #input: ReadInput;
  constructor(input: ReadInput) {
    this.#input = input;
  }

  #report(
    code: ProblemCode,
    severity: Severity,
    field: FieldIR,
    bitOffset: number,
    message: string,
    sizes: { needed?: number; available?: number } = {},
  ): void {
    this.problems.push({
      code,
      severity,
      layer: this.#input.layer,
      field: field.name,
      bitOffset,
      message,
      ...sizes,
    });
  }

  /** The nodes of all fields that are there; undefined if the bytes end inside one. */
  list(fields: readonly FieldIR[], cursor: Cursor): readonly FieldNode[] | undefined {
    const nodes: FieldNode[] = [];
    let chosen: ReadonlySet<FieldIR> | undefined;
    for (const [index, field] of fields.entries()) {
      if (!holds(field.when, cursor.values)) continue;
      if (field.optional) {
        chosen ??= chooseOptional(
          fields,
          index,
          cursor.limit - cursor.at - requiredAfter(fields, index, cursor),
          cursor,
        );
        if (!chosen.has(field)) continue;
      }
      const bits =
        bitsOf(field, cursor) ?? sizeOf({ kind: "rest" }, cursor, requiredAfter(fields, index + 1, cursor));
      if (cursor.at + bits > cursor.limit) {
        const needed = Math.ceil(bits / 8);
        const available = Math.floor((cursor.limit - cursor.at) / 8);
        this.#report(
          "truncated",
          "error",
          field,
          cursor.at,
          `${field.label} needs ${needed} bytes, ${available} are left`,
          { needed, available },
        );
        this.partial = nodes;
        return undefined;
      }
      const node = this.#field(field, cursor, bits);
      if (node === undefined) {
        this.partial = nodes;
        return undefined;
      }
      nodes.push(node);
      if (
        this.#input.headerLength !== undefined &&
        !this.#applyHeaderLength(this.#input.headerLength, field, cursor)
      ) {
        this.partial = nodes;
        return undefined;
      }
    }
    return nodes;
  }

  /** Once the field that states the header's length is read, the header ends there, or where the bytes end. */
  #applyHeaderLength(size: Size, field: FieldIR, cursor: Cursor): boolean {
    if (size.kind !== "linear" || !declares(field, size.field)) return true;
    const stated = this.#input.start * 8 + sizeOf(size, cursor, 0);
    const available = this.#input.end - this.#input.start;
    const needed = (stated - this.#input.start * 8) / 8;
    if (stated < cursor.at) {
      this.#report(
        "bad-length",
        "error",
        field,
        cursor.at,
        `${field.label} says ${needed} bytes, fewer than the header has`,
        { needed, available },
      );
      return false;
    }
    if (stated > cursor.limit) {
      this.cut = true;
      this.#report(
        "truncated",
        "error",
        field,
        cursor.at,
        `${field.label} says ${needed} bytes, ${available} are there`,
        { needed, available },
      );
    } else cursor.limit = stated;
    return true;
  }

  #field(field: FieldIR, cursor: Cursor, bits: number): FieldNode | undefined {
    const start = cursor.at;
    const { data } = this.#input;
    let value: RawValue | undefined;
    let children: readonly TreeNode[] = NONE;
    switch (field.kind) {
      case "flag":
        value = readSmallBits(data, start, 1) === 1;
        cursor.values.set(field.name, value ? 1 : 0);
        break;
      case "uint":
        value = this.#uint(field, start, bits);
        if (typeof value === "number") cursor.values.set(field.name, value);
        break;
      case "address":
        value = data.subarray(start >> 3, (start + bits) >> 3);
        break;
      case "bytes": {
        const bytes = data.subarray(start >> 3, (start + bits) >> 3);
        value = field.format === "string" ? latin1(bytes) : bytes;
        break;
      }
      case "group": {
        const inner = this.list(field.fields, cursor);
        if (inner === undefined) return undefined;
        children = inner;
        value = groupValue(data, start, cursor.at - start);
        break;
      }
      case "repeat": {
        const items = this.#repeat(field, cursor, start + bits);
        if (items === undefined) return undefined;
        children = items;
        value = data.subarray(start >> 3, (start + bits) >> 3);
        break;
      }
      case "options":
        children = this.#input.region?.(field.envelope, start >> 3, (start + bits) >> 3) ?? NONE;
        value = data.subarray(start >> 3, (start + bits) >> 3);
        break;
      case "meta":
        break;
    }
    cursor.at = start + bits;
    const empty = bits === 0 && (field.kind === "bytes" || field.kind === "options");
    return {
      kind: "field",
      ir: field,
      value,
      bitOffset: start,
      bitLength: bits,
      layer: this.#input.layerNumber(),
      children,
      views: activeViews(field.views, cursor.values, empty),
      under: activeViews(field.under, cursor.values, empty),
    };
  }

  #uint(field: UintField, start: number, bits: number): number | bigint {
    const { data } = this.#input;
    let source = data;
    let at = start;
    if (field.endian === "little") {
      source = reverseBytes(data.subarray(start >> 3, (start + bits) >> 3));
      at = 0;
    }
    if (field.wide) {
      const value = readBits(source, at, bits);
      return field.signed ? BigInt.asIntN(bits, value) : value;
    }
    let value = readSmallBits(source, at, bits);
    if (field.signed && value >= 2 ** (bits - 1)) value -= 2 ** bits;
    const shown = value * field.scale + field.bias;
    if (field.reserved && value !== 0) {
      this.#report("reserved-set", "note", field, start, `${field.label} should be 0, is ${value}`);
    }
    if (field.constant !== undefined && shown !== field.constant) {
      this.#report(
        "const-mismatch",
        "error",
        field,
        start,
        `${field.label} should be ${field.constant}, is ${shown}`,
      );
    }
    return shown;
  }

  /** Items until `limit` bits; undefined where the last one is cut or there are too few or too many. */
  #repeat(field: RepeatField, cursor: Cursor, limit: number): readonly FieldNode[] | undefined {
    const items: FieldNode[] = [];
    while (cursor.at < limit) {
      const inner = new Cursor(cursor.at, limit);
      const start = cursor.at;
      const nodes = this.list(field.item, inner);
      if (nodes === undefined || inner.at === start) return undefined;
      cursor.at = inner.at;
      const [only] = nodes;
      if (field.scalar && only !== undefined) items.push(only);
      else
        items.push({
          kind: "field",
          ir: itemGroup(field),
          value: undefined,
          bitOffset: start,
          bitLength: inner.at - start,
          layer: this.#input.layerNumber(),
          children: nodes,
          views: [],
          under: [],
        });
    }
    if (items.length < field.min || items.length > field.max) {
      this.#report(
        "malformed",
        "error",
        field,
        cursor.at,
        `${field.label} has ${items.length} items, allowed are ${field.min} to ${field.max}`,
      );
      return undefined;
    }
    return items;
  }
}

const ITEMS = new WeakMap<RepeatField, GroupField>();

/** The nameless parent of one item's fields. */
function itemGroup(field: RepeatField): GroupField {
  let group = ITEMS.get(field);
  if (group === undefined) {
    group = {
      kind: "group",
      name: field.name,
      label: field.label,
      when: [],
      optional: false,
      views: [],
      under: [],
      fields: field.item,
    };
    ITEMS.set(field, group);
  }
  return group;
}

function groupValue(data: Uint8Array, start: number, bits: number): RawValue {
  if (bits > 64) return data.subarray(start >> 3, (start + bits + 7) >> 3);
  return bits > 32 ? readBits(data, start, bits) : readSmallBits(data, start, bits);
}

/** Bytes as characters of the same codes: nothing is lost, whatever the encoding was. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
