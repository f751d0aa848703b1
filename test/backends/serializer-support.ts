/** The built-in schemas with their writers and the interpreter as reader. */

import { builtin } from "../../dissectors/index.ts";
import { readFields } from "../../src/backends/interpret.ts";
import { toValue } from "../../src/backends/node-values.ts";
import { selectVariant } from "../../src/backends/select.ts";
import { createSerializer, type Serializer, type SerializerDeps } from "../../src/backends/serializer.ts";
import { writeOptionArea } from "../../src/backends/serializer-area.ts";
import type { Layout } from "../../src/ir/nodes.ts";
import type { FieldNode } from "../../src/ir/tree.ts";

export const layouts: ReadonlyMap<string, Layout> = new Map(
  builtin.flatMap((dissector) => dissector.layouts ?? []).map((layout) => [layout.id, layout]),
);

const serializers = new Map<string, Serializer>();

export function findSerializer(id: string): Serializer | undefined {
  const known = serializers.get(id);
  const layout = layouts.get(id);
  if (known !== undefined || layout === undefined) return known;
  const made = createSerializer(layout, deps);
  serializers.set(id, made);
  return made;
}

const find = (id: string): Layout | undefined => layouts.get(id);
export const deps: SerializerDeps = {
  layout: find,
  writeOptions: (envelope, list, how) => writeOptionArea(envelope, list, how, { serializer: findSerializer }),
};

export function serializerOf(id: string): Serializer {
  const found = findSerializer(id);
  if (found === undefined) throw new RangeError(`no schema ${id}`);
  return found;
}

/** The fields of a whole option or header without options, or undefined where no form fits it exactly. */
export function readNodes(
  id: string,
  data: Uint8Array,
): { readonly nodes: readonly FieldNode[]; readonly variant: string } | undefined {
  const layout = layouts.get(id);
  if (layout === undefined) throw new RangeError(`no schema ${id}`);
  const variant = selectVariant(
    layout,
    data,
    0,
    data.length,
    layout.role === "header" ? undefined : data.length,
  );
  if (variant === undefined) return undefined;
  const { nodes, complete, end, problems } = readFields(variant.fields, {
    data,
    start: 0,
    end: data.length,
    layer: id,
    layerNumber: () => 1,
    headerLength: layout.headerLength,
  });
  const good = complete && end === data.length && problems.every((problem) => problem.severity !== "error");
  return good ? { nodes, variant: variant.name } : undefined;
}

/** Their value. */
export function readValue(id: string, data: Uint8Array): Record<string, unknown> | undefined {
  const read = readNodes(id, data);
  return read && toValue(read.nodes, () => [], read.variant);
}
