/** Frames → layers: follows the dissector tables from the link type to the last header that is known. */
import type { Problem } from "../errors.ts";
import type { Frame } from "../ir/frame.ts";
import type { Layout, Variant } from "../ir/nodes.ts";
import type { FieldNode, Layer, OptionNode, TreeNode } from "../ir/tree.ts";
import type { DissectOptions } from "./api.ts";
import { settleChecksums } from "./checksums.ts";
import { excused } from "./cut.ts";
import { FrameDissection, MutableLayer } from "./dissection.ts";
import { contextProblem, type Form, makeProblem, readHeader } from "./form.ts";
import { Placing, prepare } from "./generated.ts";
import { metadataLayer } from "./metadata.ts";
import { Numbering } from "./numbering.ts";
import { readRegion } from "./option-nodes.ts";
import { addOpaque, nodeNumber, readCutPayload, readPayload } from "./payload.ts";
import type { Registry } from "./registry.ts";
import type { OpenLayer, Walk, Window } from "./window.ts";

const NO_ANCHORS: ReadonlySet<string> = new Set();

/** Headers in headers stop here: no real stack is as deep, crafted ones may be. */
export const MAX_LAYERS = 64;

/** Dissects one frame. Never throws: what is wrong stands in `problems`. */
export function dissectFrame(
  registry: Registry,
  frame: Frame,
  options: DissectOptions = {},
): FrameDissection {
  const { data } = frame;
  const walk: Walk = { registry, data, numbering: new Numbering(), problems: [], stack: [], protocols: [] };
  const { problems, stack, protocols } = walk;
  let window: Window | undefined = {
    table: "link.type",
    key: frame.linkType,
    layout: registry.find("link.type", frame.linkType, data, 0, data.length),
    start: 0,
    end: data.length,
    wireEnd: Math.max(frame.originalLength, data.length),
  };
  while (window !== undefined && stack.length < MAX_LAYERS) {
    if (window.via !== undefined) protocols.push(window.via);
    window = readLayer(walk, window);
  }
  if (window !== undefined) {
    problems.push(
      makeProblem("nesting-limit", "warn", "frame", window.start, `more than ${MAX_LAYERS} layers`),
    );
    readData(walk, window);
  }
  const layers = stack.map((open) => open.layer);
  problems.push(...settleChecksums(layers, data, options.verifyChecksums ?? false));
  for (const problem of problems) placeProblem(registry, layers, problem);
  const metadata = metadataLayer(registry, frame, protocols);
  const all = metadata === undefined ? layers : [metadata, ...layers];
  return new FrameDissection(frame, { layers: all }, problems, registry);
}

/** The name that a schema gives to the problem stands in the header that it was found in. */
function placeProblem(registry: Registry, layers: readonly Layer[], problem: Problem): void {
  const info = registry.problemField(problem);
  if (info === undefined) return;
  const at = problem.bitOffset;
  const before = layers.filter(({ protocol, start }) => protocol === info.protocol && start * 8 <= at);
  const field = prepare({ info, placement: {} }, registry, () => false, NO_ANCHORS);
  new Placing(layers).add(field, true, before.length - 1);
}

/** What no schema claims is shown as data. */
function readData(walk: Walk, window: Window): void {
  const layout = walk.registry.layouts.get("data");
  if (layout !== undefined && window.end > window.start) pushLayer(walk, window, layout);
}

function pushLayer(
  walk: Walk,
  window: Window,
  layout: Layout,
): { readonly form: Form; readonly open: OpenLayer } {
  const { registry, data, numbering } = walk;
  const { start, end, table, key } = window;
  const problems: Problem[] = [];
  const protocol = layout.protocol?.filter ?? layout.id;
  walk.protocols.push(protocol);
  const number = numbering.open(protocol);
  const form = readHeader(layout, data, start, end, {
    layerNumber: () => numbering.current,
    region: (envelope, from, to) => readRegion(registry, envelope, data, from, to, { numbering, problems }),
  });
  walk.problems.push(...excused([...problems, ...form.problems], form, window));
  const children: TreeNode[] = [...form.nodes];
  const layer = new MutableLayer({
    layout,
    variant: form.variant,
    start,
    end: form.end,
    bufferEnd: end,
    layer: number,
    children,
    table,
    key,
    data,
  });
  const open: OpenLayer = { layer, children };
  walk.stack.push(open);
  return { form, open };
}

/** Reads the header in the window; gives the window of the next one. */
function readLayer(walk: Walk, window: Window): Window | undefined {
  if (window.layout === undefined) {
    readData(walk, window);
    return undefined;
  }
  const parent = walk.stack.at(-1);
  const { form, open } = pushLayer(walk, window, window.layout);
  noteInnerProtocols(open.children, walk.protocols);
  checkContexts(walk.registry, open.children, walk.problems);
  if (form.variant !== undefined && form.ok)
    return readPayload(walk, window, form, form.variant, open, parent);
  readCutPayload(window, form, open);
  const claimed = lastByte(form.nodes, window.start);
  addOpaque(open.children, claimed, window.end, "malformed", walk.numbering.current);
  open.layer.end = Math.max(form.end, claimed);
  open.layer.raw = walk.data.subarray(window.start, window.end);
  return undefined;
}

function lastByte(nodes: readonly FieldNode[], start: number): number {
  return nodes.reduce((end, node) => Math.max(end, Math.ceil((node.bitOffset + node.bitLength) / 8)), start);
}

/** Options that open a layer number count as protocols of the frame. */
function noteInnerProtocols(children: readonly TreeNode[], protocols: string[]): void {
  for (const region of children) {
    if (region.kind !== "field" || region.ir.kind !== "options") continue;
    for (const option of region.children) {
      if (option.kind === "option" && option.layout.protocol?.layer === true)
        protocols.push(option.layout.protocol.filter);
    }
  }
}

/** Each option against the bits of the header that its region names as context. */
function checkContexts(registry: Registry, children: readonly TreeNode[], problems: Problem[]): void {
  for (const region of children) {
    if (region.kind !== "field" || region.ir.kind !== "options" || region.ir.context === undefined) continue;
    const bits = nodeNumber(children, region.ir.context);
    if (bits === undefined) continue;
    for (const option of region.children) {
      if (option.kind !== "option") continue;
      const variant = variantOf(registry, option);
      const problem = contextProblem(option.layout, variant, bits, option.bitOffset / 8);
      if (problem !== undefined) problems.push(problem);
    }
  }
}

function variantOf(registry: Registry, option: OptionNode): Variant | undefined {
  return registry.layouts.get(option.id)?.variants.find((variant) => variant.name === option.variant);
}
