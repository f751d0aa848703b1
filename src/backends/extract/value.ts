/** The value of a name at its site, as an expression. The counterpart on nodes is `viewValue` of the IR. */
import { type Code, code, type Name } from "../../codegen/code.ts";
import type { View } from "../../ir/nodes.ts";
import {
  byteBehind,
  byteOf,
  halves,
  isAligned,
  moved,
  type Place,
  plus,
  signedOf,
  unsigned,
  unsignedLittle,
} from "./read.ts";
import type { ByteRange, MetaSite, SiteValue, ViewSite } from "./site.ts";
import { NotExtractable } from "./tables.ts";

const NUMERIC = /^FT_(U?INT|CHAR|FRAMENUM)/;
const WIDE = /^FT_U?INT(40|48|56|64)$/;

function label(): SiteValue {
  return { kind: "label" };
}

function number(value: Code, view: View): SiteValue {
  if (view.type === "FT_NONE") return label();
  if (WIDE.test(view.type)) return { kind: "wide", high: code`0`, low: value };
  return { kind: "number", number: view.type === "FT_BOOLEAN" ? code`(${value} !== 0 ? 1 : 0)` : value };
}

/** The bytes that a site's field takes; its carrier's, for bits. */
export function siteRange(site: ViewSite): ByteRange {
  const start = byteOf(site.place);
  if (typeof site.extent === "number") {
    const size = ((site.place.bit + site.extent + 7) >> 3) - (site.place.bit >> 3);
    return { start, end: byteBehind(moved(site.place, site.extent)), size };
  }
  return { start, end: site.extent };
}

function size(site: ViewSite): Code {
  const { start, end } = siteRange(site);
  return typeof site.extent === "number" ? code`${site.extent / 8}` : code`${end} - (${start})`;
}

function fixedBits(site: ViewSite): number {
  if (typeof site.extent === "number") return site.extent;
  throw new NotExtractable(`${site.filter} has no fixed size`);
}

/** The field's own value, without what the view makes of it. */
function plain(site: ViewSite): SiteValue {
  const { field, place } = site;
  switch (field.kind) {
    case "flag":
      return {
        kind: "number",
        number: site.number === undefined ? unsigned(place, 1) : code`${site.number}`,
      };
    case "uint": {
      if (field.wide) {
        if (field.signed) throw new NotExtractable(`${site.filter} is signed and wider than 32 bits`);
        if (site.halves !== undefined)
          return { kind: "wide", high: code`${site.halves.high}`, low: code`${site.halves.low}` };
        return { kind: "wide", ...halves(place, fixedBits(site), field.endian === "little") };
      }
      return { kind: "number", number: site.number === undefined ? fieldNumber(site) : code`${site.number}` };
    }
    case "group": {
      const bits = fixedBits(site);
      if (bits <= 32) return { kind: "number", number: unsigned(place, bits) };
      if (bits <= 64) return { kind: "wide", ...halves(place, bits, false) };
      return { kind: "bytes", range: siteRange(site) };
    }
    case "bytes":
      if (field.format === "string") throw new NotExtractable(`${site.filter} is text`);
      return { kind: "bytes", range: siteRange(site) };
    case "address":
    case "repeat":
    case "options":
      return { kind: "bytes", range: siteRange(site) };
    case "meta":
      throw new NotExtractable(`${site.filter} is no field of the packet`);
  }
}

/** The number that a field of up to 32 bits holds. */
export function fieldNumber(site: {
  readonly field: ViewSite["field"];
  readonly place: Place;
  readonly extent: number | Name;
}): Code {
  const { field, place, extent } = site;
  if (field.kind === "flag") return unsigned(place, 1);
  if (field.kind !== "uint" || typeof extent !== "number")
    throw new NotExtractable(`${field.name} is no number of a fixed size`);
  let value = field.endian === "little" ? unsignedLittle(place, extent) : unsigned(place, extent);
  if (field.signed) value = signedOf(value, extent);
  if (field.scale !== 1) value = code`${value} * ${field.scale}`;
  return field.bias === 0 ? value : code`(${value} + ${field.bias})`;
}

