/** `-z conv,TYPE[,FILTER]`: frames and bytes between two ends, both ways. */
import { Analyzer } from "../../analysis/analyzer.ts";
import {
  type Conversation,
  ConversationCounter,
  type End,
  type EndType,
  mptcpConversations,
} from "../../analysis/conversations.ts";
import { END_TYPES, fixed, LINE, seconds, TITLES } from "./table.ts";
import type { CaptureSpan, Tap, TapContext, TapKind } from "./tap.ts";

/** As Wireshark writes sizes: whole thousands from ten of them on. */
function sizeText(bytes: number): string {
  for (const [factor, unit] of [
    [1e12, "TB"],
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ] as const) {
    if (bytes >= 10 * factor) return `${Math.floor(bytes / factor)} ${unit}`;
  }
  return `${bytes} bytes`;
}

function counts(frames: number, bytes: number): string {
  return `${String(frames).padStart(6)} ${sizeText(bytes).padEnd(9)}  `;
}

function total(row: Conversation): number {
  return row.forwardFrames + row.backwardFrames;
}

function endText({ address, port }: End, width: number): string {
  return (port === undefined ? address : `${address}:${port}`).padEnd(width);
}

/** Most frames first. */
function sorted(rows: readonly Conversation[]): readonly Conversation[] {
  return [...rows].sort((a, b) => total(b) - total(a));
}

function* table(
  title: string,
  filter: string | undefined,
  rows: readonly Conversation[],
  { first }: CaptureSpan,
  width: number,
): Generator<string> {
  const gap = " ".repeat(width * 2 + 7);
  yield `${LINE}\n${title} Conversations\nFilter:${filter ?? "<No Filter>"}\n`;
  yield `${gap}|       <-      | |       ->      | |     Total     |    Relative    |   Duration   |\n`;
  yield `${gap}| Frames  Bytes | | Frames  Bytes | | Frames  Bytes |      Start     |              |\n`;
  for (const row of sorted(rows)) {
    yield [
      `${endText(row.left, width)} <-> ${endText(row.right, width)}  `,
      counts(row.backwardFrames, row.backwardBytes),
      counts(row.forwardFrames, row.forwardBytes),
      counts(total(row), row.forwardBytes + row.backwardBytes),
      fixed(row.first - first, 9).padStart(14),
      `${fixed(row.last - row.first, 4).padStart(15)}\n`,
    ].join("");
  }
  yield `${LINE}\n`;
}

function toJson(rows: readonly Conversation[], { first }: CaptureSpan): unknown {
  return sorted(rows).map((row) => ({
    ...row,
    first: seconds(row.first - first),
    last: seconds(row.last - first),
  }));
}

/** Characters that a name takes: longer where it has a port. */
const WIDTH = { address: 20, port: 26 } as const;

function counted(type: EndType, filterText: string | undefined, context: TapContext): Tap {
  const counter = new ConversationCounter(type);
  const width = type === "tcp" || type === "udp" ? WIDTH.port : WIDTH.address;
  return {
    requires: counter.requires,
    filter: context.filter(filterText ?? ""),
    watch: (row) => counter.watch(row),
    text: (span) => table(TITLES[type], filterText, counter.result, span, width),
    json: (span) => toJson(counter.result, span),
    get forgotten() {
      return counter.forgotten;
    },
  };
}

/** The tap of an analysis, from which `rows` makes what is printed. */
export function analyzed(
  filterText: string | undefined,
  context: TapContext,
  show: (analyzer: Analyzer) => Pick<Tap, "text" | "json">,
): Tap {
  const analyzer = new Analyzer({ keys: context.keys });
  const { requires, create } = analyzer.tracker;
  const state = create(context.preferences, () => false);
  return {
    requires,
    filter: context.filter(filterText ?? ""),
    watch: (row) => state.update(row, () => {}),
    get forgotten() {
      return state.forgotten;
    },
    ...show(analyzer),
  };
}

export const conversationTaps: readonly TapKind[] = [
  ...END_TYPES.map(
    (type): TapKind => ({
      name: `conv,${type}`,
      usage: "[,FILTER]",
      create: (rest, context) => counted(type, rest, context),
    }),
  ),
  {
    name: "conv,mptcp",
    usage: "[,FILTER]",
    create: (rest, context) =>
      analyzed(rest, context, (analyzer) => {
        const rows = (): readonly Conversation[] => mptcpConversations(analyzer.finish().connections);
        return {
          text: (span) => table(TITLES.mptcp, rest, rows(), span, WIDTH.address),
          json: (span) => toJson(rows(), span),
        };
      }),
  },
];
