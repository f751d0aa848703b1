/** Fields that follow from the rest: lengths, the next layer's key, checksums; and fields that the caller forces. */
import { internetChecksum } from "../bytes/checksum.ts";
import { CraftError } from "../errors.ts";
import type { Compute, UintField } from "../ir/nodes.ts";
import { encodeUint } from "./serializer-encode.ts";
import { inRanges, toWire, type VariantPlan } from "./serializer-form.ts";
import { type Fix, type Given, isComputed, isForced, type Scope } from "./serializer-solve.ts";
import { emitPart, type Part, totalBits } from "./serializer-write.ts";

/** What stands behind a header, and around it. */
export interface PayloadContext {
  readonly payload: Uint8Array;
  /** Pseudo-header of the layer below for a message of so many bytes (RFC 9293 section 3.1, RFC 8200 section 8.1). */
  readonly pseudoHeader?: Uint8Array | ((messageBytes: number) => Uint8Array) | undefined;
  /** Key under which the next layer is registered. */
  readonly nextKey?: number | undefined;
}

export interface FormWrite {
  readonly plan: VariantPlan;
  readonly parts: Part[];
  readonly scope: Scope;
  readonly path: string;
  readonly fix: Fix | undefined;
  readonly given: Given;
  readonly context: PayloadContext | undefined;
}

/** Computed here, not written as given. */
function isOpen(write: FormWrite, part: Part): boolean {
  return isComputed(part.slot) && !write.scope.has(part.slot.name) && !isForced(write.fix, part.slot.name);
}

function computeOf(part: Part): Compute | undefined {
  return part.slot.field.kind === "uint" ? part.slot.field.compute : undefined;
}

/** Sets the raw integers of computed and forced fields. Checksums follow when the bytes are there. @throws CraftError. */
export function computeParts(write: FormWrite): void {
  padHeader(write);
  const bytes = totalBits(write.parts) / 8;
  for (const part of write.parts) {
    const { field, name } = part.slot;
    const path = `${write.path}.${name}`;
    if (typeof write.fix === "object" && isForced(write.fix, name)) {
      forcePart(part, write.fix[name], path);
      continue;
    }
    const compute = computeOf(part);
    if (compute === undefined || field.kind !== "uint" || !isOpen(write, part)) continue;
    const value = computeValue(write, compute, bytes, path, name);
    if (value !== undefined) part.raw = encodeComputed(field, value, part.bits, path, compute);
  }
}

function forcePart(part: Part, value: unknown, path: string): void {
  const { field } = part.slot;
  if (field.kind === "uint") part.raw = encodeUint(field, value, part.bits, path);
  else if (field.kind === "flag" && typeof value === "boolean") part.raw = value ? 1n : 0n;
  else throw new CraftError("bad-type", path, "only integers and flags can be forced");
}

/** A length that does not fit means that there are too many bytes, whoever gave them. */
function encodeComputed(
  field: UintField,
  value: number,
  bits: number,
  path: string,
  compute: Compute,
): bigint {
  const highest = (2 ** bits - 1) * field.scale + field.bias;
  if (compute.kind !== "next" && compute.kind !== "checksum" && value > highest)
    throw new CraftError("too-long", path, `would be ${value}, the most that fits is ${highest}`);
  return encodeUint(field, field.wide ? BigInt(value) : value, bits, path);
}

function whole(value: number, path: string, bytes: number): number {
  if (!Number.isInteger(value))
    throw new CraftError("bad-size", path, `no whole number stands for ${bytes} bytes`);
  return value;
}

function givenNumber(write: FormWrite, name: string): number | undefined {
  const value = write.given[name];
  return typeof value === "number" ? value : undefined;
}

