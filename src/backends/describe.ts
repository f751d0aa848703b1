/** One-line texts about fields and forms, for documentation, diagrams and `subflow explain`. */
import type { Derive, FieldIR, Guard, Range, Size, Variant, Where } from "../ir/nodes.ts";

const linear = (field: string, scale: number, bias: number): string =>
  `${scale === 1 ? "" : `${scale} × `}${field}${bias === 0 ? "" : bias > 0 ? ` + ${bias}` : ` − ${-bias}`}`;

const plural = (count: number): string => `${count} ${count === 1 ? "byte" : "bytes"}`;

/** "8 bytes", "the rest", "4 × length − 8 bytes", "8 bytes if ack8, else 4". */
export function sizeText(size: Size): string {
  switch (size.kind) {
    case "fixed":
      return plural(size.bytes);
    case "rest":
      return "the rest";
    case "linear":
      return `${linear(size.field, size.scale, size.bias)} bytes`;
    case "flag":
      return `${plural(size.set)} if ${size.flag}, else ${size.clear}`;
  }
}

/** The type of a field as the schema language names it, with its size: "u16", "3 bits", "u64 if ack8, else u32". */
export function typeText(field: FieldIR): string {
  switch (field.kind) {
    case "flag":
      return "flag";
    case "uint": {
      const letter = field.signed ? "i" : "u";
      if (typeof field.bits !== "number")
        return `${letter}${field.bits.set} if ${field.bits.flag}, else ${letter}${field.bits.clear}`;
      const plain = field.bits % 8 === 0 && field.bits <= 64;
      const unit = field.bits === 1 ? "1 bit" : `${field.bits} bits`;
      const order = field.endian === "little" && field.bits > 8 ? ", little-endian" : "";
      const value =
        field.scale === 1 && field.bias === 0 ? "" : `, ${linear("raw", field.scale, field.bias)}`;
      return `${plain ? letter + field.bits : unit}${order}${value}`;
    }
    case "bytes":
      return `${field.format === "string" ? "text" : "bytes"} (${sizeText(field.size)})`;
    case "address":
      return field.family;
    case "repeat": {
      const inner = field.item.map((item) =>
        field.scalar ? typeText(item) : `${item.name} ${typeText(item)}`,
      );
      return `list of ${field.scalar ? inner.join("") : `{ ${inner.join(", ")} }`} (${sizeText(field.size)})`;
    }
    case "options":
      return `options (${sizeText(field.size)})`;
    case "group":
      return `group of ${field.fields.map((child) => child.name).join(", ")}`;
    case "meta":
      return `property ${field.source} of the frame`;
  }
}

/** "ackPresent, version = 1, not echo"; empty for no guard. Which terms are flags is told by `isFlag`. */
export function guardText(guard: Guard, isFlag: (name: string) => boolean = () => false): string {
  return guard
    .map(({ field, value }) => {
      if (!isFlag(field)) return `${field} = ${value}`;
      return value === 0 ? `not ${field}` : field;
    })
    .join(", ");
}

/** When a field is there: "if ackPresent", "if bytes are left"; empty when it always is. */
export function presenceText(field: FieldIR, isFlag?: (name: string) => boolean): string {
  const parts = field.when.length > 0 ? [`if ${guardText(field.when, isFlag)}`] : [];
  if (field.optional) parts.push("if bytes are left");
  return parts.join(", ");
}

/** What a derived value is: "its length", "bits 4 to 7 of it". */
export function deriveText(derive: Derive): string {
  switch (derive.kind) {
    case "linear":
      return linear("it", derive.scale, derive.bias);
    case "power":
      return "2 to its power";
    case "bits":
    case "bytes": {
      const unit = derive.kind.slice(0, -1);
      const last = derive.from + derive.count - 1;
      return derive.count === 1
        ? `${unit} ${derive.from} of it`
        : `${derive.kind} ${derive.from} to ${last} of it`;
    }
    case "text":
      return "as text";
    case "swap":
      return "in the other byte order";
    case "letters":
      return "a letter for each set bit";
    case "count":
      return "how many";
    case "length":
      return "its length in bytes";
    case "constant":
      return `always ${derive.value}`;
    case "status":
      return derive.verify ? "whether it is right" : "whether it is right, when asked";
    case "present":
      return "whether it is there";
  }
}

/** "4, 12, 3–40". */
export function rangesText(ranges: readonly Range[], separator = ", "): string {
  return ranges.map(([low, high]) => (low === high ? `${low}` : `${low}–${high}`)).join(separator);
}

/** "ipver is 4 or 6". */
export function whereText(where: readonly Where[]): string {
  return where.map((term) => `${term.field} is ${rangesText(term.ranges, " or ")}`).join(" and ");
}

/** All fields of a form, groups and what is in them; not the items of lists. */
export function* walkFields(fields: readonly FieldIR[]): Generator<FieldIR> {
  for (const field of fields) {
    yield field;
    if (field.kind === "group") yield* walkFields(field.fields);
  }
}

/** Tells the flags of a form by name. */
export function flagsOf(variant: Variant): (name: string) => boolean {
  const names = new Set<string>();
  for (const field of walkFields(variant.fields)) if (field.kind === "flag") names.add(field.name);
  return (name) => names.has(name);
}
