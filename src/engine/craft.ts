/** Layers → the bytes of one frame, from the innermost header outwards. */

import { parseIpv4, parseIpv6 } from "../bytes/address.ts";
import { pseudoHeader } from "../bytes/checksum.ts";
import { concatBytes } from "../bytes/hex.ts";
import { CraftError } from "../errors.ts";
import type { LayerInput, SerializeOptions } from "./api.ts";
import type { Registry } from "./registry.ts";
import { serializeForm } from "./serialize.ts";

const EMPTY = new Uint8Array(0);

/** Key of the inner layer in one of the tables that the outer one's payload is looked up in. */
function keyBetween(
  registry: Registry,
  outer: LayerInput | undefined,
  inner: LayerInput | undefined,
): number | undefined {
  if (outer === undefined || inner === undefined) return undefined;
  const matches = registry.layouts.get(inner.id)?.matches ?? [];
  for (const variant of registry.layouts.get(outer.id)?.variants ?? []) {
    for (const next of variant.payload?.next ?? []) {
      const match = matches.find((candidate) => candidate.table === next.table);
      if (match !== undefined && next.key.kind === "field") return match.key[0];
    }
  }
  return undefined;
}

function addressBytes(value: unknown): Uint8Array | undefined {
  return typeof value === "string" ? (parseIpv4(value) ?? parseIpv6(value)) : undefined;
}

/** The pseudo-header of the nearest enclosing header that has one, for a message of `length` bytes of the protocol `key`. */
function pseudoHeaderFor(
  registry: Registry,
  outer: readonly LayerInput[],
  key: number,
): ((length: number) => Uint8Array) | undefined {
  for (const { id, value } of [...outer].reverse()) {
    const form = registry.layouts.get(id)?.variants.find((variant) => variant.payload?.pseudoHeader);
    const wanted = form?.payload?.pseudoHeader;
    if (wanted === undefined) continue;
    const source = addressBytes(value?.[wanted.source]);
    const destination = addressBytes(value?.[wanted.destination]);
    if (source === undefined || destination === undefined) return undefined;
    return (length) => pseudoHeader(source, destination, key, length);
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
      bytes = concatBytes([layer.raw, bytes, trailer]);
      continue;
    }
    const key = keyBetween(registry, layer, layers[index + 1]);
    const own = keyBetween(registry, layers[index - 1], layer) ?? 0;
    const pseudo = pseudoHeaderFor(registry, layers.slice(0, index), own);
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