function computeValue(
  write: FormWrite,
  compute: Compute,
  bytes: number,
  path: string,
  name: string,
): number | undefined {
  const { context, plan } = write;
  switch (compute.kind) {
    case "size": {
      const envelope = plan.envelopes.find((one) => one.lengthField === name);
      return whole((bytes - (envelope?.lengthBias ?? 0)) / (envelope?.lengthUnit ?? 1), path, bytes);
    }
    case "headerSize": {
      const size = plan.layout.headerLength;
      return size?.kind === "linear" && size.field === name
        ? whole((bytes - size.bias) / size.scale, path, bytes)
        : bytes;
    }
    case "payloadSize": {
      const given = givenNumber(write, name);
      if (context === undefined && given !== undefined) return given;
      const all = bytes + (context?.payload.length ?? 0);
      return whole((all - compute.bias) / compute.scale, path, all);
    }
    case "next": {
      const { field, where, keys } = write.parts.find((part) => part.slot.name === name)?.slot ?? {};
      const fallback =
        field?.kind === "uint" ? (field.constant ?? field.default ?? keys?.[0]?.[0]) : undefined;
      const value = context?.nextKey ?? givenNumber(write, name) ?? fallback;
      if (value === undefined)
        throw new CraftError("missing-field", path, "is not given, and no layer follows that would tell it");
      const wire = field === undefined ? value : toWire(field, value);
      if (where !== undefined && where.length > 0 && !inRanges(wire, where))
        throw new CraftError("out-of-range", path, `this form does not take ${value}`);
      return value;
    }
    case "checksum":
      return undefined;
  }
}

/**
 * A header that states its length in units of several bytes is filled up behind its options. Zeros: for TCP and IPv4 the end of
 * the option list with padding behind (RFC 9293 section 3.1: "padding is composed of zeros"), for IPv6 Pad1 (RFC 8200 section
 * 4.2). Stacks that align single options put NOPs into the list themselves.
 */
function padHeader(write: FormWrite): void {
  const size = write.plan.layout.headerLength;
  if (write.plan.layout.role !== "header" || size?.kind !== "linear") return;
  const stated = write.parts.find((part) => part.slot.name === size.field);
  const region = write.parts.findLast((part) => part.slot.field.kind === "options");
  if (
    stated === undefined ||
    region === undefined ||
    stated.slot.field.kind !== "uint" ||
    // A forced length is about what is said, not about what is there.
    !(isOpen(write, stated) || isForced(write.fix, stated.slot.name))
  )
    return;
  const unit = size.scale * stated.slot.field.scale;
  const over = (totalBits(write.parts) / 8 - size.bias - size.scale * stated.slot.field.bias) % unit;
  if (over === 0 || typeof region.raw === "bigint") return;
  const filled = new Uint8Array(region.raw.length + ((unit - over) % unit));
  filled.set(region.raw);
  region.raw = filled;
  region.bits = filled.length * 8;
}

/** Computes checksums over the finished bytes, their own field being zero (RFC 1071). */
export function patchChecksums(write: FormWrite, bytes: Uint8Array): void {
  let at = 0;
  for (const part of write.parts) {
    const { field, name } = part.slot;
    const compute = computeOf(part);
    if (compute?.kind === "checksum" && field.kind === "uint" && isOpen(write, part)) {
      const sum = checksumOf(write, compute, bytes, name);
      emitPart(bytes, at, { ...part, raw: encodeUint(field, sum, part.bits, `${write.path}.${name}`) });
    }
    at += part.bits;
  }
}

function checksumOf(
  write: FormWrite,
  compute: Extract<Compute, { kind: "checksum" }>,
  bytes: Uint8Array,
  name: string,
): number {
  const { context } = write;
  if (compute.cover === "header") return internetChecksum(bytes);
  // Without the payload, or the layer below, there is nothing to compute it from.
  if (context === undefined || (compute.pseudoHeader && context.pseudoHeader === undefined))
    return givenNumber(write, name) ?? 0;
  const { payload, pseudoHeader } = context;
  const pseudo =
    typeof pseudoHeader === "function" ? pseudoHeader(bytes.length + payload.length) : pseudoHeader;
  const sum =
    compute.pseudoHeader && pseudo !== undefined
      ? internetChecksum(pseudo, bytes, payload)
      : internetChecksum(bytes, payload);
  return sum === 0 ? (compute.zero ?? 0) : sum;
}
