/** Help and version. */
import { readFile } from "node:fs/promises";

export const usage = `Usage: subflow -r FILE... [options] [display filter]
       subflow fields [GLOB] | explain FILTER|OPTION-ID | decode HEX | schema check FILE | complete TEXT
       subflow completion bash|zsh
       subflow craft OPTION... | craft --packet LAYER... | craft --scenario FILE -w FILE
       subflow report FILE [--format text|markdown|html|json] [--stream N] [--key TOKEN=KEY]
       subflow plot FILE --kind dsn|ack|rtt|goodput|flight|window|reorder|share -o OUT.svg|html|png|csv|xpl|gp [--stream N] [--from T] [--to T] [--theme light|dark] [--key TOKEN=KEY]
       subflow compare CLIENT SERVER [--format text|json] [--all]
       subflow edit -r FILE -w FILE [-Y FILTER] [--set FIELD=VALUE] [--drop-option FILTER] [--insert-option OPTION] [--anonymize]

Reading (flags and meaning are tshark's):
  -r FILE            capture to read, "-" for standard input; several are merged by time
  -Y FILTER          display filter
  -2                 read twice: fields that look ahead hold what later packets tell
  -c N               stop after N packets were read
  -n                 accepted: names are never resolved
  --selected-frame N frame that \${field} in a filter refers to
  --macros FILE      display filter macros, a dfilter_macros file or JSON
  -d TABLE==N,NAME   decode as, such as tcp.port==8888,echo
  -o NAME:VALUE      preference, such as tcp.relative_sequence_numbers:FALSE
  --plugin FILE      schema (.json) or module (.js, .mjs) with a dissector

Printing:
  -T text|fields|json|jsonraw|ek|pdml
  -e FIELD           field for -T fields, json, ek and pdml; _ws.col.Info and its like are the columns
  -E NAME=VALUE      header=y|n separator=/t|/s|C quote=d|s|n occurrence=f|l|a aggregator=C bom=y|n
  -V                 the tree of each packet          -x   its bytes
  -P                 the summary line too             -q   no packets
  -t r|a|ad|adoy|d|dd|e|u|ud|udoy   time column
  -l                 hand over after each packet
  -z STATISTIC       table behind the packets, with -q alone; more than one may be asked for:
                     conv|endpoints,eth|ip|ipv6|tcp|udp|mptcp[,FILTER]
                     io,stat,INTERVAL[,FILTER|,COUNT|SUM|MIN|MAX|AVG|LOAD(FIELD)FILTER|,FRAMES|BYTES()FILTER]…
                     expert[,error|warn|note|chat][,FILTER]
                     follow,tcp|udp|mptcp,ascii|hex|raw|yaml|files=PREFIX,STREAM[,RANGE]
  --format text|json of statistics        --key TOKEN=KEY   key of a connection whose handshake is not captured
  --count            print the number of matches only
  --jobs N           threads that scan a file; 1 below 2 GiB unless given
  --no-duplicate-keys  -T json: lists instead of keys that occur again

Analysis of MPTCP (report, plot, compare; --help behind the name of a command tells of it alone):
  --format FORMAT    text unless given; html is one file with plots in it
  --kind KIND        data sequence numbers unless given; ack DATA_ACKs, rtt of data, goodput, flight bytes in flight, window,
                     reorder queue, share of each subflow
  -o OUT             what its ending says: picture, page that zooms, mptcptrace's columns, xplot, gnuplot
  --stream N         the connection mptcp.stream == N; plot takes the one that carried most unless given
  --from T --to T    part of the time axis, in seconds
  --all              of compare: packets that nothing happened to as well

Writing:
  -w FILE            "-" is standard output
  -F pcap|pcapng|nsecpcap   else the ending of the name decides, else the input

Exit status: 0 done; 1 bad option; 2 bad filter, or a file that cannot be read or written.
`;

/** The lines of the help that show how a command is called. */
export function usageOf(command: string): string {
  const lines = usage.slice(0, usage.indexOf("\n\n")).split("\n");
  const own = lines.filter((line) => line.includes(`subflow ${command} `) || line.includes(`| ${command} `));
  return `${own.map((line) => line.replace("Usage:", "      ")).join("\n")}\n`.replace("      ", "Usage:");
}

/** Version of the package that this file is part of. */
export async function version(): Promise<string> {
  // From the sources and from the build the package file is at different heights.
  for (const up of ["../../package.json", "../../../package.json"]) {
    const text = await readFile(new URL(up, import.meta.url), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const found: unknown = JSON.parse(text);
    if (typeof found === "object" && found !== null && "version" in found) return String(found.version);
  }
  return "unknown";
}
