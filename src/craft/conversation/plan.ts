/** Which segments a send makes: sizes, payload, mappings. */
import { CraftError } from "../../errors.ts";
import type { SendStep, Side } from "./types.ts";
import type { Host, MappingInfo, Segment, Subflow } from "./world.ts";

/** Largest Data-Level Length (RFC 8684 section 3.3). */
const LONGEST_MAPPING = 0xffff;

/** Data that tell their place: the byte at offset n of the connection is a function of n. */
function pattern(from: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => {
    const at = from + index;
    return (at * 7 + (at >> 8)) & 0xff;
  });
}

export function payloadOf(step: SendStep, offset: number): Uint8Array {
  if (step.payload !== undefined) return step.payload;
  if (step.text !== undefined) return new TextEncoder().encode(step.text);
  const size = step.bytes ?? step.sizes?.reduce((sum, one) => sum + one, 0);
  if (size === undefined)
    throw new CraftError("missing-field", "send.bytes", "how many bytes, or which text?");
  return pattern(offset, size);
}

/** Payload bytes that fit beside the options (RFC 6691 section 2): timestamps take 12, a DSS up to 28. */
export function capacityOf(subflow: Subflow): number {
  const { client, server } = subflow.ends;
  return Math.min(client.address.mss, server.address.mss) - (subflow.timestamps ? 12 : 0) - 28;
}

export function pieces(payload: Uint8Array, step: SendStep, capacity: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < payload.length; ) {
    const size = step.sizes?.[parts.length] ?? capacity;
    if (!Number.isInteger(size) || size < 1 || size > 65_000)
      throw new CraftError("out-of-range", `send.sizes[${parts.length}]`, `${size} is no size of a segment`);
    parts.push(payload.subarray(at, at + size));
    at += size;
  }
  return parts;
}

export interface Plan {
  readonly from: Side;
  readonly subflow: Subflow;
  readonly dataSeq: number | undefined;
  readonly mapping: NonNullable<SendStep["mapping"]>;
  readonly dataFin: boolean;
}

/** Segments of one send, each with the mapping that it carries. */
export function planSegments(
  version: 0 | 1,
  host: Host,
  parts: readonly Uint8Array[],
  plan: Plan,
): Segment[] {
  const end = plan.subflow.ends[plan.from];
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = plan.mapping === "first" || plan.mapping === "repeat";
  if (whole && total + Number(plan.dataFin) > LONGEST_MAPPING)
    throw new CraftError("out-of-range", "send.mapping", `${total} bytes do not fit in one mapping`);
  const all = new Uint8Array(total);
  let at = 0;
  return parts.map((part, index): Segment => {
    all.set(part, at);
    const last = index === parts.length - 1;
    const offset = whole ? 0 : at;
    const fin = plan.dataFin && (whole || last);
    const capable = host.side === "client" && version > 0 && !host.confirmed && !host.dataSent && index === 0;
    const carries =
      plan.dataSeq !== undefined && (plan.mapping === "segment" || plan.mapping === "repeat" || index === 0);
    const mapping: MappingInfo | undefined = carries
      ? {
          form: capable ? "capable" : "dss",
          dataSeq: plan.dataSeq + offset,
          subflowSeq: end.next + offset,
          length: plan.mapping === "infinite" ? 0 : (whole ? total : part.length) + Number(fin),
          fin: fin && plan.mapping !== "infinite",
          bytes: whole ? all : part,
        }
      : undefined;
    const segment: Segment = {
      subflow: plan.subflow.index,
      side: plan.from,
      seq: end.next + at,
      payload: part,
      dataSeq: plan.dataSeq === undefined ? undefined : plan.dataSeq + at,
      mapping,
      dataFin: plan.dataFin && last,
      timestamp: 0,
      arrived: false,
      reinjected: false,
    };
    at += part.length;
    return segment;
  });
}
