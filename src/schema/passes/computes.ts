/** What is computed on writing has something to be computed from. */
import { SchemaError } from "../../errors.ts";
import type { FieldIR, Payload, UintField, Variant } from "../../ir/nodes.ts";
import { bitOffsetOf } from "../../ir/size.ts";
import { flatFields } from "./names.ts";
import type { PassContext } from "./pass.ts";

function looksUp(payload: Payload | undefined, name: string): boolean {
  return payload?.next.some(({ key }) => key.kind === "field" && key.field === name) === true;
}

export function checkComputes(variant: Variant, { layout, at }: PassContext): void {
  for (const field of flatFields(variant.fields)) {
    if (field.kind === "uint" && field.compute !== undefined) check(field, field.compute, variant);
  }

  function refuse(field: FieldIR, reason: string): never {
    throw new SchemaError("schema-invalid", `${at(field)}/compute`, reason);
  }

  function check(field: UintField, compute: NonNullable<UintField["compute"]>, form: Variant): void {
    switch (compute.kind) {
      case "size":
        if (layout.role === "header") refuse(field, "only options have a size; a header has a headerSize");
        return;
      case "headerSize":
        if (layout.headerLength?.kind !== "linear" || layout.headerLength.field !== field.name)
          refuse(field, `"headerLength" does not name "${field.name}"`);
        return;
      case "payloadSize":
        if (form.payload === undefined) refuse(field, "there is no payload");
        return;
      case "next":
        if (!layout.variants.some(({ payload }) => looksUp(payload, field.name)))
          refuse(field, `no "next" of the payload is looked up by "${field.name}"`);
        return;
      case "checksum": {
        const place = bitOffsetOf(form.fields, field.name);
        // RFC 1071 sums words of 16 bits from the first byte on.
        if (field.bits !== 16 || field.endian !== "big" || place === undefined || place.offset % 16 !== 0)
          refuse(field, "an Internet checksum is 16 bits, big-endian, at a fixed place of an even byte");
      }
    }
  }
}
