/** `-z conv,…` against tshark. */
import { describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";
import { hasTshark, tshark } from "../differential/tshark.ts";
import { captureFiles } from "../shared.ts";

async function printed(args: readonly string[]): Promise<string> {
  let text = "";
  const { write } = process.stdout;
  process.stdout.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    const done = rest.find((one) => typeof one === "function");
    if (typeof done === "function") done();
    return true;
  }) as typeof process.stdout.write;
  try {
    expect(await main(args)).toBe(0);
  } finally {
    process.stdout.write = write;
  }
  return text;
}

const lines = (text: string): string[] => text.split("\n").sort();

describe.skipIf(!hasTshark || captureFiles().length === 0)("conversations", () => {
  // Rows with equally many frames stand in the order of tshark's hash table: lines are compared as a set.
  const few = captureFiles().filter((name) => /tcpdump|tcp_tfo|ipv6|bulk_offload|handover/.test(name));
  it.each(few)("of TCP: %s", async (path) => {
    expect(lines(await printed(["-r", path, "-q", "-z", "conv,tcp"]))).toEqual(
      lines(tshark(["-r", path, "-q", "-z", "conv,tcp"]).stdout),
    );
  });

  it("of MPTCP add up both of tshark's directions, and the SYN that has no key yet", async () => {
    const path = captureFiles().find((name) => name.endsWith("handover/client.pcap")) ?? "";
    const rows = (text: string): number[] =>
      text
        .split("\n")
        .flatMap((line) => (line.includes("<->") ? [Number(line.slice(47 + 36, 47 + 43))] : []));
    const theirs = rows(tshark(["-r", path, "-q", "-z", "conv,mptcp"]).stdout);
    const ours = rows(await printed(["-r", path, "-qz", "conv,mptcp"]));
    expect(ours).toEqual([theirs.reduce((sum, count) => sum + count, 1)]);
  });
});
