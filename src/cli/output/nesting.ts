/** Which layers stand inside others in tshark's tree: all others stand side by side. */
import type { Layer } from "../../ir/tree.ts";
import { type Extent, NOWHERE } from "./extents.ts";

export interface Nested {
  readonly layer: Layer;
  readonly extent: Extent;
  /** What stands behind the layer's own fields. */
  readonly inner: readonly Nested[];
}

const NONE: readonly Nested[] = [];

function extentOf({ protocol, layout, start, end, bufferEnd }: Layer, frameSize: number): Extent {
  const isWhole = layout.protocol?.extent === "message";
  const size = protocol === "frame" ? frameSize : (isWhole ? bufferEnd : end) - start;
  return { ...NOWHERE, position: start, size };
}

/** Extension headers stand inside the IPv6 header. */
function nestExtensions(list: readonly Nested[]): readonly Nested[] {
  if (!list.some(({ layer }) => layer.protocol === "ipv6")) return list;
  const nested: Nested[] = [];
  let open = false;
  for (const one of list) {
    const { protocol } = one.layer;
    const outer = nested.at(-1);
    open = protocol === "ipv6" || (open && (protocol === "ah" || protocol.startsWith("ipv6.")));
    if (open && protocol !== "ipv6" && outer !== undefined) {
      const size = one.extent.position + one.extent.size - outer.extent.position;
      nested[nested.length - 1] = {
        ...outer,
        extent: { ...outer.extent, size },
        inner: [...outer.inner, one],
      };
    } else nested.push(one);
  }
  return nested;
}

/** What an ICMP message carries, a quoted packet or data, stands inside it. */
function nestCarried(list: readonly Nested[]): readonly Nested[] {
  const at = list.findIndex(({ layer }) => layer.protocol === "icmp" || layer.protocol === "icmpv6");
  const message = list[at];
  const carried = list[at + 1]?.layer.protocol;
  if (message === undefined || (carried !== "ip" && carried !== "ipv6" && carried !== "data"))
    return nestExtensions(list);
  return [...nestExtensions(list.slice(0, at)), { ...message, inner: nestCarried(list.slice(at + 1)) }];
}

export function nestLayers(layers: readonly Layer[], frameSize: number): readonly Nested[] {
  return nestCarried(layers.map((layer) => ({ layer, extent: extentOf(layer, frameSize), inner: NONE })));
}
