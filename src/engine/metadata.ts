/** The `frame` layer: what the capture file tells of a frame. */
import { encapType } from "../capture/link-types.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { FieldNode } from "../ir/tree.ts";
import { MutableLayer } from "./dissection.ts";
import type { Registry } from "./registry.ts";

/** Values by the `source` that a schema of role `metadata` names; a list gives one occurrence each. */
function sourceValue(source: string, frame: Frame, protocols: readonly string[]): readonly RawValue[] {
  const one = (value: RawValue | undefined): readonly RawValue[] => (value === undefined ? [] : [value]);
  switch (source) {
    case "number":
    case "capturedLength":
    case "originalLength":
    case "timestamp":
    case "interfaceId":
    case "interfaceName":
    case "interfaceDescription":
    case "sectionNumber":
    case "flags":
      return one(frame[source]);
    case "fileOffset":
      return one(frame.fileOffset === undefined ? undefined : BigInt(frame.fileOffset));
    case "comments":
      return frame.comments ?? [];
    case "encapType":
      return one(encapType(frame.linkType));
    case "protocols":
      return [protocols.join(":")];
    case "zeroTime":
      return frame.timestamp === undefined ? [] : [0n];
    case "marked":
    case "ignored":
      return [false];
    default:
      return [];
  }
}

export function metadataLayer(
  registry: Registry,
  frame: Frame,
  protocols: readonly string[],
): MutableLayer | undefined {
  const layout = registry.layouts.get("frame");
  const [variant] = layout?.variants ?? [];
  if (layout === undefined || variant === undefined) return undefined;
  const children = variant.fields.flatMap((ir): FieldNode[] =>
    ir.kind !== "meta"
      ? []
      : sourceValue(ir.source, frame, protocols).map((value) => ({
          kind: "field",
          ir,
          value,
          bitOffset: 0,
          bitLength: 0,
          layer: 1,
          children: [],
          views: ir.views,
          under: ir.under,
        })),
  );
  const size = frame.data.length;
  return new MutableLayer({
    layout,
    variant,
    start: 0,
    end: size,
    bufferEnd: size,
    layer: 1,
    children,
    table: "",
    key: 0,
    data: frame.data,
  });
}
