/** A region of options as tree nodes. */
import type { Problem } from "../errors.ts";
import type { OptionNode, TreeNode } from "../ir/tree.ts";
import { makeProblem, readOption } from "./form.ts";
import type { Numbering } from "./numbering.ts";
import { splitRegion } from "./region.ts";
import type { Registry } from "./registry.ts";

export interface RegionOptions {
  readonly version?: number | undefined;
  readonly numbering: Numbering;
  readonly problems: Problem[];
}

/** What is wrong with a rest that is no option. */
export function regionProblem(envelope: string, start: number, end: number): Problem {
  const message = "an option's length is too small, or runs past the end of the options";
  return makeProblem("malformed", "error", envelope, start, message, { available: end - start });
}

/** Reads the options in `data[start, end)` of the family `envelope`; padding and cut rests become opaque nodes. */
export function readRegion(
  registry: Registry,
  envelope: string,
  data: Uint8Array,
  start: number,
  end: number,
  options: RegionOptions,
): TreeNode[] {
  const outer = registry.layouts.get(envelope);
  if (outer === undefined) return [];
  return splitRegion(registry, outer, data, start, end).map((piece): TreeNode => {
    const place = { bitOffset: piece.start * 8, bitLength: (piece.end - piece.start) * 8 };
    if (piece.kind !== "option") {
      if (piece.kind === "malformed") options.problems.push(regionProblem(envelope, piece.start, piece.end));
      return { kind: "opaque", role: piece.kind, ...place, layer: options.numbering.current, children: [] };
    }
    const { layout } = piece;
    if (layout.protocol?.layer === true) options.numbering.open(layout.protocol.filter);
    const form = readOption(registry, layout, data, piece.start, piece.end, {
      version: options.version,
      layerNumber: () => options.numbering.current,
    });
    options.problems.push(...form.problems);
    const node: OptionNode = {
      kind: "option",
      layout,
      id: form.layout.id,
      variant: form.variant?.name ?? "",
      ...place,
      layer: options.numbering.current,
      children: form.nodes,
    };
    return node;
  });
}
