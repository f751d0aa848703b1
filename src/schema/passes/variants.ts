/** No two forms claim the same bytes: length, then bits at fixed places decide. */
import { SchemaError } from "../../errors.ts";
import type { FieldIR, Range, Variant, Where } from "../../ir/nodes.ts";
import type { RangesJson } from "../source.ts";
import { checkRanges } from "./ranges.ts";

/** Places the names of a `where`: each is an integer or flag with only fixed sizes before it. */
export function resolveWhere(
  where: Readonly<Record<string, RangesJson>> | undefined,
  find: (name: string) => { readonly offset: number; readonly field: FieldIR } | undefined,
  pointer: string,
): Where[] {
  return Object.entries(where ?? {}).map(([name, ranges]): Where => {
    const found = find(name);
    if (found === undefined) {
      throw new SchemaError(
        "unknown-reference",
        `${pointer}/${name}`,
        `"${name}" is no field at a fixed place`,
      );
    }
    const { field, offset } = found;
    const bits =
      field.kind === "flag" ? 1 : field.kind === "uint" && typeof field.bits === "number" ? field.bits : 0;
    if (bits === 0 || bits > 32)
      throw new SchemaError("guard-type", `${pointer}/${name}`, `"${name}" is no integer up to 32 bits`);
    return {
      field: name,
      bitOffset: offset,
      bits,
      ranges: checkRanges(ranges, `${pointer}/${name}`, 2 ** bits - 1),
    };
  });
}

function intersect(a: readonly Range[], b: readonly Range[]): boolean {
  return a.some(([low, high]) => b.some(([from, to]) => low <= to && from <= high));
}

function mayMeet(a: Variant, b: Variant): boolean {
  if (a.lengths.length > 0 && b.lengths.length > 0 && !intersect(a.lengths, b.lengths)) return false;
  // Bits at the same place can tell the forms apart whatever their names are.
  for (const x of a.where) {
    for (const y of b.where) {
      if (x.bitOffset === y.bitOffset && x.bits === y.bits && !intersect(x.ranges, y.ranges)) return false;
    }
  }
  return true;
}

export function checkVariants(variants: readonly Variant[]): void {
  const names = new Set<string>();
  for (const [index, variant] of variants.entries()) {
    if (names.has(variant.name))
      throw new SchemaError(
        "variant-overlap",
        `/variants/${index}/name`,
        `two forms are named "${variant.name}"`,
      );
    names.add(variant.name);
    for (const [other, earlier] of variants.slice(0, index).entries()) {
      if (earlier.where.length === variant.where.length && mayMeet(earlier, variant)) {
        throw new SchemaError(
          "variant-overlap",
          `/variants/${index}`,
          `"${variant.name}" and "${earlier.name}" (/variants/${other}) may claim the same bytes`,
        );
      }
    }
  }
}