/** A number from the bytes of a range whose size is fixed. */
function integer(place: Place, bits: number, view: View, little = false): SiteValue {
  if (bits > 64) throw new NotExtractable(`${view.filter} is wider than 64 bits`);
  if (bits > 32) return { kind: "wide", ...halves(place, bits, little) };
  return number(little ? unsignedLittle(place, bits) : unsigned(place, bits), view);
}

function coerced(site: ViewSite): SiteValue {
  const { view } = site;
  if (view.type === "FT_NONE") return label();
  const value = plain(site);
  if (value.kind === "number") {
    if (view.type === "FT_BOOLEAN")
      return site.field.kind === "flag"
        ? value
        : { kind: "number", number: code`(${value.number} !== 0 ? 1 : 0)` };
    if (!NUMERIC.test(view.type)) throw new NotExtractable(`${site.filter} shows a number as ${view.type}`);
    if (!WIDE.test(view.type)) return value;
    if (site.field.kind === "uint" && site.field.signed) throw new NotExtractable(`${site.filter} is signed`);
    return { kind: "wide", high: code`0`, low: value.number };
  }
  if (value.kind === "wide") {
    if (!WIDE.test(view.type)) throw new NotExtractable(`${site.filter} shows a wide number as ${view.type}`);
    return value;
  }
  if (value.kind === "bytes" && NUMERIC.test(view.type)) return integer(site.place, fixedBits(site), view);
  if (view.type === "FT_STRING" || view.type === "FT_BOOLEAN")
    throw new NotExtractable(`${site.filter} is made of bytes`);
  return value;
}

/** @throws NotExtractable where only the tree has the value. */
export function siteValue(site: ViewSite | MetaSite): SiteValue {
  if (site.kind === "meta") return number(site.number, site.view);
  const { view, place } = site;
  const { derive } = view;
  if (derive === undefined) return coerced(site);
  switch (derive.kind) {
    case "constant":
      return {
        kind: "number",
        number: code`${view.type === "FT_BOOLEAN" ? Number(derive.value !== 0) : derive.value}`,
      };
    case "present":
      return label();
    case "length":
      return number(site.wireLength ?? size(site), view);
    case "count":
      if (site.count === undefined) throw new NotExtractable(`${site.filter} counts what is not walked`);
      return number(code`${site.count}`, view);
    case "power":
      return number(code`(1 << Math.min(${smallNumber(site)}, 14))`, view);
    case "linear":
      return number(code`(${smallNumber(site)} * ${derive.scale} + ${derive.bias})`, view);
    case "swap":
      if (view.type === "FT_BYTES") throw new NotExtractable(`${site.filter} turns bytes round`);
      return integer(place, fixedBits(site), view, true);
    case "bits":
      return integer(moved(place, derive.from), derive.count, view);
    case "bytes": {
      const bytes = moved({ base: place.base, bit: place.bit & ~7 }, derive.from * 8);
      if (view.type === "FT_STRING") throw new NotExtractable(`${site.filter} is text`);
      if (/^FT_U?INT/.test(view.type)) return integer(bytes, derive.count * 8, view);
      return {
        kind: "bytes",
        range: {
          start: byteOf(bytes),
          end: plus(bytes.base, (bytes.bit >> 3) + derive.count),
          size: derive.count,
        },
      };
    }
    case "status":
      throw new NotExtractable(`${site.filter} tells of the whole frame`);
    case "text":
    case "letters":
      throw new NotExtractable(`${site.filter} is text made from a value`);
  }
}

function smallNumber(site: ViewSite): Code {
  const value = plain(site);
  if (value.kind !== "number" || !isNumeric(site))
    throw new NotExtractable(`${site.filter} is made of bytes`);
  return value.number;
}

function isNumeric(site: ViewSite): boolean {
  return site.field.kind !== "group" || isAligned(site.place) || fixedBits(site) <= 32;
}
