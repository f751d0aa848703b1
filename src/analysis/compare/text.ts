/** A comparison of two captures as text and as JSON. */
import { duration } from "../units.ts";
import type { FlowPath, PacketPath, PathComparison } from "./compare.ts";

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

function clockText({ clock, swapped }: PathComparison): string {
  if (clock === undefined) {
    return "Nothing pairs: the captures hold no packet of the same addresses, ports and sequence numbers. They are of other traffic, or a translator stands between them.";
  }
  const { offset, uncertainty } = clock;
  const order = swapped ? " The first capture is the server's, the second the client's." : "";
  if (uncertainty === undefined) {
    return `Packets of one direction only: the clocks differ by ${duration(offset)} less the time on the way, which cannot be told apart. Delays are counted from the shortest.${order}`;
  }
  const ahead = offset < 0 ? "behind" : "ahead of";
  return `The server's clock is ${duration(Math.abs(offset))} ${ahead} the client's, within ${duration(uncertainty)} (half of the shortest round trip).${order}`;
}

function flowText({ source, destination, delay, ...flow }: FlowPath): string {
  const parts = [
    `${plural(flow.sent, "packet")} sent`,
    flow.lost === 0 ? "none lost" : `${flow.lost} lost (${((flow.lost / flow.sent) * 100).toFixed(2)} %)`,
    ...(flow.appeared > 0 ? [`${flow.appeared} appeared on the way`] : []),
    ...(flow.resegmented > 0 ? [`${flow.resegmented} of other sizes at the two ends`] : []),
    ...(flow.reordered > 0 ? [`${flow.reordered} overtaken`] : []),
    ...(flow.changed > 0 ? [`${flow.changed} changed`] : []),
  ];
  const times =
    delay === undefined
      ? ""
      : `; on the way ${duration(delay.min)} at least, ${duration(delay.median)} in the middle, ${duration(delay.max)} at most`;
  return `  ${source} to ${destination}: ${parts.join(", ")}${times}`;
}

/** A packet that something happened to. */
export function isNotable({ fate, delayed, overtakenBy, changes }: PacketPath): boolean {
  return (fate !== "arrived" && fate !== "outside") || delayed || overtakenBy > 0 || changes.length > 0;
}

const FLAGS = [
  [2, "SYN"],
  [1, "FIN"],
  [4, "RST"],
] as const;

function pathText(path: PacketPath, start: bigint): string {
  const { time, source, destination, sequence, length, flags, sent, received, fate, delay } = path;
  const names = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => `${name} `);
  const what = [
    ...(fate === "lost" ? ["lost"] : []),
    ...(fate === "appeared" ? ["not sent, yet arrived"] : []),
    ...(fate === "resegmented" ? ["of another size at the other end"] : []),
    ...(path.delayed && delay !== undefined ? [`delayed: ${duration(delay)} on the way`] : []),
    ...(path.overtakenBy > 0 ? [`overtaken by ${plural(path.overtakenBy, "packet")}`] : []),
    ...path.changes.map(({ kind, text }) => `${kind.replace("-", " ")}: ${text}`),
  ];
  const frames = `${sent ?? "-"} > ${received ?? "-"}`;
  const at = (Number(time - start) / 1e9).toFixed(6);
  return `  ${at.padStart(12)}  ${frames.padEnd(13)} ${source} > ${destination} ${names.join("")}seq ${sequence} len ${length}: ${what.join("; ")}`;
}

/** `names` of the two captures. `all`: also of packets that nothing happened to. */
export function compareText(
  comparison: PathComparison,
  names: readonly [string, string],
  options: { readonly all?: boolean } = {},
): string {
  const { frames, packets, paired, flows, paths, left } = comparison;
  const lines = [
    `${names[0]}: ${plural(frames[0], "frame")}, ${plural(packets[0], "TCP packet")}; ${names[1]}: ${plural(frames[1], "frame")}, ${plural(packets[1], "TCP packet")}; ${paired} pair.`,
    ...(left > 0 ? [`${plural(left, "packet")} behind the limit were not compared.`] : []),
    clockText(comparison),
  ];
  if (paired === 0) return `${lines.join("\n")}\n`;
  const shown = paths.filter((path) => options.all === true || isNotable(path));
  const outside = paths.filter(({ fate }) => fate === "outside").length;
  const start = paths[0]?.time ?? 0n;
  return `${[
    ...lines,
    ...(outside > 0 ? [`${plural(outside, "packet")} passed while the other capture did not run.`] : []),
    "",
    "Paths:",
    ...flows.map(flowText),
    "",
    shown.length === 0
      ? "Every packet arrived as it was sent, in order."
      : "Packets (seconds by the client's clock, frame where sent > frame where received):",
    ...shown.map((path) => pathText(path, start)),
  ].join("\n")}\n`;
}

/** Times since the epoch as decimal texts of nanoseconds. */
export function compareJson(comparison: PathComparison): string {
  const replace = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
  return `${JSON.stringify(comparison, replace, 2)}\n`;
}
