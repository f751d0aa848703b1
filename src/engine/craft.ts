/** Layers → the bytes of one frame, from the innermost header outwards. */
import { parseIpv4, parseIpv6 } from "../bytes/address.ts";
import { concatBytes } from "../bytes/hex.ts";
import { CraftError } from "../errors.ts";
import type { Layout } from "../ir/nodes.ts";
import type { LayerInput, SerializeOptions } from "./api.ts";
import { pseudoHeader } from "./checksums.ts";
import type { Registry } from "./registry.ts";
import { serializeForm } from "./serialize.ts";

const EMPTY = new Uint8Array(0);

/** Key of the inner layer in one of the tables that the outer one's payload is looked up in. */
function nextKey(outer: Layout, inner: Layout | undefined): number | undefined {
  if (inner === undefined) return undefined;
  for (const variant of outer.variants) {
    for (const next of variant.payload?.next ?? []) {
      const match = inner.matches.find((candidate) => candidate.table === next.table);
      if (match !== undefined && next.key.kind === "field") return match.key[0];
    }
  }
  return undefined;
}

function addressBytes(value: unknown): Uint8Array | undefined {
  return typeof value === "string" ? (parseIpv4(value) ?? parseIpv6(value)) : undefined;
}

/** The pseudo-header of the nearest enclosing IP header, for a message of `length` bytes. */
function pseudoHeaderFor(
  registry: Registry,
  layers: readonly LayerInput[],
  index: number,
): ((length: number) => Uint8Array) | undefined {
  for (let outer = index - 1; outer >= 0; outer--) {
    const { value } = layers[outer] ?? {};
    const source = addressBytes(value?.["source"]);
    const destination = addressBytes(value?.["destination"]);
    if (source === undefined || destination === undefined) continue;
    const inner = registry.layouts.get(layers[index]?.id ?? "");
    const protocol = inner?.matches.find((match) => match.table === "ip.proto")?.key[0] ?? 0;
    return (length) => pseudoHeader(source, destination, protocol, length);
  }
  return undefined;
}

/** Writes all layers. Metadata layers are passed over, so that a dissection's layers can be given as they are. */
export function craftFrame(
  registry: Registry,
  input: readonly LayerInput[],
  options: SerializeOptions = {},
): Uint8Array {
  const layers = input.filter((layer) => registry.layouts.get(layer.id)?.role !== "metadata");
  let bytes: Uint8Array = EMPTY;
  for (let index = layers.length - 1; index >= 0; index--) {
    const layer = layers[index];
    if (layer === undefined) continue;
    const layout = registry.layouts.get(layer.id);
    if (layout === undefined) throw new CraftError("unknown-id", layer.id, "there is no schema of this id");
    if (layout.role !== "header")
      throw new CraftError("bad-input", layer.id, "is no header: options go into a header's options");
    if (layer.payload !== undefined) {
      if (index < layers.length - 1)
        throw new CraftError("bad-input", layer.id, "only the last layer takes a payload");
      bytes = layer.payload;
    }
    const trailer = layer.trailer ?? EMPTY;
    if (layer.raw !== undefined) {
      bytes = concatBytes([layer.raw, trailer]);
      continue;
    }
    const inner = layers[index + 1];
    const key = nextKey(layout, inner === undefined ? undefined : registry.layouts.get(inner.id));
    const pseudo = pseudoHeaderFor(registry, layers, index);
    const header = serializeForm(registry, layer.id, layer.value ?? {}, {
      fix: layer.fix ?? options.fix,
      context: {
        payload: bytes,
        ...(key === undefined ? {} : { nextKey: key }),
        ...(pseudo === undefined ? {} : { pseudoHeader: pseudo }),
      },
    });
    bytes = concatBytes([header, bytes, trailer]);
  }
  return bytes;
}
