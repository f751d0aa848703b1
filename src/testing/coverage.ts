/** Which shapes of a schema were tried: every form × every combination of flags and optional fields that a length admits. */
import type { ParsedObject } from "../engine/api.ts";
import { type FormShape, shapesOf } from "./shapes.ts";
import { type WorldOptions, worldOf } from "./world.ts";

export interface Coverage {
  /** Counts a value; false where no shape fits it. */
  add(value: ParsedObject): boolean;
  /** Number of values by shape, in the order of the schema. */
  readonly rows: readonly { readonly shape: string; readonly count: number }[];
  /** Names of shapes that no value had. */
  readonly missing: readonly string[];
  /** A table of text. */
  print(): string;
}

/** An empty count for one schema. */
export function coverageOf(id: string, options: WorldOptions = {}): Coverage {
  const world = worldOf(options);
  const shapes = world.plans(world.layout(id)).flatMap((plan) => shapesOf(plan));
  const counts = new Map(shapes.map((shape) => [shape, 0]));
  return {
    add(value) {
      const shape = shapes.find((one) => hasShape(one, value));
      if (shape === undefined) return false;
      counts.set(shape, (counts.get(shape) ?? 0) + 1);
      return true;
    },
    get rows() {
      return shapes.map((shape) => ({ shape: shape.name, count: counts.get(shape) ?? 0 }));
    },
    get missing() {
      return shapes.filter((shape) => counts.get(shape) === 0).map((shape) => shape.name);
    },
    print() {
      const rows = shapes.map((shape) => `${String(counts.get(shape) ?? 0).padStart(8)}  ${shape.name}`);
      return [`${id}: ${shapes.length} shapes`, ...rows].join("\n");
    },
  };
}

function hasShape(shape: FormShape, value: ParsedObject): boolean {
  const { plan, slots, choices } = shape;
  if ((value["variant"] ?? "") !== plan.variant.name) return false;
  const there = new Set(slots.map((slot) => slot.name));
  for (const slot of plan.slots) {
    // Computed fields may be left out of a value.
    const computed = slot.field.kind === "uint" && slot.field.compute !== undefined;
    if (!computed && (value[slot.name] !== undefined) !== there.has(slot.name)) return false;
  }
  return [...choices].every(([name, wanted]) => value[name] === undefined || Number(value[name]) === wanted);
}
