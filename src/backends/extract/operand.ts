/** The left side of a test, as generated code computes it from one occurrence of one field. */
import { type Code, code, type Name } from "../../codegen/code.ts";
import type { FieldValue, RangeItem, Value } from "../../filter/ast.ts";
import { SignedInteger } from "../../filter/datum.ts";
import { types } from "../../filter/types.ts";
import type { Needle } from "./needle.ts";
import { plus } from "./read.ts";
import type { Scope } from "./scope.ts";
import type { ByteRange, Site, SiteValue } from "./site.ts";
import { NotExtractable } from "./tables.ts";
import { siteRange, siteValue } from "./value.ts";

/** Variables that outlive the frame: what a search has found. */
export interface Found {
  readonly needle: Name;
  /** Index that was searched from, and of the first place from there on; where there is none, of the end of all bytes. */
  readonly from: Name;
  readonly next: Name;
}

/** Where statements go that stand before a test's condition. */
export interface Before {
  readonly scope: Scope;
  readonly statements: Code[];
  found(needle: Needle): Found;
}

export interface Operand {
  readonly field: FieldValue;
  /** The bytes of a protocol are wanted. */
  readonly range: boolean;
  /** At a site: the value. `search`: what `contains` and `matches` look through. */
  value(site: Site, before: Before, search: boolean): SiteValue;
}

function fieldOperand(field: FieldValue): Operand {
  if (field.layers !== undefined) throw new NotExtractable("layers are counted");
  return {
    field,
    range: field.info.name === field.info.protocol,
    value(site, _before, search): SiteValue {
      if (site.kind === "meta") {
        if (field.raw) throw new NotExtractable("a value of the record has no bytes");
        return siteValue(site);
      }
      if (site.kind === "provided") {
        if (field.raw) throw new NotExtractable("a value of a tracker has no bytes");
        return site.value;
      }
      if (site.kind === "view")
        return field.raw ? { kind: "bytes", range: siteRange(site) } : siteValue(site);
      const range = search && !field.raw ? site.buffer : site.range;
      if (range === undefined) throw new NotExtractable("the protocol's bytes are not at hand");
      return { kind: "bytes", range };
    },
  };
}

/** Index from the start or, where negative, from the end. */
function indexCode(range: ByteRange, at: number): Code {
  return at >= 0 ? code`${plus(range.start, at)}` : code`${plus(range.end, at)}`;
}

/** One item of a slice; what does not fit entirely is empty. */
function sliceRange(range: ByteRange, item: RangeItem, { scope, statements }: Before): ByteRange {
  const from = scope.fresh("from");
  const to = scope.fresh("to");
  const start = indexCode(range, item.start);
  let end: Code;
  if (item.kind === "one") end = code`${start} + 1`;
  else if (item.kind === "length") end = code`${start} + ${item.length}`;
  else if (item.kind === "span") end = code`${indexCode(range, item.end)} + 1`;
  else end = code`${range.end}`;
  statements.push(code`let ${from} = ${start}, ${to} = ${end};`);
  // A span from the end may turn round in short values; ends before starts are no range.
  statements.push(
    code`if (${from} < ${range.start} || ${from} >= ${range.end} || ${to} > ${range.end} || ${to} < ${from}) ${to} = ${from} = ${range.start};`,
  );
  return { start: from, end: to };
}

/** @throws NotExtractable where the test has to wait for the end of the walk. */
export function operandOf(value: Value): Operand {
  switch (value.kind) {
    case "field":
      return fieldOperand(value);
    case "slice": {
      const base = operandOf(value.base);
      const [item, ...more] = value.ranges;
      if (item === undefined || more.length > 0) throw new NotExtractable("a slice of several ranges");
      return {
        field: base.field,
        range: base.range,
        value(site, before): SiteValue {
          const whole = base.value(site, before, false);
          if (whole.kind !== "bytes") throw new NotExtractable("a slice of what is not bytes");
          return { kind: "bytes", range: sliceRange(whole.range, item, before) };
        },
      };
    }
    case "call": {
      const [argument] = value.arguments;
      if (value.function.name !== "len" || argument === undefined)
        throw new NotExtractable(`${value.function.name}()`);
      const base = operandOf(argument);
      const { family, size } = types[argument.type];
      const counted = family === "bytes" || family === "protocol";
      if (family === "string") throw new NotExtractable("the length of text");
      return {
        field: base.field,
        range: base.range,
        value(site, before): SiteValue {
          if (!counted) return { kind: "number", number: code`${size}` };
          const whole = base.value(site, before, false);
          if (whole.kind !== "bytes") throw new NotExtractable("the length of what is not bytes");
          return { kind: "number", number: code`(${whole.range.end} - (${whole.range.start}))` };
        },
      };
    }
    case "arithmetic": {
      const { left, right } = value;
      const { family, signed, bits } = types[left.type];
      const mask = right.kind === "constant" ? right.value : undefined;
      if (value.operator !== "&" || family !== "integer" || signed || bits > 32 || mask === undefined)
        throw new NotExtractable("arithmetic");
      const bare = mask instanceof SignedInteger ? mask.value : mask;
      if (typeof bare === "object" || bare < 0 || bare > 0xffff_ffff)
        throw new NotExtractable("arithmetic with a constant out of range");
      const base = operandOf(left);
      return {
        field: base.field,
        range: false,
        value(site, before): SiteValue {
          const inner = base.value(site, before, false);
          if (inner.kind !== "number") throw new NotExtractable("arithmetic on what is no number");
          return { kind: "number", number: code`((${inner.number} & ${Number(bare)}) >>> 0)` };
        },
      };
    }
    case "negate":
      throw new NotExtractable("arithmetic");
    case "reference":
    case "constant":
      throw new NotExtractable("the left side is no field");
    default:
      return value satisfies never;
  }
}
