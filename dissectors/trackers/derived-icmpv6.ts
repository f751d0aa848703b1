/** What Neighbor Discovery options hold that is of no fixed place: padding, and parameters of generated addresses (RFC 3971). */
import type { Provide, Row, Tracker } from "../../src/plugin.ts";
import { bytesAt, derived } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const MESSAGE = 0;
const TYPE = 1;

const PADDING = 0;
const PARAMETERS = 1;
const KEY = 2;
const EXTENSION_TYPE = 3;
const EXTENSION_LENGTH = 4;

/** Bytes before the options, by message type (RFC 4861 section 4). */
const HEADERS: ReadonlyMap<number, number> = new Map([
  [133, 8],
  [134, 16],
  [135, 24],
  [136, 24],
  [137, 40],
]);
const UNIT = 8;
const LINK_LAYER: ReadonlySet<number> = new Set([1, 2]);
/** An EUI-64 and six bytes of padding. */
const EUI64_OPTION = 16;
const GENERATED_ADDRESS = 11;
/** Modifier, subnet prefix, collision count (RFC 3972 section 3). */
const PARAMETERS_HEAD = 16 + 8 + 1;
const SEQUENCE = 0x30;

/** Bytes of a DER sequence with its head, or undefined where it is none. */
function sequenceSize(bytes: Uint8Array): number | undefined {
  const first = bytes[1];
  if (bytes[0] !== SEQUENCE || first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const digits = bytes.subarray(2, 2 + (first & 0x7f));
  return digits.length > 3
    ? undefined
    : 2 + digits.length + digits.reduce((size, byte) => size * 256 + byte, 0);
}

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** RFC 3972 section 3: the public key is a DER sequence, extensions are types with lengths. */
function readParameters(option: Uint8Array, provide: Provide): void {
  const padding = option[2] ?? 0;
  const parameters = option.subarray(4, option.length - padding);
  provide(PARAMETERS, parameters);
  const key = parameters.subarray(PARAMETERS_HEAD);
  const size = sequenceSize(key);
  if (size === undefined || size > key.length) return;
  provide(KEY, true);
  for (let at = size; at + 4 <= key.length; at += 4 + word(key, at + 2)) {
    provide(EXTENSION_TYPE, word(key, at));
    provide(EXTENSION_LENGTH, word(key, at + 2));
  }
  if (padding > 0) provide(PADDING, true);
}

function update(row: Row, provide: Provide): void {
  const message = bytesAt(row, MESSAGE, 0);
  const header = HEADERS.get(numberAt(row, TYPE, 0));
  if (message === undefined || header === undefined) return;
  let at = header;
  while (at + UNIT <= message.length) {
    const size = (message[at + 1] ?? 0) * UNIT;
    if (size === 0 || at + size > message.length) return;
    const option = message.subarray(at, at + size);
    const kind = option[0] ?? 0;
    if (kind === GENERATED_ADDRESS) readParameters(option, provide);
    else if (LINK_LAYER.has(kind) && size === EUI64_OPTION) provide(PADDING, true);
    at += size;
  }
}

const spec = "RFC 3972 section 3";

export const derivedIcmpv6: Tracker = derived(
  "icmpv6.options",
  ["icmpv6", "icmpv6.type"],
  [
    provided("icmpv6.opt.padding", "FT_NONE", "Padding of an option", {}),
    provided("icmpv6.opt.cga", "FT_BYTES", "Parameters of a generated address", {}, { spec }),
    provided(
      "icmpv6.opt.cga.subject_public_key_info",
      "FT_NONE",
      "Public key of a generated address",
      {},
      { spec },
    ),
    provided(
      "icmpv6.opt.cga.ext_type",
      "FT_UINT16",
      "Kind of an extension of a generated address",
      {},
      { spec },
    ),
    provided(
      "icmpv6.opt.cga.ext_length",
      "FT_UINT16",
      "Bytes of an extension of a generated address",
      {},
      { spec },
    ),
  ],
  update,
);
