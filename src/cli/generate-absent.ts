/** schemas/ABSENT.md: Wireshark's names that filters know and no frame has here, by reason. */
import type { FieldInfo } from "../ir/fields.ts";

const HEAD = `# Names that no frame has

Every name that Wireshark 4.0 has for our protocols is known: it is completed, its type is checked, and a filter that asks for it compiles. Those below stay
without values, for the reason given; where Wireshark is not told otherwise, it gives most of them none either.

Fragments and segments are each shown as they came, as Wireshark does with \`-o ip.defragment:FALSE -o ipv6.defragment:FALSE -o tcp.desegment_tcp_streams:FALSE\`: a
header behind the IP header is read in the first fragment, the others have their bytes in \`data\`.`;

/** A Markdown page with a table of the names of each reason. */
export function absentPage(infos: Iterable<FieldInfo>, note: string): string {
  const reasons = new Map<string, string[]>();
  for (const { name, absent } of infos)
    if (absent !== undefined) reasons.set(absent, [...(reasons.get(absent) ?? []), name]);
  const rows = [...reasons].map(
    ([reason, names]) => `| ${reason} | ${names.map((name) => `\`${name}\``).join(" ")} |`,
  );
  return `${[note, "", HEAD, "", "| reason | names |", "| --- | --- |", ...rows].join("\n")}\n`;
}
