/** Ranges of lengths and of bits. */
import { SchemaError } from "../../errors.ts";
import type { Range } from "../../ir/nodes.ts";
import type { RangesJson } from "../source.ts";

/** Each from low to high, none past `most`. */
export function checkRanges(
  json: RangesJson | undefined,
  pointer: string,
  most: number = Number.POSITIVE_INFINITY,
): Range[] {
  return (json ?? []).map((item, index): Range => {
    const [low, high] = typeof item === "number" ? [item, item] : item;
    if (high < low) throw new SchemaError("schema-invalid", `${pointer}/${index}`, "the range is reversed");
    if (high > most)
      throw new SchemaError("schema-invalid", `${pointer}/${index}`, `${high} is past ${most}`);
    return [low, high];
  });
}
