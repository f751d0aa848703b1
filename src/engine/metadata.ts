/** The `frame` layer: what the capture file tells of a frame. */
import { encapType } from "../capture/link-types.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { MetaField } from "../ir/nodes.ts";
import type { FieldNode } from "../ir/tree.ts";
import { MutableLayer } from "./dissection.ts";
import type { Registry } from "./registry.ts";

/** epb_dropcount, epb_packetid, epb_queue, epb_verdict (draft-ietf-opsawg-pcapng section 4.3). */
const DROP_COUNT = 4;
const PACKET_ID = 5;
const QUEUE = 6;
const VERDICT = 7;
/** First byte of a verdict: who gave it. */
const HARDWARE = 0;
const TRAFFIC_CONTROL = 1;
const EXPRESS_DATA_PATH = 2;
const GIVERS = [HARDWARE, TRAFFIC_CONTROL, EXPRESS_DATA_PATH];

const NONE: readonly never[] = [];
const SENT: readonly number[] = [0];
const RECEIVED: readonly number[] = [1];

function optionValues({ options }: Frame, code: number, size: number): readonly Uint8Array[] {
  if (options === undefined) return NONE;
  return options.filter((one) => one.code === code && one.value.length === size).map(({ value }) => value);
}

const littleEndian = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);

function verdictsOf({ options }: Frame, giver: number): readonly Uint8Array[] {
  if (options === undefined) return NONE;
  return options
    .filter(({ code, value }) => code === VERDICT && value.length > 1 && value[0] === giver)
    .map(({ value }) => value.subarray(1));
}

/** Return codes of eBPF programs are signed 64-bit numbers. */
function programVerdicts(frame: Frame, giver: number): readonly bigint[] {
  return verdictsOf(frame, giver)
    .filter(({ length }) => length === 8)
    .map((value) => BigInt.asIntN(64, littleEndian(value)));
}

/** Inbound and outbound of the flags word (section 4.3.1) as Wireshark numbers them: 1 is received, 0 sent. */
function direction({ flags = 0 }: Frame): readonly number[] {
  const bits = flags & 3;
  return bits === 1 ? RECEIVED : bits === 2 ? SENT : NONE;
}

/** Reads the value of a `source` that a schema of role `metadata` names; undefined where there is none. */
export function sourceReader(source: string): (frame: Frame) => RawValue | undefined {
  switch (source) {
    case "number":
      return ({ number }) => number;
    case "capturedLength":
      return ({ capturedLength }) => capturedLength;
    case "originalLength":
      return ({ originalLength }) => originalLength;
    case "timestamp":
      return ({ timestamp }) => timestamp;
    case "interfaceId":
      return ({ interfaceId }) => interfaceId;
    case "interfaceName":
      return ({ interfaceName }) => interfaceName;
    case "interfaceDescription":
      return ({ interfaceDescription }) => interfaceDescription;
    case "sectionNumber":
      return ({ sectionNumber }) => sectionNumber;
    case "flags":
      return ({ flags }) => flags;
    case "fileOffset":
      return ({ fileOffset }) => (fileOffset === undefined ? undefined : BigInt(fileOffset));
    case "encapType":
      return ({ linkType }) => encapType(linkType);
    case "zeroTime":
      return ({ timestamp }) => (timestamp === undefined ? undefined : 0n);
    case "marked":
    case "ignored":
      return () => false;
    default:
      return () => undefined;
  }
}

/** What the frame's layers are, which no property of a frame tells. */
export const PROTOCOLS = "protocols";

const READERS = new WeakMap<MetaField, (frame: Frame) => RawValue | undefined>();

function readerOf(ir: MetaField): (frame: Frame) => RawValue | undefined {
  let reader = READERS.get(ir);
  if (reader === undefined) {
    reader = sourceReader(ir.source);
    READERS.set(ir, reader);
  }
  return reader;
}

/** Values of a `source` that may have several, or that few captures have. */
function sourceValues(source: string, frame: Frame): readonly RawValue[] {
  switch (source) {
    case "comments":
      return frame.comments ?? [];
    case "direction":
      return direction(frame);
    case "dropCount":
      return optionValues(frame, DROP_COUNT, 8).map(littleEndian);
    case "packetId":
      return optionValues(frame, PACKET_ID, 8).map(littleEndian);
    case "queue":
      return optionValues(frame, QUEUE, 4).map((value) => Number(littleEndian(value)));
    case "verdict":
      // Only the name is told of: the verdicts stand beside it.
      return GIVERS.some((giver) => verdictsOf(frame, giver).length > 0) ? [""] : [];
    case "verdictHardware":
      return verdictsOf(frame, HARDWARE);
    case "verdictTc":
      return programVerdicts(frame, TRAFFIC_CONTROL);
    case "verdictXdp":
      return programVerdicts(frame, EXPRESS_DATA_PATH);
    default:
      return NONE;
  }
}

function metaNode(ir: MetaField, value: RawValue): FieldNode {
  return {
    kind: "field",
    ir,
    value,
    bitOffset: 0,
    bitLength: 0,
    layer: 1,
    children: NONE,
    views: ir.views,
    under: ir.under,
  };
}

export function metadataLayer(
  registry: Registry,
  frame: Frame,
  protocols: readonly string[],
): MutableLayer | undefined {
  const layout = registry.layouts.get("frame");
  const [variant] = layout?.variants ?? [];
  if (layout === undefined || variant === undefined) return undefined;
  const children: FieldNode[] = [];
  for (const ir of variant.fields) {
    if (ir.kind !== "meta") continue;
    const value = ir.source === PROTOCOLS ? protocols.join(":") : readerOf(ir)(frame);
    if (value !== undefined) children.push(metaNode(ir, value));
    else for (const one of sourceValues(ir.source, frame)) children.push(metaNode(ir, one));
  }
  const size = frame.data.length;
  return new MutableLayer({
    layout,
    variant,
    start: 0,
    end: size,
    bufferEnd: size,
    layer: 1,
    children,
    table: "",
    key: 0,
    data: frame.data,
  });
}
