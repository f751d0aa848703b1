/** How many bits fields take, as far as that does not hang on their values. */
import type { FieldIR } from "./nodes.ts";

/** Bits that a field always takes, or undefined where that hangs on other fields. */
export function fixedBits(field: FieldIR): number | undefined {
  if (field.when.length > 0 || field.optional) return undefined;
  return contentBits(field);
}

/** Bits that a field takes when it is there, or undefined where that hangs on other fields. */
export function contentBits(field: FieldIR): number | undefined {
  switch (field.kind) {
    case "flag":
      return 1;
    case "uint":
      return typeof field.bits === "number" ? field.bits : undefined;
    case "bytes":
      return field.size.kind === "fixed" ? field.size.bytes * 8 : undefined;
    case "address":
      return { ipv4: 32, ipv6: 128, ether: 48 }[field.family];
    case "group": {
      let bits = 0;
      for (const child of field.fields) {
        const own = fixedBits(child);
        if (own === undefined) return undefined;
        bits += own;
      }
      return bits;
    }
    case "repeat":
    case "options":
      return field.size.kind === "fixed" ? field.size.bytes * 8 : undefined;
    case "meta":
      return 0;
  }
}

/** Bit offset of a field in a list, as long as everything before it has a fixed size. */
export function bitOffsetOf(
  fields: readonly FieldIR[],
  name: string,
): { offset: number; field: FieldIR } | undefined {
  let offset = 0;
  for (const field of fields) {
    if (field.name === name) return { offset, field };
    if (field.kind === "group") {
      const inside = bitOffsetOf(field.fields, name);
      if (inside !== undefined) return { offset: offset + inside.offset, field: inside.field };
    }
    const bits = field.when.length > 0 || field.optional ? undefined : contentBits(field);
    if (bits === undefined) return undefined;
    offset += bits;
  }
  return undefined;
}
