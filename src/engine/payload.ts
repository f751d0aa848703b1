/** What stands behind a header: its payload, the next header, and bytes that belong to neither. */
import { readFields } from "../backends/interpret.ts";
import type { Problem } from "../errors.ts";
import type { BytesField, Next, Payload, Trailer, Variant, View } from "../ir/nodes.ts";
import type { FieldNode, TreeNode } from "../ir/tree.ts";
import { type Form, makeProblem } from "./form.ts";
import type { Numbering } from "./numbering.ts";
import { readRegion } from "./option-nodes.ts";
import type { Registry } from "./registry.ts";
import type { OpenLayer, Walk, Window } from "./window.ts";

/** Adds bytes that no field claims. */
export function addOpaque(
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

/** Integer of a field or of a group of bits among the nodes. */
export function nodeNumber(nodes: readonly TreeNode[], name: string): number | undefined {
  for (const node of nodes) {
    if (node.kind !== "field") continue;
    if (node.ir.name === name && (typeof node.value === "number" || typeof node.value === "boolean"))
      return Number(node.value);
    const inside = node.ir.kind === "group" ? nodeNumber(node.children, name) : undefined;
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** Value of an integer of the header by its name. */
type NumberOf = (name: string) => number | undefined;

/** Bytes that the header says it takes with its payload; undefined where it goes on to the end. */
export function statedSize({ end, zeroIsRest }: Payload, number: NumberOf): number | undefined {
  if (end?.kind !== "linear") return undefined;
  const value = number(end.field) ?? 0;
  return zeroIsRest && value === 0 ? undefined : value * end.scale + end.bias;
}

/** Where the header says that it ends; undefined where it does not, or the bytes that do so are missing. */
export function statedHeaderEnd({ layout, nodes }: Form, start: number): number | undefined {
  const { headerLength } = layout;
  if (headerLength?.kind !== "linear") return undefined;
  const value = nodeNumber(nodes, headerLength.field);
  return value === undefined ? undefined : start + value * headerLength.scale + headerLength.bias;
}

type Found = Pick<Window, "table" | "key" | "layout" | "via"> & {
  /** Which of the payload's entries it is; -1 where nothing is registered. */
  readonly entry: number;
};

/** What reads the payload that stands from `start` to `end`. */
export function findNext(
  registry: Registry,
  { next: all }: Payload,
  number: NumberOf,
  data: Uint8Array,
  start: number,
  end: number,
): Found {
  for (let entry = 0; entry < all.length; entry++) {
    const next = all[entry] as Next; // below the length
    if (next.when.length > 0 && !next.when.every((term) => number(term.field) === term.value)) continue;
    const key = next.key.kind === "constant" ? next.key.value : number(next.key.field);
    if (key === undefined) continue;
    const layout = registry.find(next.table, key, data, start * 8, end);
    if (layout !== undefined) return { table: next.table, key, layout, via: next.via, entry };
  }
  const [first] = all;
  const key = first?.key.kind === "field" ? (number(first.key.field) ?? 0) : 0;
  return { table: first?.table ?? "", key, layout: undefined, via: first?.via, entry: -1 };
}

/** Where a header's payload ends and what reads it; undefined where nothing is left to read. */
export function readPayload(
  walk: Walk,
  window: Window,
  form: Form,
  variant: Variant,
  open: OpenLayer,
  parent: OpenLayer | undefined,
): Window | undefined {
  const { payload } = variant;
  const { registry, data, numbering, problems } = walk;
  if (payload === undefined) {
    // A header without a payload: what is behind it belongs to the enclosing layer.
    open.layer.whole = window.end >= window.wireEnd;
    placeTrailer(form.end, window, open, parent, numbering);
    return undefined;
  }
  let { wireEnd } = window;
  const number = (name: string): number | undefined => nodeNumber(form.nodes, name);
  const stated = statedSize(payload, number);
  if (stated !== undefined) {
    if (window.start + stated > window.wireEnd) {
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
    } else if (window.start + stated < form.end) {
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
      // Nobody would take the packet, so that what is behind its header is nothing in particular.
      open.layer.trailer = data.subarray(form.end, window.end);
      addOpaque(open.children, form.end, window.end, "malformed", numbering.current);
      return undefined;
    } else wireEnd = window.start + stated;
  }
  const end = Math.min(wireEnd, window.end);
  // What stands behind the payload is part of the message, though not of what the payload's length tells.
  const hasBehind = payload.behind !== undefined;
  open.layer.bufferEnd = hasBehind ? window.end : end;
  open.layer.whole = hasBehind ? window.end >= window.wireEnd : end >= wireEnd;
  const node = payloadNode(payload, data, form.end, end, wireEnd - form.end, window, numbering.current);
  if (node !== undefined) open.layer.payloadNode = node;
  if (end < window.end && !(hasBehind && readBehind(walk, payload, end, window, open)))
    placeTrailer(end, window, open, parent, numbering);
  if (form.end >= end) return undefined;
  const opensPart = isPart(payload, number);
  return {
    ...findNext(registry, payload, number, data, form.end, end),
    start: form.end,
    end,
    wireEnd: opensPart ? Number.POSITIVE_INFINITY : wireEnd,
    isPart: opensPart || window.isPart === true,
  };
}

/** Is the payload the beginning of a message, of which the rest stands elsewhere? */
export function isPart({ quoted, fragment }: Payload, number: NumberOf): boolean {
  return quoted === true || fragment?.every((term) => number(term.field) === term.value) === true;
}

/** What is known of the payload behind a header that the capture cut: how long it was. */
export function readCutPayload(window: Window, form: Form, open: OpenLayer): void {
  const payload = form.variant?.payload;
  const headerEnd = statedHeaderEnd(form, window.start);
  const { end, wireEnd } = window;
  if (payload === undefined || headerEnd === undefined || headerEnd <= end || headerEnd > wireEnd) return;
  const { data, layer } = open.layer;
  const node = payloadNode(payload, data, end, end, wireEnd - headerEnd, window, layer);
  if (node !== undefined) open.layer.payloadNode = node;
}

/** Reads the fields behind a payload; false where the bytes do not hold them all. */
function readBehind(walk: Walk, payload: Payload, start: number, window: Window, open: OpenLayer): boolean {
  const { registry, data, numbering, problems } = walk;
  const found: Problem[] = [];
  const { nodes, complete, end } = readFields(payload.behind ?? [], {
    data,
    start,
    end: window.end,
    layer: open.layer.id,
    layerNumber: () => open.layer.layer,
    region: (envelope, from, to) =>
      readRegion(registry, envelope, data, from, to, { numbering, problems: found }),
  });
  if (!complete || end !== window.end) return false;
  problems.push(...found);
  open.layer.trailer = data.subarray(start, window.end);
  open.children.push(...nodes);
  return true;
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

const NO_NODES: readonly FieldNode[] = [];

function bytesNode(ir: BytesField, data: Uint8Array, start: number, end: number, layer: number): FieldNode {
  return {
    kind: "field",
    ir,
    value: data.subarray(start, end),
    bitOffset: start * 8,
    bitLength: (end - start) * 8,
    layer,
    children: NO_NODES,
    views: ir.views,
    under: ir.under,
  };
}

/** With and without bytes, and without names that tell of the length. */
type PayloadFields = Record<"whole" | "empty" | "part", BytesField>;

const PAYLOADS = new WeakMap<Payload, PayloadFields>();

/** The payload under its filter names. Where it is empty, only names that tell its length exist, and in a part none does. */
function payloadNode(
  payload: Payload,
  data: Uint8Array,
  start: number,
  end: number,
  wireLength: number,
  { isPart = false }: Window,
  layer: number,
): FieldNode | undefined {
  if (payload.views.length === 0 || (isPart && end <= start)) return undefined;
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
    const tellsLength = ({ derive }: View): boolean => derive?.kind === "length";
    fields = {
      whole: field(payload.views),
      empty: field(payload.views.filter(tellsLength)),
      part: field(payload.views.filter((view) => !tellsLength(view))),
    };
    PAYLOADS.set(payload, fields);
  }
  const field = isPart ? fields.part : end > start ? fields.whole : fields.empty;
  const node = bytesNode(field, data, start, Math.max(start, end), layer);
  // It was made just now.
  (node as { wireLength?: number }).wireLength = Math.max(0, wireLength);
  return node;
}
