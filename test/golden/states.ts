/** Source with code for a few schemas only, as a scan that met just these has it. */
import { builtin } from "../../dissectors/index.ts";
import { compileDecide } from "../../src/backends/extract/decide.ts";
import { PredicateMaker } from "../../src/backends/extract/predicate.ts";
import { Registry } from "../../src/engine/registry.ts";
import { compileFilterText } from "../../src/filter/compile.ts";
import type { Layout } from "../../src/ir/nodes.ts";

export function adaptiveStates(text: string, ids: readonly string[]): string {
  const registry = new Registry();
  for (const dissector of builtin) registry.register(dissector);
  const maker = new PredicateMaker(registry, compileFilterText(text, registry.fieldTable()).ast);
  const hot = new Set<Layout>();
  for (const id of ids) {
    const layout = registry.layouts.get(id);
    if (layout !== undefined) hot.add(layout);
  }
  return `// ${text}\n${compileDecide(maker.make(1, hot), "golden").source}\n`;
}
