/** Colour for people at a terminal. */
import type { Dissection } from "../../ir/tree.ts";

const ESCAPE = "\u001b[";
const RESET = `${ESCAPE}0m`;

/** SGR codes by what a frame holds; the first that fits is taken. */
const RULES: readonly (readonly [code: string, applies: (dissection: Dissection) => boolean])[] = [
  ["31;1", (dissection) => dissection.occurrences("_ws.malformed").length > 0],
  ["31", (dissection) => dissection.get("tcp.flags.reset") === true],
  ["35", (dissection) => dissection.occurrences("mptcp").length > 0],
  [
    "36",
    (dissection) => dissection.get("tcp.flags.syn") === true || dissection.get("tcp.flags.fin") === true,
  ],
  [
    "33",
    (dissection) => dissection.occurrences("arp").length > 0 || dissection.occurrences("icmp").length > 0,
  ],
];

export function paintLine(line: string, dissection: Dissection): string {
  const rule = RULES.find(([, applies]) => applies(dissection));
  return rule === undefined ? line : `${ESCAPE}${rule[0]}m${line}${RESET}`;
}

/** Whether a stream shows colour: a terminal, and neither NO_COLOR (no-color.org) nor a dumb one. */
export function wantsColor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
}
