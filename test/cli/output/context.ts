/** What outputs are told when a test prints with them. */
import type { OutputContext } from "../../../src/cli/output/shown.ts";
import type { Engine } from "../../../src/engine/api.ts";

export function outputContext(engine: Engine): OutputContext {
  return {
    catalog: new Map(engine.fields().map((field) => [field.name, field])),
    plugins: [],
    time: "r",
    color: false,
  };
}
