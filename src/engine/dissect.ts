/** Frames → layers: follows the dissector tables from the link type to the last header that is known. */
import { readFields } from "../backends/interpret.ts";
import type { Problem } from "../errors.ts";
import type { Frame } from "../ir/frame.ts";
import type { BytesField, Layout, Payload, Trailer, Variant } from "../ir/nodes.ts";
import type { FieldNode, OptionNode, TreeNode } from "../ir/tree.ts";
import type { DissectOptions } from "./api.ts";
import { settleChecksums } from "./checksums.ts";
import { FrameDissection, type MutableLayer, makeLayer } from "./dissection.ts";
import { contextProblem, type Form, makeProblem, readHeader } from "./form.ts";
import { metadataLayer } from "./metadata.ts";
import { Numbering } from "./numbering.ts";
import { readRegion } from "./option-nodes.ts";
import type { Registry } from "./registry.ts";

/** Headers in headers stop here: no real stack is as deep, crafted ones may be. */
export const MAX_LAYERS = 64;

/** Where the next header is looked for. */
interface Window {
  table: string;
  key: number;
  layout: Layout | undefined;
  start: number;
  /** End of the captured bytes that belong to it. */
  end: number;
  /** End on the wire, behind `end` in a cut frame. */
  wireEnd: number;
}

interface OpenLayer {
  readonly layer: MutableLayer;
  readonly children: TreeNode[];
}

/** Dissects one frame. Never throws: what is wrong stands in `problems`. */
export function dissectFrame(
  registry: Registry,
  frame: Frame,
  options: DissectOptions = {},
): FrameDissection {
  const { data } = frame;
  const problems: Problem[] = [];
  const numbering = new Numbering();
  const stack: OpenLayer[] = [];
  const protocols: string[] = [];
  const first = registry.find("link.type", frame.linkType, data, 0, data.length);
  let window: Window | undefined = {
    table: "link.type",
    key: frame.linkType,
    layout: first,
    start: 0,
    end: data.length,
    wireEnd: Math.max(frame.originalLength, data.length),
  };
  while (window !== undefined && stack.length < MAX_LAYERS) {
    if (window.table === "ethertype") protocols.push("ethertype");
    window = readLayer(registry, data, window, numbering, problems, stack, protocols);
  }
  if (window !== undefined) {
    problems.push(
      makeProblem("nesting-limit", "warn", "frame", window.start, `more than ${MAX_LAYERS} layers`),
    );
    readData(registry, data, window, numbering, stack, protocols);
  }
  const layers = stack.map((open) => open.layer);
  problems.push(...settleChecksums(layers, data, options.verifyChecksums === true));
  const metadata = metadataLayer(registry, frame, protocols);
  return new FrameDissection(
    frame,
    metadata === undefined ? layers : [metadata, ...layers],
    problems,
    registry,
  );
}

/** What no schema claims is shown as data. */
function readData(
  registry: Registry,
  data: Uint8Array,
  window: Window,
  numbering: Numbering,
  stack: OpenLayer[],
  protocols: string[],
): void {
  const layout = registry.layouts.get("data");
  if (layout === undefined || window.end <= window.start) return;
  pushLayer({ ...window, layout }, layout, data, numbering, stack, protocols, []);
}

function pushLayer(
  window: Window,
  layout: Layout,
  data: Uint8Array,
  numbering: Numbering,
  stack: OpenLayer[],
  protocols: string[],
  problems: Problem[],
  registry?: Registry,
): Form {
  const protocol = layout.protocol?.filter ?? layout.id;
  protocols.push(protocol);
  const number = numbering.open(protocol);
  const form = readHeader(layout, data, window.start, window.end, {
    layerNumber: () => numbering.current,
    region: (envelope, from, to) =>
      registry === undefined ? [] : readRegion(registry, envelope, data, from, to, { numbering, problems }),
  });
  const children: TreeNode[] = [...form.nodes];
  const layer = makeLayer(
    layout,
    form.variant?.name ?? "",
    window.start,
    form.end,
    window.end,
    number,
    children,
    window.table,
    window.key,
    data,
  );
  stack.push({ layer, children });
  return form;
}

