/** Names of fields whose numbers other parts of a form ask for. */
import type { FieldIR, Guard, Payload, Size } from "../../ir/nodes.ts";

function addGuard(names: Set<string>, guard: Guard | undefined): void {
  for (const term of guard ?? []) names.add(term.field);
}

function addSize(names: Set<string>, size: Size | undefined): void {
  if (size?.kind === "linear") names.add(size.field);
  if (size?.kind === "flag") names.add(size.flag);
}

/** `wants`: the filter names at which something is done. */
export function neededNames(
  fields: readonly FieldIR[],
  wants: (filter: string) => boolean,
  headerLength?: Size,
): Set<string> {
  const names = new Set<string>();
  addSize(names, headerLength);
  const visit = (field: FieldIR): void => {
    addGuard(names, field.when);
    for (const view of [...field.views, ...field.under]) if (wants(view.filter)) addGuard(names, view.when);
    if (field.kind === "uint" && typeof field.bits !== "number") names.add(field.bits.flag);
    if (field.kind === "bytes" || field.kind === "repeat" || field.kind === "options")
      addSize(names, field.size);
    if (field.kind === "group") field.fields.forEach(visit);
  };
  fields.forEach(visit);
  return names;
}

/** What the end of the payload hangs on. */
export function payloadEndNames(payload: Payload | undefined): Set<string> {
  const names = new Set<string>();
  addSize(names, payload?.end);
  return names;
}

/** What the way to the next header asks for. */
export function payloadNames(payload: Payload | undefined): Set<string> {
  const names = payloadEndNames(payload);
  for (const next of payload?.next ?? []) {
    addGuard(names, next.when);
    if (next.key.kind === "field") names.add(next.key.field);
  }
  return names;
}

/** What tells whether the payload is the first part of a message. */
export function partNames(payload: Payload | undefined): Set<string> {
  const names = new Set<string>();
  addGuard(names, payload?.fragment);
  return names;
}

/** Is the field, or a part of it, called so? */
export function declares(field: FieldIR, name: string): boolean {
  return (
    field.name === name || (field.kind === "group" && field.fields.some((child) => declares(child, name)))
  );
}
