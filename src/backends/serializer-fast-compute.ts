/** Generated code for computed fields: lengths, the next layer's key, checksums. */
import { type Code, code, EMPTY, Name } from "../codegen/code.ts";
import type { Compute, UintField } from "../ir/nodes.ts";
import type { Local } from "./serializer-fast-local.ts";
import type { Slot, VariantPlan } from "./serializer-form.ts";

/** A local that is set once the size is known. Whatever is given is passed over, as by the interpreter. */
export function computedReader(
  slot: Slot,
  field: UintField,
  compute: Compute,
  index: number,
  plan: VariantPlan,
): { local: Local; code: Code } | undefined {
  if (typeof field.bits !== "number" || field.signed || field.endian === "little" || field.wide)
    return undefined;
  const own = new Name(`v${index}`);
  const base = {
    slot,
    width: { kind: "bits", bits: field.bits },
    value: code`${own}`,
    present: undefined,
  } as const;
  const read = code`let ${own} = value[${slot.name}];\nif (${own} !== undefined) seen++;`;
  if (compute.kind === "checksum") {
    if (field.bits !== 16) return undefined;
    const place = new Name(`c${index}`);
    return {
      local: { ...base, checksum: { place, code: checksumCode(compute, place) } },
      code: code`${read}\n${own} = 0;`,
    };
  }
  const value = valueCode(slot, field, compute, own, plan);
  if (value === undefined) return undefined;
  const top = 2 ** field.bits - 1;
  const scaled =
    field.scale === 1 && field.bias === 0
      ? EMPTY
      : code`${own} = (${own} - ${field.bias}) / ${field.scale};\n`;
  const settle = code`${value}\n${scaled}if (!(${own} >= 0 && ${own} <= ${top}) || ${own} % 1 !== 0) return undefined;`;
  return { local: { ...base, settle }, code: read };
}

/** Statements that set the local to the value, not yet scaled. */
function valueCode(
  slot: Slot,
  field: UintField,
  compute: Compute,
  own: Name,
  plan: VariantPlan,
): Code | undefined {
  if (compute.kind !== "next" && slot.where.length > 0) return undefined;
  switch (compute.kind) {
    case "size": {
      const envelope = plan.envelopes.find((one) => one.lengthField === slot.name);
      return code`${own} = (size - ${envelope?.lengthBias ?? 0}) / ${envelope?.lengthUnit ?? 1};`;
    }
    case "headerSize": {
      const size = plan.layout.headerLength;
      return size?.kind === "linear" && size.field === slot.name
        ? code`${own} = (size - ${size.bias}) / ${size.scale};`
        : code`${own} = size;`;
    }
    case "payloadSize":
      return code`${own} = (size + context.payload.length - ${compute.bias}) / ${compute.scale};`;
    case "next": {
      if (field.scale !== 1 || field.bias !== 0) return undefined;
      const fallback = field.constant ?? field.default ?? slot.keys[0]?.[0];
      const allowed =
        slot.where.length === 0
          ? EMPTY
          : code`\nif (!(${slot.where.map(([from, to]) => code`(${own} >= ${from} && ${own} <= ${to}) || `)}false)) return undefined;`;
      return code`${own} = context.nextKey ?? (typeof ${own} === "number" ? ${own} : ${fallback});${allowed}`;
    }
    case "checksum":
      return undefined;
  }
}

function checksumCode(compute: Extract<Compute, { kind: "checksum" }>, place: Name): Code {
  const sum = new Name(`${place.text}sum`);
  const store = code`bytes[${place}] = ${sum} >>> 8; bytes[${place} + 1] = ${sum};`;
  if (compute.cover === "header") return code`const ${sum} = internetChecksum(bytes);\n${store}`;
  const pseudo = new Name(`${place.text}pseudo`);
  const zero = compute.zero ?? 0;
  const total = compute.pseudoHeader
    ? code`const ${pseudo} = typeof context.pseudoHeader === "function" ? context.pseudoHeader(size + context.payload.length) : context.pseudoHeader;
if (${pseudo} === undefined) return undefined;
let ${sum} = internetChecksum(${pseudo}, bytes, context.payload);`
    : code`let ${sum} = internetChecksum(bytes, context.payload);`;
  return code`${total}\nif (${sum} === 0) ${sum} = ${zero};\n${store}`;
}
