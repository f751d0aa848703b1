/** Which form the bytes have, as conditions. The counterpart is `selectVariant` without a version. */
import { type Code, code, EMPTY, join, type Name } from "../../codegen/code.ts";
import type { Range, Variant, Where } from "../../ir/nodes.ts";
import { byteBehind, type Place, unsigned } from "./read.ts";
import type { Scope } from "./scope.ts";

/** Values that were read, by the text that reads them. */
export type Reads = ReadonlyMap<string, Name>;

/** The length of an option that was read, and the greatest that it can state. */
export interface StatedSize {
  readonly value: Name;
  readonly most: number;
}

export interface Form {
  readonly variant: Variant;
  /** Undefined where the form holds in any case. */
  readonly condition: Code | undefined;
  /** Bytes from the start that are there where the condition holds. */
  readonly least: number;
}

export interface Forms {
  /** Statements before the conditions. */
  readonly setup: Code;
  /** In the order in which they are to be tried: more bits tied down come first. */
  readonly forms: readonly Form[];
  readonly reads: Reads;
}

/** `most`: the value is not above it. */
function inRanges(value: Code | Name, ranges: readonly Range[], most: number): Code {
  return join(
    ranges.map(([low, high]) => {
      if (low === high) return code`${value} === ${low}`;
      if (high >= most) return code`${value} >= ${low}`;
      // A value that could not be read is negative.
      return code`(${value} >= ${low} && ${value} <= ${high})`;
    }),
    " || ",
  );
}

function placeOf({ bitOffset }: Where, start: Name): Place {
  return { base: start, bit: bitOffset };
}

function behind({ bitOffset, bits }: Where, start: Name): Name | Code {
  return byteBehind({ base: start, bit: bitOffset + bits });
}

/** In the order in which they are tried. */
export function byTiedBits(variants: readonly Variant[]): readonly Variant[] {
  return [...variants].sort((a, b) => b.where.length - a.where.length);
}

/**
 * The condition of each form. A form whose bits lie behind `end` does not hold. `size`: undefined for headers.
 */
export function formsOf(
  variants: readonly Variant[],
  start: Name,
  end: Name,
  size: StatedSize | undefined,
  scope: Scope,
): Forms {
  const reads = new Map<string, Name>();
  const setup: Code[] = [];
  for (const where of variants.flatMap((variant) => variant.where)) {
    const read = unsigned(placeOf(where, start), where.bits);
    if (reads.has(read.text)) continue;
    const name = scope.fresh("form");
    reads.set(read.text, name);
    setup.push(code`const ${name} = ${behind(where, start)} <= ${end} ? ${read} : -1;`);
  }
  const forms = byTiedBits(variants).map((variant): Form => {
    const terms: Code[] = [];
    const sized = size !== undefined && variant.lengths.length > 0;
    if (sized) terms.push(code`(${inRanges(size.value, variant.lengths, size.most)})`);
    for (const where of variant.where) {
      const name = reads.get(unsigned(placeOf(where, start), where.bits).text) as Name; // made above
      terms.push(code`(${inRanges(name, where.ranges, 2 ** where.bits - 1)})`);
    }
    const least = Math.max(
      sized ? Math.min(...variant.lengths.map(([low]) => low)) : 0,
      ...variant.where.map(({ bitOffset, bits }) => (bitOffset + bits + 7) >> 3),
    );
    return { variant, condition: terms.length === 0 ? undefined : join(terms, " && "), least };
  });
  return { setup: setup.length === 0 ? EMPTY : join(setup, "\n"), forms, reads };
}
