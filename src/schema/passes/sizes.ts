/** A form can have each of its lengths, whole bytes stand on byte boundaries, and what is left tells which optional fields are there. */
import { SchemaError } from "../../errors.ts";
import type { FieldIR, GroupField, RepeatField, Variant } from "../../ir/nodes.ts";
import { contentBits } from "../../ir/size.ts";
import { flatFields } from "./names.ts";
import type { PassContext } from "./pass.ts";

/** Sizes that a form can have: the fixed ones, and whether (and in which steps) it can grow. */
interface Reach {
  readonly bits: ReadonlySet<number>;
  readonly open: number; // 0 = cannot grow; else the step in bits
}

const MOST = 4096; // distinct sizes that are followed
const MOST_BYTES = 65_536;
const MOST_BITS = MOST_BYTES * 8;

function choices(field: FieldIR, pointer: string): { sizes: number[]; open: number } {
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
      const reach = reachOf(field.fields, pointer);
      return { sizes: [...reach.bits], open: reach.open };
    }
    case "flag":
    case "address":
    case "meta":
      return { sizes: [0], open: 0 };
  }
}

function reachOf(fields: readonly FieldIR[], pointer: string): Reach {
  let bits = new Set<number>([0]);
  let open = 0;
  for (const field of fields) {
    const own = choices(field, pointer);
    const sizes = field.when.length > 0 || field.optional ? [0, ...own.sizes] : own.sizes;
    const next = new Set<number>();
    for (const before of bits) for (const size of sizes) next.add(before + size);
    bits = next;
    if (bits.size > MOST)
      throw new SchemaError("limit-exceeded", pointer, `more than ${MOST} possible sizes`);
    if (own.open > 0) open = open === 0 ? own.open : 8;
  }
  return { bits, open };
}

/** Gives the bit in a byte at which the fields end. */
function checkAlignment(fields: readonly FieldIR[], at: PassContext["at"], start: number): number {
  let bit = start;
  for (const field of fields) {
    const bits = contentBits(field);
    const wholeBytes =
      field.kind === "bytes" ||
      field.kind === "address" ||
      field.kind === "repeat" ||
      field.kind === "options" ||
      (field.kind === "uint" && (field.signed || field.endian === "little" || bits === undefined));
    if (wholeBytes && bit % 8 !== 0)
      throw new SchemaError("alignment", at(field), `"${field.name}" begins inside a byte`);
    if ((field.when.length > 0 || field.optional) && bits !== undefined && bits % 8 !== 0)
      throw new SchemaError(
        "alignment",
        at(field),
        `"${field.name}" is there only sometimes and takes no whole bytes`,
      );
    if (field.kind === "repeat") checkItem(field, at);
    if (field.kind === "group") checkGroup(field, at, bit);
    bit = (bit + (bits ?? 0)) % 8;
  }
  return bit;
}

/** Items take whole bytes, and at least one, so that a list comes to its end. */
function checkItem(field: RepeatField, at: PassContext["at"]): void {
  if (checkAlignment(field.item, at, 0) % 8 !== 0)
    throw new SchemaError("alignment", at(field), `an item of "${field.name}" takes no whole bytes`);
  if (field.item.some((item) => item.optional))
    throw new SchemaError("size-mismatch", at(field), "an item has no optional fields");
  const least = Math.min(...reachOf(field.item, at(field)).bits);
  if (least === 0)
    throw new SchemaError("size-mismatch", at(field), `an item of "${field.name}" may take no bytes`);
  if (field.min > field.max)
    throw new SchemaError("schema-invalid", `${at(field)}/min`, `${field.min} is more than ${field.max}`);
  if (field.min * least > MOST_BITS)
    throw new SchemaError("limit-exceeded", `${at(field)}/min`, "the least list is longer than 64 KiB");
}

/** The children's bits are one number, or one string of bytes: nothing in it comes and goes. */
function checkGroup(field: GroupField, at: PassContext["at"], bit: number): void {
  if (contentBits(field) === undefined)
    throw new SchemaError(
      "size-mismatch",
      at(field),
      "the children of a group are always there, of fixed size",
    );
  checkAlignment(field.fields, at, bit);
}

