/** Lists: a loop over the items where something in them is wanted, else a check that they fit. */
import { type Code, code, EMPTY, type Name } from "../../codegen/code.ts";
import type { FieldIR, RepeatField, Size } from "../../ir/nodes.ts";
import { fixedBits } from "../../ir/size.ts";
import { declares } from "./needed.ts";
import { byteOf, isAligned, type Place } from "./read.ts";
import type { Scope } from "./scope.ts";
import { type Consumer, NOTHING_WANTED, type ViewSite } from "./site.ts";
import { NotExtractable } from "./tables.ts";

/** The writer of the form that the list stands in. */
export interface RepeatHost {
  readonly input: {
    readonly scope: Scope;
    readonly consumer: Consumer;
    readonly headerLength?: Size | undefined;
  };
  readonly code: Code;
  /** A statement that leaves where a condition holds; none where the fields are known to fit. */
  refusal(condition: Code): Code;
  nested(fields: readonly FieldIR[], limit: Name, start: Name, consumer: Consumer): RepeatHost;
  sequence(fields: readonly FieldIR[], from: Place): Place;
  viewCode(field: FieldIR, where: Omit<ViewSite, "kind" | "filter" | "view" | "field">): Code;
}

function wantsInside(fields: readonly FieldIR[], wants: (name: string) => boolean): boolean {
  return fields.some(
    (field) =>
      [...field.views, ...field.under].some((view) => wants(view.filter)) ||
      (field.kind === "group" && wantsInside(field.fields, wants)) ||
      (field.kind === "repeat" && wantsInside(field.item, wants)),
  );
}

function hasConstant(fields: readonly FieldIR[]): boolean {
  return fields.some(
    (field) =>
      (field.kind === "uint" && field.constant !== undefined) ||
      (field.kind === "group" && hasConstant(field.fields)),
  );
}

/** Statements for the list from `place` to `end`, an index. */
export function readRepeat(field: RepeatField, place: Place, end: Name, form: RepeatHost): Code {
  const { scope, consumer, headerLength } = form.input;
  if (headerLength?.kind === "linear" && field.item.some((item) => declares(item, headerLength.field)))
    throw new NotExtractable(`an item of ${field.name} states the header's length`);
  const wants = (name: string): boolean => consumer.wants(name);
  const sizes = field.item.map(fixedBits);
  const bits = sizes.reduce<number>((sum, one) => sum + (one ?? Number.NaN), 0);
  const count = scope.fresh("items");
  const statements: Code[] = [];
  const inside = wantsInside(field.item, wants);
  const bounds = form.refusal(code`${count} < ${field.min} || ${count} > ${field.max}`);
  const names = form.viewCode(field, { place, extent: end, count });
  // A list that does not fit has no items at all: that is known before any of them counts.
  if (bits > 0 && bits % 8 === 0 && !hasConstant(field.item)) {
    statements.push(code`const ${count} = (${end} - (${byteOf(place)})) / ${bits / 8};`);
    statements.push(form.refusal(code`${count} % 1 !== 0`), bounds);
  } else {
    statements.push(code`let ${count} = 0;`);
    statements.push(items(field, place, end, form, NOTHING_WANTED, code`${count}++;`), bounds);
  }
  statements.push(names);
  if (inside) statements.push(items(field, place, end, form, consumer, EMPTY));
  return code`{\n${statements.filter((one) => one.text !== "")}\n}`;
}

/** A loop over the items. */
function items(
  field: RepeatField,
  place: Place,
  end: Name,
  form: RepeatHost,
  consumer: Consumer,
  each: Code,
): Code {
  const { scope } = form.input;
  const at = scope.fresh("item");
  const from = scope.fresh("from");
  const writer = form.nested(field.item, end, at, consumer);
  const behind = writer.sequence(field.item, { base: at, bit: 0 });
  if (!isAligned(behind)) throw new NotExtractable(`items of ${field.name} end inside a byte`);
  return code`for (let ${at} = ${byteOf(place)}, ${from} = ${at}; ${at} < ${end}; ${from} = ${at}) {
${writer.code}
${at} = ${byteOf(behind)};
${form.refusal(code`${at} === ${from}`)}
${each}
}`;
}
