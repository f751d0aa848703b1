/** Source with code for a few schemas only, as a scan that met just these has it. */
import { builtin } from "../../dissectors/index.ts";
import { compileDecide } from "../../src/backends/extract/decide.ts";
import { PredicateMaker } from "../../src/backends/extract/predicate.ts";
import type { RowInput } from "../../src/backends/extract/test-tree.ts";
import { neededTrackers, TrackerRun } from "../../src/engine/pass.ts";
import { Registry } from "../../src/engine/registry.ts";
import { compileFilterText } from "../../src/filter/compile.ts";
import type { Layout } from "../../src/ir/nodes.ts";

export function adaptiveStates(text: string, ids: readonly string[], again = false): string {
  const registry = new Registry();
  for (const dissector of builtin) registry.register(dissector);
  const { ast, fields } = compileFilterText(text, registry.fieldTable());
  const { rows } = new TrackerRun(registry, neededTrackers(registry, fields), {}, new Set(fields));
  const { store, provided, cache } = rows;
  const input: RowInput = {
    store,
    columns: [...rows.inBytes.values()],
    provided,
    every: true,
    matching: false,
    occurrences: (name) => rows.occurrences(name),
    cache,
  };
  const maker = new PredicateMaker(registry, ast, provided.size > 0 ? input : undefined);
  const hot = new Set<Layout>();
  for (const id of ids) {
    const layout = registry.layouts.get(id);
    if (layout !== undefined) hot.add(layout);
  }
  const { source } = compileDecide(maker.make(1, { layouts: hot, again }), "golden");
  // Owners of the cache are numbered as they come.
  return `// ${text}\n${source.replace(/(flowNumbers\[0\] !== )\d+/, "$10")}\n`;
}
