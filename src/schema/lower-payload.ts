/** What a schema file says of the bytes behind a header. */
import { SchemaError } from "../errors.ts";
import type { BytesField, Payload, Size, Trailer, UintField } from "../ir/nodes.ts";
import { fixedBits } from "../ir/size.ts";
import { parseGuard } from "./guard.ts";
import { lowerField } from "./lower-field.ts";
import { type FieldContext, lowerViews } from "./lower-view.ts";
import type { FieldJson, LinearJson, PayloadJson, TrailerJson } from "./source.ts";

/** scale × field + bias. */
export function toLinear({ field, scale, bias }: LinearJson): Size {
  return { kind: "linear", field, scale: scale ?? 1, bias: bias ?? 0 };
}

export function toPayload(json: PayloadJson, context: FieldContext, pointer: string): Payload {
  return {
    ...(json.end === undefined ? {} : { end: toLinear(json.end) }),
    zeroIsRest: json.zeroIsRest ?? false,
    ...(json.behind === undefined
      ? {}
      : {
          behind: json.behind.map((field, index) => lowerField(field, context, `${pointer}/behind/${index}`)),
        }),
    ...(json.pseudoHeader === undefined
      ? {}
      : { pseudoHeader: { ...json.pseudoHeader, mandatory: json.pseudoHeader.mandatory ?? false } }),
    ...(json.fragment === undefined ? {} : { fragment: parseGuard(json.fragment, `${pointer}/fragment`) }),
    ...(json.quoted === true ? { quoted: true } : {}),
    next: (json.next ?? []).map((next, index) => ({
      table: next.table,
      key:
        typeof next.key === "number"
          ? ({ kind: "constant", value: next.key } as const)
          : ({ kind: "field", field: next.key } as const),
      when: parseGuard(next.when, `${pointer}/next/${index}/when`),
      ...(next.via === undefined ? {} : { via: next.via }),
    })),
    views: lowerViews(json.filter, { label: "Payload", type: "FT_BYTES" }, context, `${pointer}/filter`),
  };
}

/** Bytes whose place follows from the payload's end: nothing else decides whether they are there. */
function trailing(json: FieldJson, context: FieldContext, pointer: string): BytesField {
  const field = lowerField(json, context, pointer);
  if (field.kind !== "bytes")
    throw new SchemaError("schema-invalid", `${pointer}/type`, "a trailer is bytes");
  if (field.size.kind !== "rest" || field.when.length > 0 || field.optional)
    throw new SchemaError("schema-invalid", pointer, "a trailer has neither a size nor a condition");
  return field;
}

function checkSequence(json: FieldJson, context: FieldContext, pointer: string): UintField {
  const field = lowerField(json, context, pointer);
  if (field.kind !== "uint")
    throw new SchemaError("schema-invalid", `${pointer}/type`, "a check sequence is an integer");
  if ((fixedBits(field) ?? 1) % 8 !== 0)
    throw new SchemaError("schema-invalid", pointer, "a check sequence is always there, in whole bytes");
  return field;
}

export function lowerTrailer({ field, padding, check }: TrailerJson, context: FieldContext): Trailer {
  return {
    field: trailing(field, context, "/trailer/field"),
    ...(padding === undefined
      ? {}
      : {
          padding: {
            field: trailing(padding.field, context, "/trailer/padding/field"),
            minimum: padding.minimum,
          },
        }),
    ...(check === undefined
      ? {}
      : {
          check: {
            field: checkSequence(check.field, context, "/trailer/check/field"),
            minimum: check.minimum,
          },
        }),
  };
}
