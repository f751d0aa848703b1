/**
 * The slow and obvious reader: it walks the IR field by field and yields nodes with their bit ranges. It is the oracle that
 * the compiled back ends are tested against, what dissection shows, and the fallback where generated code is forbidden.
 * It never throws and never reads outside `start`..`end`.
 */
import { readBits, readSmallBits, reverseBytes } from "../bytes/bits.ts";
import type { Problem, ProblemCode, Severity } from "../errors.ts";
import type { RawValue } from "../ir/fields.ts";
import type { FieldIR, GroupField, RepeatField, Size, UintField } from "../ir/nodes.ts";
import type { FieldNode, TreeNode } from "../ir/tree.ts";
import { activeViews, bitsOf, Cursor, chooseOptional, holds, requiredAfter, sizeOf } from "./presence.ts";

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
  readonly region?: ReadRegion | undefined;
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

/** The integer that a group's bits make, or their bytes. */
export function groupValue(data: Uint8Array, start: number, bits: number): RawValue {
  if (bits > 64) return data.subarray(start >> 3, (start + bits + 7) >> 3);
  return bits > 32 ? readBits(data, start, bits) : readSmallBits(data, start, bits);
}

/** Bytes as characters of the same codes: nothing is lost, whatever the encoding was. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