function checkOptional(fields: readonly FieldIR[], at: PassContext["at"]): void {
  const optional = fields.filter((field) => field.optional);
  const sums = new Map<number, string>([[0, "nothing"]]);
  for (const field of optional) {
    const bits = contentBits(field);
    if (bits === undefined || bits === 0)
      throw new SchemaError("size-mismatch", at(field), `the optional "${field.name}" has no fixed size`);
    if (sums.size > MOST)
      throw new SchemaError("limit-exceeded", at(field), `more than ${MOST} possible sizes`);
    for (const [sum, who] of [...sums]) {
      const taken = sums.get(sum + bits);
      if (taken !== undefined) {
        throw new SchemaError(
          "size-mismatch",
          at(field),
          `${(sum + bits) / 8} bytes left may be ${taken} or ${who} with ${field.name}`,
        );
      }
      sums.set(sum + bits, sum === 0 ? field.name : `${who} with ${field.name}`);
    }
  }
  const [first] = optional;
  if (first !== undefined && fields.some(takesRest))
    throw new SchemaError(
      "size-mismatch",
      at(first),
      "optional fields stand beside a field that takes the rest",
    );
}

function takesRest(field: FieldIR): boolean {
  return "size" in field && field.size.kind === "rest";
}

function checkList(fields: readonly FieldIR[], at: PassContext["at"]): void {
  const [, second] = flatFields(fields).filter(takesRest);
  if (second !== undefined) throw new SchemaError("size-mismatch", at(second), "two fields take the rest");
  const last = fields.at(-1);
  if (checkAlignment(fields, at, 0) !== 0 && last !== undefined)
    throw new SchemaError("alignment", at(last), "the form ends inside a byte");
  checkOptional(fields, at);
}

/** Every length that a form says it has can be made of its fields. */
function checkLengths(variant: Variant, pointer: string, pass: PassContext): void {
  const { bits, open } = reachOf(variant.fields, pointer);
  // Of the sizes that grow alike the least tells of the others.
  const least = new Map<number, number>();
  if (open > 0)
    for (const size of bits)
      least.set(size % open, Math.min(size, least.get(size % open) ?? Number.POSITIVE_INFINITY));
  const most = longest(pass);
  let count = 0;
  for (const [low, high] of variant.lengths) {
    if (high > most)
      throw new SchemaError(
        "size-mismatch",
        `${pointer}/length`,
        `an option of this family has at most ${most} bytes`,
      );
    count += high - low + 1;
    if (count > MOST_BYTES)
      throw new SchemaError("limit-exceeded", `${pointer}/length`, `more than ${MOST_BYTES} lengths`);
    for (let length = low; length <= high; length++) {
      const size = length * 8;
      if (!bits.has(size) && !(open > 0 && size >= (least.get(size % open) ?? Number.POSITIVE_INFINITY)))
        throw new SchemaError(
          "size-mismatch",
          `${pointer}/length`,
          `no combination of fields of ${pass.layout.id} takes ${length} bytes`,
        );
    }
  }
}

/** Bytes of the longest option that the envelope's length field can tell. */
function longest({ layout, envelope }: PassContext): number {
  let outer = layout.within === undefined ? undefined : envelope(layout.within)?.envelope;
  while (outer?.parent !== undefined) outer = envelope(outer.parent)?.envelope;
  if (outer === undefined) return MOST_BYTES;
  const { lengthField, lengthUnit, lengthBias, fields } = outer;
  const field = flatFields(fields).find(({ name }) => name === lengthField);
  const width = (field === undefined ? undefined : contentBits(field)) ?? 8;
  return Math.min(MOST_BYTES, (2 ** width - 1) * lengthUnit + lengthBias);
}

/** @param pointer - of the variant. */
export function checkSizes(variant: Variant, pointer: string, pass: PassContext): void {
  checkList(variant.fields, pass.at);
  checkList(variant.payload?.behind ?? [], pass.at);
  checkLengths(variant, pointer, pass);
}
