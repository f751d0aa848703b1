/** `serialize` and `serializeOptions`: objects → bytes, with the schemas that the registry holds. */
import { createSerializer, type PayloadContext, type Serializer } from "../backends/serializer.ts";
import { writeOptionArea } from "../backends/serializer-area.ts";
import { CraftError } from "../errors.ts";
import type { Layout } from "../ir/nodes.ts";
import type { Fix, ParsedObject, ParsedOption, SerializeOptions } from "./api.ts";
import type { Registry } from "./registry.ts";

const SERIALIZERS = new WeakMap<Registry, Map<Layout, Serializer>>();

function serializerOf(registry: Registry, id: string): Serializer | undefined {
  const layout = registry.layouts.get(id);
  if (layout === undefined) return undefined;
  let known = SERIALIZERS.get(registry);
  if (known === undefined) {
    known = new Map();
    SERIALIZERS.set(registry, known);
  }
  let serializer = known.get(layout);
  if (serializer === undefined) {
    serializer = createSerializer(layout, {
      layout: (other) => registry.layouts.get(other),
      writeOptions: (envelope, list, how) => writeOptionArea(envelope, list, how, areaDeps(registry)),
    });
    known.set(layout, serializer);
  }
  return serializer;
}

function areaDeps(registry: Registry) {
  return {
    serializer: (id: string) => serializerOf(registry, id),
  };
}

/** One option, or one header when `context` says what stands behind it. */
export function serializeForm(
  registry: Registry,
  id: string,
  value: ParsedObject,
  options: SerializeOptions & { readonly context?: PayloadContext | undefined },
): Uint8Array {
  const serializer = serializerOf(registry, id);
  if (serializer === undefined) throw new CraftError("unknown-id", id, "there is no schema of this id");
  return serializer.serialize(value, { fix: options.fix, context: options.context });
}

/** A list of options, in order, with nothing between or behind them. */
export function serializeArea(
  registry: Registry,
  envelope: string,
  options: readonly ParsedOption[],
  how: { readonly fix?: Fix | undefined },
): Uint8Array {
  return writeOptionArea(envelope, options, { fix: how.fix, path: "options" }, areaDeps(registry));
}
