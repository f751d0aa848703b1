/** Tables of conversations in tshark's columns. */
import type { Conversation } from "../../analysis/conversations.ts";

const LINE: string = "=".repeat(80);

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

function fixed(nanoseconds: bigint, digits: number): string {
  const unit = 10n ** BigInt(9 - digits);
  const rounded = (nanoseconds + unit / 2n) / unit;
  const scale = 10n ** BigInt(digits);
  return `${rounded / scale}.${String(rounded % scale).padStart(digits, "0")}`;
}

/** `start`: time of the capture's first frame, nanoseconds; `width`: of the names. */
export function conversationTable(
  title: string,
  filter: string | undefined,
  rows: readonly Conversation[],
  start: bigint,
  width: number,
): string {
  const gap = " ".repeat(width * 2 + 7);
  const total = (row: Conversation): number => row.forwardFrames + row.backwardFrames;
  const plain = (end: string): string => end.replace(/^\[(.*)\]/, "$1").padEnd(width);
  const lines = [...rows]
    .sort((a, b) => total(b) - total(a))
    .map((row) =>
      [
        `${plain(row.left)} <-> ${plain(row.right)}  `,
        counts(row.backwardFrames, row.backwardBytes),
        counts(row.forwardFrames, row.forwardBytes),
        counts(total(row), row.forwardBytes + row.backwardBytes),
        fixed(row.first - start, 9).padStart(14),
        fixed(row.last - row.first, 4).padStart(15),
      ].join(""),
    );
  return `${[
    LINE,
    `${title} Conversations`,
    `Filter:${filter ?? "<No Filter>"}`,
    `${gap}|       <-      | |       ->      | |     Total     |    Relative    |   Duration   |`,
    `${gap}| Frames  Bytes | | Frames  Bytes | | Frames  Bytes |      Start     |              |`,
    ...lines,
    LINE,
  ].join("\n")}\n`;
}
