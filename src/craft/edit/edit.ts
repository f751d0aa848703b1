/** Editing frames of a capture: fields, TCP options, checksums. */
import { concatBytes } from "../../bytes/hex.ts";
import type { Engine, Filter } from "../../engine/api.ts";
import { CraftError } from "../../errors.ts";
import type { Frame } from "../../ir/frame.ts";
import type { Dissection, Layer } from "../../ir/tree.ts";
import { type Moved, updateChecksums } from "./checksums.ts";
import { type Assignment, setField } from "./set-field.ts";

export interface Edits {
  readonly set?: readonly Assignment[] | undefined;
  /** Options that match one of these filters, each looked at alone, are taken out. */
  readonly dropOptions?: readonly Filter[] | undefined;
  /** Put behind the options that are there. */
  readonly insertOptions?: readonly Uint8Array[] | undefined;
  /** Checksums stay as they are. */
  readonly keepChecksums?: boolean | undefined;
}

export interface EditResult {
  /** The frame given, if nothing changed. */
  readonly frame: Frame;
  readonly changed: boolean;
}

/** RFC 9293 section 3.1. */
const ROOM = 40;
const TCP_HEADER = 20;
const NOP = 1;
const EOL = 0;

/** Options without the padding at their end, each alone. */
function splitArea(engine: Engine, area: Uint8Array): Uint8Array[] {
  const options = engine.parseOptions(area).map((option) => option.raw ?? engine.serializeOptions([option]));
  while (options.length > 0) {
    const last = options.at(-1);
    if (last === undefined || !last.every((byte) => byte === NOP || byte === EOL)) break;
    options.pop();
  }
  return options;
}

function padded(options: readonly Uint8Array[]): Uint8Array {
  const area = concatBytes(options);
  return concatBytes([area, new Uint8Array(-area.length & 3).fill(NOP)]);
}

/** What a header says of the length of its payload, `grown` bytes more. Zero stays: a segment that the network card was to split. */
function growLength(view: DataView, { children }: Layer, grown: number): void {
  for (const node of children) {
    if (node.kind !== "field" || node.ir.kind !== "uint" || node.ir.compute?.kind !== "payloadSize") continue;
    const at = node.bitOffset / 8;
    if (node.bitLength === 16 && view.getUint16(at) > 0)
      view.setUint16(at, view.getUint16(at) + grown / node.ir.compute.scale);
  }
}

/** The frame with another option area; lengths follow. Snapped payload stays snapped. */
function withArea(
  frame: Frame,
  dissection: Dissection,
  tcp: Layer,
  area: Uint8Array,
): { frame: Frame; moved: Moved[] } {
  const grown = area.length - (tcp.end - tcp.start - TCP_HEADER);
  const data = concatBytes([
    frame.data.subarray(0, tcp.start + TCP_HEADER),
    area,
    frame.data.subarray(tcp.end),
  ]);
  const view = new DataView(data.buffer);
  view.setUint8(
    tcp.start + 12,
    ((view.getUint8(tcp.start + 12) & 0x0f) | (((TCP_HEADER + area.length) / 4) << 4)) & 0xff,
  );
  const moved: Moved[] = [];
  let outside = true;
  for (const layer of dissection.layers) {
    if (layer === tcp) {
      outside = false;
      moved.push({ layer, start: layer.start, end: layer.end + grown, bufferEnd: layer.bufferEnd + grown });
      continue;
    }
    moved.push({
      layer,
      start: layer.start + (outside ? 0 : grown),
      end: layer.end + (outside ? 0 : grown),
      bufferEnd: layer.bufferEnd + grown,
    });
    if (outside) growLength(view, layer, grown);
  }
  const size = { capturedLength: data.length, originalLength: frame.originalLength + grown };
  return { frame: { ...frame, ...size, data }, moved };
}

/** Whether a filter picks one option: it is asked about the frame with that option alone. */
function picks(
  filters: readonly Filter[],
  frame: Frame,
  dissection: Dissection,
  tcp: Layer,
  option: Uint8Array,
): boolean {
  const alone = withArea(frame, dissection, tcp, padded([option])).frame;
  return filters.some((filter) => {
    filter.reset();
    return filter(alone);
  });
}

function editOptions(
  engine: Engine,
  frame: Frame,
  dissection: Dissection,
  edits: Edits,
): { frame: Frame; moved: Moved[] } | undefined {
  const { dropOptions = [], insertOptions = [] } = edits;
  if (dropOptions.length === 0 && insertOptions.length === 0) return undefined;
  const tcp = dissection.layers.findLast((layer) => layer.id === "tcp");
  if (tcp === undefined || tcp.end - tcp.start < TCP_HEADER) return undefined;
  const area = frame.data.subarray(tcp.start + TCP_HEADER, tcp.end);
  const options = splitArea(engine, area);
  const kept = options.filter((option) => {
    const [kind] = option;
    return kind === NOP || !picks(dropOptions, frame, dissection, tcp, option);
  });
  if (kept.length === options.length && insertOptions.length === 0) return undefined;
  const next = padded([...kept, ...insertOptions]);
  if (next.length > ROOM)
    throw new CraftError(
      "too-long",
      `frame ${frame.number}`,
      `its options would take ${next.length} bytes, a TCP header has room for ${ROOM}`,
    );
  return withArea(frame, dissection, tcp, next);
}

/**
 * Carries out edits on one frame: first options, then fields. The frame given is never changed.
 *
 * @throws CraftError `too-long` when options no longer fit (nothing is changed then), and for values that do not fit a field.
 */
export function editFrame(engine: Engine, frame: Frame, edits: Edits): EditResult {
  const before = engine.dissect(frame);
  const edited = editOptions(engine, frame, before, edits);
  if (edited !== undefined && !edits.keepChecksums)
    updateChecksums(before, edited.frame.data, edited.moved, new Set());
  const current = edited?.frame ?? { ...frame, data: Uint8Array.from(frame.data) };
  const middle = edited === undefined ? before : engine.dissect(current);
  const old =
    edited === undefined ? before : engine.dissect({ ...current, data: Uint8Array.from(current.data) });
  let count = 0;
  for (const assignment of edits.set ?? []) count += setField(middle, current.data, assignment);
  if (count > 0 && !edits.keepChecksums) {
    const moved = old.layers.map(
      (layer): Moved => ({ layer, start: layer.start, end: layer.end, bufferEnd: layer.bufferEnd }),
    );
    updateChecksums(old, current.data, moved, new Set((edits.set ?? []).map(({ field }) => field)));
  }
  return edited === undefined && count === 0 ? { frame, changed: false } : { frame: current, changed: true };
}
