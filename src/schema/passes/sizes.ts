/** A form can have each of its lengths, whole bytes stand on byte boundaries, and what is left tells which optional fields are there. */
import { SchemaError } from "../../errors.ts";
import type { FieldIR, Layout, Variant } from "../../ir/nodes.ts";
import { contentBits } from "../lower-field.ts";

/** Sizes that a form can have: the fixed ones, and whether (and in which steps) it can grow. */
interface Reach {
  readonly bits: ReadonlySet<number>;
  readonly open: number; // 0 = cannot grow; else the step in bits
}

const MOST = 4096; // distinct sizes that are followed

function choices(field: FieldIR): { sizes: number[]; open: number } {
  const fixed = contentBits(field);
  if (fixed !== undefined) return { sizes: [fixed], open: 0 };
  switch (field.kind) {
    case "uint":
      return {
        sizes: typeof field.bits === "number" ? [field.bits] : [field.bits.set, field.bits.clear],
        open: 0,
      };
    case "repeat": {
      const step = field.item.reduce((sum, item) => sum + (contentBits(item) ?? 8), 0);
      return { sizes: [field.min * step], open: step };
    }
    case "bytes":
    case "options":
      if (field.size.kind === "flag") return { sizes: [field.size.set * 8, field.size.clear * 8], open: 0 };
      return { sizes: [0], open: 8 };
    case "group": {
      const reach = reachOf(field.fields);
      return { sizes: [...reach.bits], open: reach.open };
    }
    case "flag":
    case "address":
    case "meta":
      return { sizes: [0], open: 0 };
  }
}

function reachOf(fields: readonly FieldIR[]): Reach {
  let bits = new Set<number>([0]);
  let open = 0;
  for (const field of fields) {
    const own = choices(field);
    const sizes = field.when.length > 0 || field.optional ? [0, ...own.sizes] : own.sizes;
    const next = new Set<number>();
    for (const before of bits) for (const size of sizes) next.add(before + size);
    bits = next;
    if (bits.size > MOST)
      throw new SchemaError("limit-exceeded", "/fields", `more than ${MOST} possible sizes`);
    if (own.open > 0) open = open === 0 ? own.open : 8;
  }
  return { bits, open };
}

function checkAlignment(fields: readonly FieldIR[], pointer: string, start: number): number {
  let at = start;
  for (const field of fields) {
    const wholeBytes =
      field.kind === "bytes" ||
      field.kind === "address" ||
      field.kind === "repeat" ||
      field.kind === "options";
    if (wholeBytes && at % 8 !== 0) {
      throw new SchemaError("alignment", pointer, `"${field.name}" begins inside a byte`);
    }
    const bits = contentBits(field);
    if ((field.when.length > 0 || field.optional) && bits !== undefined && bits % 8 !== 0) {
      throw new SchemaError(
        "alignment",
        pointer,
        `"${field.name}" is there only sometimes and takes no whole bytes`,
      );
    }
    if (field.kind === "repeat" && checkAlignment(field.item, pointer, 0) % 8 !== 0) {
      throw new SchemaError("alignment", pointer, `an item of "${field.name}" takes no whole bytes`);
    }
    at = (at + (bits ?? 0)) % 8;
  }
  return at;
}

function checkOptional(fields: readonly FieldIR[], pointer: string): void {
  const optional = fields.filter((field) => field.optional);
  const sums = new Map<number, string>([[0, "nothing"]]);
  for (const field of optional) {
    const bits = contentBits(field);
    if (bits === undefined || bits === 0)
      throw new SchemaError("size-mismatch", pointer, `the optional "${field.name}" has no fixed size`);
    for (const [sum, who] of [...sums]) {
      const taken = sums.get(sum + bits);
      if (taken !== undefined) {
        throw new SchemaError(
          "size-mismatch",
          pointer,
          `${(sum + bits) / 8} bytes left may be ${taken} or ${who} with ${field.name}`,
        );
      }
      sums.set(sum + bits, sum === 0 ? field.name : `${who} with ${field.name}`);
    }
  }
  if (optional.length > 0 && fields.some((field) => "size" in field && field.size.kind === "rest")) {
    throw new SchemaError(
      "size-mismatch",
      pointer,
      "optional fields stand beside a field that takes the rest",
    );
  }
}

export function checkSizes(layout: Layout, variant: Variant, pointer: string): void {
  const rest = variant.fields.filter((field) => "size" in field && field.size.kind === "rest");
  if (rest.length > 1)
    throw new SchemaError("size-mismatch", `${pointer}/fields`, "two fields take the rest");
  if (checkAlignment(variant.fields, `${pointer}/fields`, 0) !== 0) {
    throw new SchemaError("alignment", `${pointer}/fields`, "the form takes no whole bytes");
  }
  checkOptional(variant.fields, `${pointer}/fields`);
  const reach = reachOf(variant.fields);
  for (const [low, high] of variant.lengths) {
    for (let length = low; length <= Math.min(high, low + 65_536); length++) {
      const bits = length * 8;
      const fits =
        reach.bits.has(bits) ||
        (reach.open > 0 &&
          [...reach.bits].some((least) => bits >= least && (bits - least) % reach.open === 0));
      if (!fits) {
        throw new SchemaError(
          "size-mismatch",
          `${pointer}/length`,
          `no combination of fields of ${layout.id} takes ${length} bytes`,
        );
      }
    }
  }
}
