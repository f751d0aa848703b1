/** Sends all faults to the kernel and writes what it does as a Markdown table: `npm run kernel-table > FILE`. */
import { release } from "node:os";
import { fileURLToPath } from "node:url";
import { missing, Namespace } from "./namespace.ts";

interface Row {
  readonly name: string;
  readonly problems: readonly string[];
  readonly outcome: string;
}

const reason = missing();
if (reason !== undefined) {
  process.stderr.write(`kernel: ${reason}\n`);
  process.exit(1);
}
await using space = await Namespace.create();
const program = fileURLToPath(new URL("./outcomes.ts", import.meta.url));
const node = ["--disable-warning=ExperimentalWarning", "--loader", "ts-node/esm", program];
const { stdout, stderr } = space.exec(process.execPath, node, 900_000);
process.stderr.write(stderr);
const lines: readonly (Row | { readonly alive: boolean })[] = stdout
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line));
const rows = lines.filter((line): line is Row => "outcome" in line);
const alive = lines.some((line) => "alive" in line && line.alive);
const cell = (row: Row): string => {
  const [option = "", fault = ""] = row.name.split(/\.(?=[^.]+$)/);
  return `| ${option} | ${fault} | ${row.problems.join(", ")} | ${row.outcome} |`;
};
process.stdout.write(
  [
    "# What Linux does with malformed MPTCP options",
    "",
    `Kernel ${release().replace(/-.*/, "")}, ${rows.length} cases, each on a connection of its own; made by \`npm run kernel-table\`.`,
    "Names are schema, length of the legal option, fault. MP_CAPABLE of up to 12 bytes and MP_JOIN of 12 bytes stand on a SYN, longer",
    "MP_CAPABLE on the third packet, all others on an ACK of an open connection that goes on with data. *Goes on* means that these",
    "data got their DATA_ACK. Keys, tokens, HMACs and DATA_ACKs are those of the connection. With *wrong-context* it is the other way",
    "round: what belongs on a SYN stands on an ACK, and what comes later on a SYN, behind an MP_CAPABLE where there is room for both.",
    `The listener ${alive ? "accepted a connection" : "was gone"} afterwards.`,
    "",
    "| option | fault | subflow reports | Linux |",
    "| --- | --- | --- | --- |",
    ...rows.map(cell),
    "",
  ].join("\n"),
);
