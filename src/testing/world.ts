/** The schemas that generators draw from. */
import { envelopesOf, planVariant, type VariantPlan } from "../backends/serializer-form.ts";
import { builtin, createEngine } from "../default-engine.ts";
import type { Engine } from "../engine/api.ts";
import { Registry } from "../engine/registry.ts";
import { CraftError } from "../errors.ts";
import type { Layout } from "../ir/nodes.ts";
import type { Dissector } from "../plugin.ts";

export interface WorldOptions {
  /** Plugins to draw from, the built-in ones if absent. Add yours behind them: `[...builtin, mine]`. */
  readonly dissectors?: readonly Dissector[] | undefined;
}

export interface World {
  readonly engine: Engine;
  readonly layouts: ReadonlyMap<string, Layout>;
  layout(id: string): Layout;
  plans(layout: Layout): readonly VariantPlan[];
  /** Options that stand directly or indirectly in an envelope. */
  optionsIn(envelope: string): readonly Layout[];
}

const WORLDS = new WeakMap<readonly Dissector[], World>();

/** One world for each list of dissectors: generators are often made one by one. */
export function worldOf(options: WorldOptions = {}): World {
  const dissectors = options.dissectors ?? builtin;
  let world = WORLDS.get(dissectors);
  if (world === undefined) {
    world = createWorld(dissectors);
    WORLDS.set(dissectors, world);
  }
  return world;
}

function createWorld(dissectors: readonly Dissector[]): World {
  const registry = new Registry();
  for (const dissector of dissectors) registry.register(dissector);
  const find = (id: string): Layout | undefined => registry.layouts.get(id);
  const plans = new Map<Layout, readonly VariantPlan[]>();
  return {
    engine: createEngine({ dissectors }),
    layouts: registry.layouts,
    layout(id) {
      const layout = find(id);
      if (layout === undefined) throw new CraftError("unknown-id", id, "there is no schema of this id");
      return layout;
    },
    plans(layout) {
      let made = plans.get(layout);
      if (made === undefined) {
        const around = envelopesOf(layout, find);
        made = layout.variants.map((variant) => planVariant(layout, variant, around));
        plans.set(layout, made);
      }
      return made;
    },
    optionsIn(envelope) {
      return [...registry.layouts.values()].filter(
        (layout) =>
          layout.role === "option" && envelopesOf(layout, find).some((outer) => outer.id === envelope),
      );
    },
  };
}