function readLayer(
  registry: Registry,
  data: Uint8Array,
  window: Window,
  numbering: Numbering,
  problems: Problem[],
  stack: OpenLayer[],
  protocols: string[],
): Window | undefined {
  const { layout } = window;
  if (layout === undefined) {
    readData(registry, data, window, numbering, stack, protocols);
    return undefined;
  }
  const parent = stack.at(-1);
  const form = pushLayer(window, layout, data, numbering, stack, protocols, problems, registry);
  problems.push(...form.problems);
  const open = stack.at(-1);
  if (open === undefined) return undefined;
  noteInnerProtocols(open.children, protocols);
  checkContexts(registry, open.children, problems);
  if (form.variant === undefined || !form.ok) {
    const claimed = lastByte(form.nodes, window.start);
    addOpaque(open.children, claimed, window.end, "malformed", numbering.current);
    open.layer.end = Math.max(form.end, claimed);
    open.layer.raw = data.subarray(window.start, window.end);
    return undefined;
  }
  return readPayload(registry, data, window, form, form.variant, open, parent, numbering, problems);
}

function lastByte(nodes: readonly FieldNode[], start: number): number {
  return nodes.reduce((end, node) => Math.max(end, Math.ceil((node.bitOffset + node.bitLength) / 8)), start);
}

