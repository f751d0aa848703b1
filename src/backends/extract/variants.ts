/** Which form the bytes have, as conditions. The counterpart is `selectVariant` without a version. */
import { type Code, code, join, type Name } from "../../codegen/code.ts";
import type { Range, Variant } from "../../ir/nodes.ts";
import { byteBehind, type Place, unsigned } from "./read.ts";

function inRanges(value: Code | Name, ranges: readonly Range[]): Code {
  return join(
    ranges.map(([low, high]) =>
      low === high ? code`${value} === ${low}` : code`(${value} >= ${low} && ${value} <= ${high})`,
    ),
    " || ",
  );
}

/**
 * The condition of each form, in the order in which they are to be tried: more bits tied down come first. A form whose bits
 * lie behind `end` does not hold. `size`: the option's length; undefined for headers.
 */
export function orderedVariants(
  variants: readonly Variant[],
  start: Name,
  end: Name,
  size: Name | undefined,
): readonly { readonly variant: Variant; readonly condition: Code | undefined }[] {
  return [...variants]
    .sort((a, b) => b.where.length - a.where.length)
    .map((variant) => {
      const terms: Code[] = [];
      if (size !== undefined && variant.lengths.length > 0)
        terms.push(code`(${inRanges(size, variant.lengths)})`);
      for (const where of variant.where) {
        const place: Place = { base: start, bit: where.bitOffset };
        const behind = byteBehind({ base: start, bit: where.bitOffset + where.bits });
        terms.push(code`${behind} <= ${end}`);
        terms.push(code`(${inRanges(unsigned(place, where.bits), where.ranges)})`);
      }
      return { variant, condition: terms.length === 0 ? undefined : join(terms, " && ") };
    });
}
