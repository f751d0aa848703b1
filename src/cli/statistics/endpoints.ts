/** `-z endpoints,TYPE[,FILTER]`: what each end sent and received. */
import {
  type EndpointCount,
  EndpointCounter,
  type EndType,
  mptcpEndpoints,
} from "../../analysis/conversations.ts";
import { analyzed } from "./conversations.ts";
import { END_TYPES, LINE, TITLES } from "./table.ts";
import type { Tap, TapContext, TapKind } from "./tap.ts";

function total(row: EndpointCount): number {
  return row.sentFrames + row.receivedFrames;
}

/** Most frames first. */
function sorted(rows: readonly EndpointCount[]): readonly EndpointCount[] {
  return [...rows].sort((a, b) => total(b) - total(a));
}

function* table(
  title: string,
  filter: string | undefined,
  rows: readonly EndpointCount[],
  hasPorts: boolean,
): Generator<string> {
  yield `${LINE}\n${title} Endpoints\nFilter:${filter ?? "<No Filter>"}\n`;
  const ports = hasPorts ? "|  Port  |" : "";
  yield `${" ".repeat(23)}${ports}|  Packets  | |  Bytes  | | Tx Packets | | Tx Bytes | | Rx Packets | | Rx Bytes |\n`;
  for (const row of sorted(rows)) {
    const { address, port } = row.end;
    const cells = [
      total(row),
      row.sentBytes + row.receivedBytes,
      row.sentFrames,
      row.sentBytes,
      row.receivedFrames,
      row.receivedBytes,
    ];
    const widths = [hasPorts ? 11 : 12, 14, 11, 16, 12, 16];
    const numbers = cells.map((cell, index) => String(cell).padStart(widths[index] ?? 0));
    yield `${address.padEnd(20)}${hasPorts ? String(port ?? "").padStart(11) : ""}${numbers.join("")}   \n`;
  }
  yield `${LINE}\n`;
}

function counted(type: EndType, filterText: string | undefined, context: TapContext): Tap {
  const counter = new EndpointCounter(type);
  return {
    requires: counter.requires,
    filter: context.filter(filterText ?? ""),
    watch: (row) => counter.watch(row),
    text: () => table(TITLES[type], filterText, counter.result, type === "tcp" || type === "udp"),
    json: () => sorted(counter.result),
    get forgotten() {
      return counter.forgotten;
    },
  };
}

export const endpointTaps: readonly TapKind[] = [
  ...END_TYPES.map(
    (type): TapKind => ({
      name: `endpoints,${type}`,
      usage: "[,FILTER]",
      create: (rest, context) => counted(type, rest, context),
    }),
  ),
  {
    name: "endpoints,mptcp",
    usage: "[,FILTER]",
    create: (rest, context) =>
      analyzed(rest, context, (analyzer) => {
        const rows = (): readonly EndpointCount[] => mptcpEndpoints(analyzer.finish().connections);
        return {
          text: () => table(TITLES.mptcp, rest, rows(), false),
          json: () => sorted(rows()),
        };
      }),
  },
];