function addOpaque(
  children: TreeNode[],
  start: number,
  end: number,
  role: "malformed" | "trailer",
  layer: number,
): void {
  if (start < end)
    children.push({
      kind: "opaque",
      role,
      bitOffset: start * 8,
      bitLength: (end - start) * 8,
      layer,
      children: [],
    });
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

function checkContexts(registry: Registry, children: readonly TreeNode[], problems: Problem[]): void {
  const flags = children.find((node) => node.kind === "field" && node.views[0]?.filter === "tcp.flags");
  if (flags?.kind !== "field") return;
  for (const region of children) {
    for (const option of region.children) {
      if (option.kind !== "option") continue;
      const problem = contextProblem(
        option.layout,
        variantOf(registry, option),
        Number(flags.value),
        option.bitOffset / 8,
      );
      if (problem !== undefined) problems.push(problem);
    }
  }
}

function variantOf(registry: Registry, option: OptionNode): Variant | undefined {
  return registry.layouts.get(option.id)?.variants.find((variant) => variant.name === option.variant);
}

/** Integer of a field among the nodes, groups opened. */
export function nodeNumber(nodes: readonly TreeNode[], name: string): number | undefined {
  for (const node of nodes) {
    if (node.kind !== "field") continue;
    if (node.ir.kind === "group") {
      const inside = nodeNumber(node.children, name);
      if (inside !== undefined) return inside;
    } else if (node.ir.name === name && (typeof node.value === "number" || typeof node.value === "boolean")) {
      return Number(node.value);
    }
  }
  return undefined;
}

function readPayload(
  registry: Registry,
  data: Uint8Array,
  window: Window,
  form: Form,
  variant: Variant,
  open: OpenLayer,
  parent: OpenLayer | undefined,
  numbering: Numbering,
  problems: Problem[],
): Window | undefined {
  const { payload } = variant;
  if (payload === undefined) {
    // A header without a payload: what is behind it belongs to the enclosing layer.
    open.layer.whole = window.end >= window.wireEnd;
    placeTrailer(form.end, window, open, parent, numbering);
    return undefined;
  }
  let wireEnd = window.wireEnd;
  if (payload.end?.kind === "linear") {
    const stated = (nodeNumber(form.nodes, payload.end.field) ?? 0) * payload.end.scale + payload.end.bias;
    const isRest = payload.zeroIsRest && (nodeNumber(form.nodes, payload.end.field) ?? 0) === 0;
    if (!isRest && window.start + stated > window.wireEnd) {
      problems.push(
        makeProblem(
          "bad-length",
          "error",
          form.layout.id,
          window.start,
          `says ${stated} bytes, ${window.wireEnd - window.start} are there`,
          { needed: stated, available: window.wireEnd - window.start },
        ),
      );
    } else if (!isRest && window.start + stated < form.end) {
      problems.push(
        makeProblem(
          "bad-length",
          "error",
          form.layout.id,
          window.start,
          `says ${stated} bytes, fewer than its header has`,
          { needed: form.end - window.start, available: stated },
        ),
      );
    } else if (!isRest) wireEnd = window.start + stated;
  }
  const end = Math.min(wireEnd, window.end);
  open.layer.bufferEnd = end;
  open.layer.whole = end >= wireEnd;
  const node = payloadNode(payload, data, form.end, end, wireEnd, numbering.current);
  if (node !== undefined) open.layer.payloadNode = node;
  if (end < window.end) placeTrailer(end, window, open, parent, numbering);
  if (form.end >= end) return undefined;
  const inner = { start: form.end, end, wireEnd };
  for (const next of payload.next) {
    if (!next.when.every((term) => nodeNumber(form.nodes, term.field) === term.value)) continue;
    const key = next.key.kind === "constant" ? next.key.value : nodeNumber(form.nodes, next.key.field);
    if (key === undefined) continue;
    const layout = registry.find(next.table, key, data, form.end * 8, end);
    if (layout !== undefined) return { table: next.table, key, layout, ...inner };
  }
  const [first] = payload.next;
  const key = first?.key.kind === "field" ? (nodeNumber(form.nodes, first.key.field) ?? 0) : 0;
  return { table: first?.table ?? "", key, layout: undefined, ...inner };
}

/** Bytes behind a payload belong to the enclosing header if that declares a trailer (Ethernet's padding), else to this one. */
function placeTrailer(
  start: number,
  window: Window,
  open: OpenLayer,
  parent: OpenLayer | undefined,
  numbering: Numbering,
): void {
  if (start >= window.end) return;
  const trailer = parent?.layer.layout.trailer;
  const bytes = open.layer.data.subarray(start, window.end);
  if (parent === undefined || trailer === undefined) {
    open.layer.trailer = bytes;
    addOpaque(open.children, start, window.end, "trailer", numbering.current);
  } else {
    parent.layer.trailer = bytes;
    parent.children.push(...trailerNodes(trailer, open.layer.data, start, window, parent.layer.layer));
  }
}

/** Padding, trailer and check sequence, as far as the header declares them and the bytes look like them. */
function trailerNodes(
  trailer: Trailer,
  data: Uint8Array,
  start: number,
  window: Window,
  layer: number,
): FieldNode[] {
  const nodes: FieldNode[] = [];
  let at = start;
  let { end } = window;
  const { padding, check } = trailer;
  if (padding !== undefined && at < padding.minimum) {
    const limit = Math.min(padding.minimum, end);
    // Whoever pads with something else has something to say: that is shown as trailer.
    if (data.subarray(at, limit).every((byte) => byte === 0)) {
      nodes.push(bytesNode(padding.field, data, at, limit, layer));
      at = limit;
    }
  }
  const size = typeof check?.field.bits === "number" ? check.field.bits / 8 : 0;
  const checked =
    check !== undefined && window.wireEnd >= check.minimum && end === window.wireEnd && end - at >= size;
  if (checked) end -= size;
  if (at < end) nodes.push(bytesNode(trailer.field, data, at, end, layer));
  if (checked) {
    const { nodes: sequence } = readFields([check.field], {
      data,
      start: end,
      end: end + size,
      layer: "trailer",
      layerNumber: () => layer,
    });
    nodes.push(...sequence);
  }
  return nodes;
}

function bytesNode(ir: BytesField, data: Uint8Array, start: number, end: number, layer: number): FieldNode {
  return {
    kind: "field",
    ir,
    value: data.subarray(start, end),
    bitOffset: start * 8,
    bitLength: (end - start) * 8,
    layer,
    children: [],
    views: ir.views,
    under: ir.under,
  };
}

const PAYLOADS = new WeakMap<Payload, { readonly whole: BytesField; readonly empty: BytesField }>();

/** The payload under its filter names. Where it is empty, only names that tell its length exist. */
function payloadNode(
  payload: Payload,
  data: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  layer: number,
): FieldNode | undefined {
  if (payload.views.length === 0) return undefined;
  let fields = PAYLOADS.get(payload);
  if (fields === undefined) {
    const field = (views: Payload["views"]): BytesField => ({
      kind: "bytes",
      name: "payload",
      label: "Payload",
      when: [],
      optional: false,
      views,
      under: [],
      size: { kind: "rest" },
      format: "bytes",
    });
    fields = {
      whole: field(payload.views),
      empty: field(payload.views.filter((view) => view.derive?.kind === "length")),
    };
    PAYLOADS.set(payload, fields);
  }
  const node = bytesNode(end > start ? fields.whole : fields.empty, data, start, Math.max(start, end), layer);
  return { ...node, wireLength: Math.max(0, wireEnd - start) };
}
