/** Occurrences of wanted names: generated code notes where they stand, and they are made of that, as the tree's index has them. */
import { type Code, code, EMPTY, type Name } from "../../codegen/code.ts";
import type { Occurrence } from "../../ir/fields.ts";
import { fieldOccurrence } from "./occurrence.ts";
import { plus } from "./read.ts";
import type { Site } from "./site.ts";

/** A call with the place of a site: bit offset, bits, what the kind of site knows besides, layer number. */
export function takeCode(site: Site, call: (place: Code) => Code, layer: Name | Code): Code {
  switch (site.kind) {
    case "seen":
    case "provided":
      return EMPTY;
    case "range": {
      const { range, buffer } = site;
      if (range === undefined || buffer === undefined) return EMPTY;
      const bits = code`(${range.end} - (${range.start})) * 8`;
      return call(code`(${range.start}) * 8, ${bits}, ${buffer.end}, ${layer}`);
    }
    case "meta":
      return call(code`0, 0, ${site.number}, 1`);
    case "view": {
      const start = code`(${plus(site.place.base, site.place.bit >> 3)}) * 8 + ${site.place.bit & 7}`;
      const bits =
        typeof site.extent === "number"
          ? code`${site.extent}`
          : code`(${site.extent} - (${plus(site.place.base, site.place.bit >> 3)})) * 8`;
      const count = site.count === undefined ? code`0` : code`${site.count}`;
      return call(code`${start}, ${bits}, ${site.wireLength ?? count}, ${layer}`);
    }
    default:
      return site satisfies never;
  }
}

/** The occurrence at a place that {@link takeCode} told; undefined where the name has no value there. */
export function taken(
  site: Site,
  data: Uint8Array,
  bitOffset: number,
  bits: number,
  extra: number,
  layer: number,
): Occurrence | undefined {
  switch (site.kind) {
    case "seen":
    case "provided":
      return undefined;
    case "range": {
      const start = bitOffset >> 3;
      const bytes = data.subarray(start, start + (bits >> 3));
      return { value: bytes, layer, bytes, buffer: data.subarray(start, extra) };
    }
    case "meta":
      return fieldOccurrence(site.field, site.view, data, bitOffset, bits, layer, { meta: extra });
    case "view": {
      const facts = site.wireLength === undefined ? { count: extra } : { wireLength: extra };
      return fieldOccurrence(site.field, site.view, data, bitOffset, bits, layer, facts);
    }
    default:
      return site satisfies never;
  }
}
