/** Categories of a CIPSO label as a list (FIPS 188): bits, numbers, or ranges from high to low. */
import type { Tracker } from "../../src/plugin.ts";
import { bytesAt, derived } from "./derived.ts";
import { provided } from "./provided.ts";

/** Kind, length, domain of interpretation. */
const TAGS = 6;
/** Kind, length, alignment, level. */
const TAG_HEAD = 4;
const BITS = 1;
const NUMBERS = 2;
const RANGES = 5;

const words = (bytes: Uint8Array): number[] =>
  Array.from(
    { length: bytes.length >> 1 },
    (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0),
  );

function setBits(bytes: Uint8Array): number[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => bit).filter(
    (bit) => ((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1,
  );
}

function categories(kind: number, bytes: Uint8Array): string[] {
  if (kind === BITS) return setBits(bytes).map(String);
  if (kind === NUMBERS) return words(bytes).map(String);
  if (kind !== RANGES) return [];
  const ends = words(bytes);
  // The last low end may be left out when it is 0.
  return ends.flatMap((high, index) => (index % 2 === 0 ? [`${high}-${ends[index + 1] ?? 0}`] : []));
}

export const derivedCipso: Tracker = derived(
  "ip.cipso",
  ["ip.options.cipso"],
  [
    provided(
      "ip.cipso.categories",
      "FT_STRING",
      "Categories of a label",
      { after: "ip.cipso.sensitivity_level" },
      { spec: "FIPS 188" },
    ),
  ],
  (row, provide) => {
    for (let index = 0; index < row.count(0); index++) {
      const tag = bytesAt(row, 0, index)?.subarray(TAGS);
      const length = tag?.[1] ?? 0;
      if (tag === undefined || length < TAG_HEAD || length > tag.length) continue;
      const list = categories(tag[0] ?? 0, tag.subarray(TAG_HEAD, length));
      if (list.length > 0) provide(0, list.join(","), index);
    }
  },
);
