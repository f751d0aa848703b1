/** Sizes of fields in bytes, as expressions over the numbers that were read before them. */
import { type Code, code, join, type Name } from "../../codegen/code.ts";
import type { FieldIR, Guard, Size } from "../../ir/nodes.ts";
import { contentBits } from "../../ir/size.ts";
import { linear } from "./read.ts";
import { NotExtractable } from "./tables.ts";

/** What tells the numbers; a `FormWriter` does. */
export interface Numbers {
  guardCode(guard: Guard): Code;
  /** 0 where the field is absent; undefined where the form has no such number. */
  numberOrZero(name: string): Name | Code | undefined;
}

/** Bytes that the required ones among some fields take, as far as is known before them; undefined where that is none. */
export function requiredBytes(fields: readonly FieldIR[], numbers: Numbers): Code | undefined {
  const terms: Code[] = [];
  let fixed = 0;
  for (const field of fields) {
    if (field.optional) continue;
    const bytes = sizeOf(field, numbers);
    if (bytes === undefined) continue;
    if (field.when.length === 0 && typeof bytes === "number") fixed += bytes;
    else terms.push(code`(${numbers.guardCode(field.when)} ? ${bytes} : 0)`);
  }
  if (fixed === 0 && terms.length === 0) return undefined;
  return join([code`${fixed}`, ...terms], " + ");
}

/** Undefined for what takes the rest. */
export function sizeOf(field: FieldIR, numbers: Numbers): number | Code | undefined {
  const bits = contentBits(field);
  if (bits !== undefined) return bits / 8;
  if (field.kind === "uint" && typeof field.bits !== "number") {
    return code`(${numbers.guardCode([{ field: field.bits.flag, value: 1 }])} ? ${field.bits.set / 8} : ${field.bits.clear / 8})`;
  }
  if (field.kind === "bytes" || field.kind === "repeat" || field.kind === "options")
    return field.size.kind === "rest" ? undefined : statedBytes(field.size, numbers);
  throw new NotExtractable(`the size of ${field.name} hangs on other fields`);
}

function statedBytes(size: Exclude<Size, { kind: "rest" }>, numbers: Numbers): Code {
  switch (size.kind) {
    case "fixed":
      return code`${size.bytes}`;
    case "flag":
      return code`(${numbers.guardCode([{ field: size.flag, value: 1 }])} ? ${size.set} : ${size.clear})`;
    case "linear": {
      const value = numbers.numberOrZero(size.field) ?? code`0`;
      const bytes = linear(value, size.scale, size.bias);
      return size.bias < 0 || size.scale < 0 ? code`Math.max(0, ${bytes})` : code`${bytes}`;
    }
  }
}
