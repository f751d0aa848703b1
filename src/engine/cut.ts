/** What is missing because the capture, a fragment or the quotation in an ICMP error ends before the packet does is nobody's fault. */
import type { Problem } from "../errors.ts";
import type { Form } from "./form.ts";
import { statedHeaderEnd } from "./payload.ts";
import type { Window } from "./window.ts";

/** The problems of one header, those that a cut explains as notes. */
export function excused(problems: readonly Problem[], form: Form, window: Window): readonly Problem[] {
  const { start, end, wireEnd } = window;
  if (wireEnd <= end || (statedHeaderEnd(form, start) ?? end) > wireEnd) return problems;
  return problems.map((problem): Problem => {
    const { code, bitOffset, needed = 0, available } = problem;
    if ((code !== "truncated" && code !== "malformed") || available === undefined) return problem;
    // A header's length counts from its start, that of a field or an option from where it stands.
    const from = [start, Math.ceil(bitOffset / 8)].find((one) => one + available === end);
    if (from === undefined || from + needed > wireEnd) return problem;
    return { ...problem, code: "truncated", severity: "note" };
  });
}
