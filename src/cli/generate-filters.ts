/** FILTERS.md: the reference of the filter language, from the tables that the compiler reads and examples with their answers. */
import { analysisFields } from "../analysis/fields.ts";
import { functions } from "../filter/functions.ts";
import { type OperatorRow, operators } from "../filter/operators.ts";
import { types } from "../filter/types.ts";

/** One filter, the capture that it runs on, and how many frames match. */
interface Example {
  readonly filter: string;
  readonly capture: string;
  readonly frames: number;
  readonly options?: string;
  /** What Wireshark 4.0 is asked instead, which has no such feature. */
  readonly same?: string;
}

interface Feature {
  readonly title: string;
  readonly text: string;
  readonly examples: readonly Example[];
}

/** The form of examples/filters/reference.json. Operators, functions and types are told by their names. */
export interface FilterExamples {
  readonly operators: Readonly<Record<string, Example>>;
  readonly functions: Readonly<Record<string, Example>>;
  readonly types: Readonly<Record<string, Example>>;
  readonly features: readonly Feature[];
  readonly options: readonly Feature[];
}

/** What Wireshark got after 4.0. */
const NEWER: ReadonlySet<string> = new Set(["xor", "raw", "vals", "dec", "hex", "float", "double"]);

function isNewer(name: string): boolean {
  return NEWER.has(name) || name.startsWith("ip_");
}

function command({ filter, capture, options }: Example): string {
  const quoted = `'${filter.replaceAll("'", "'\\''")}'`;
  const extra = options === undefined ? [] : [options];
  return ["subflow -r", `examples/captures/${capture}`, ...extra, "--count -Y", quoted].join(" ");
}

function block(examples: readonly (Example | undefined)[]): string[] {
  const lines = examples.flatMap((example) => {
    if (example === undefined) return [];
    const same = example.same === undefined ? "" : `, as in 4.0: ${example.same}`;
    return `${command(example)}   # ${example.frames}${same}`;
  });
  return ["```sh", ...lines, "```", ""];
}

function code(text: string): string {
  // A bar ends the cell of a table, in code too.
  return `\`${text.replaceAll("|", "\\|")}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

const quantified = (operator: OperatorRow): string =>
  operator.quantifier === undefined ? "" : operator.quantifier === "every" ? "every pair" : "some pair";

function operatorPart(examples: FilterExamples["operators"]): string[] {
  const rows = operators.map((operator) =>
    row([
      operator.spellings.map(code).join(", "),
      `${operator.description}${isNewer(operator.id) ? " (newer than 4.0)" : ""}`,
      quantified(operator),
      operator.needs ?? "",
      String(operator.power),
    ]),
  );
  const old = operators.flatMap(({ deprecated = [], spellings: [first = ""] }) =>
    deprecated.map(
      (spelling) => `${code(spelling)} is an old spelling of ${code(first)}, taken with a warning.`,
    ),
  );
  return [
    "## Operators",
    "",
    "A greater number binds tighter. Where fields have several values, a relation wants some pair of values to hold, or every pair.",
    "",
    row(["written", "meaning", "holds for", "the left side must", "binds"]),
    row(["---", "---", "---", "---", "---"]),
    ...rows,
    "",
    ...old,
    "",
    ...block(operators.map(({ id }) => examples[id])),
  ];
}

function functionPart(examples: FilterExamples["functions"]): string[] {
  const rows = functions.map(({ name, maximum, parameter, description }) =>
    row([
      code(`${name}(${parameter}${maximum > 1 ? ", …" : ""})`),
      `${description}${isNewer(name) ? " (newer than 4.0)" : ""}`,
    ]),
  );
  return [
    "## Functions",
    "",
    "Functions of a *field* take a field and nothing else; those of a *value* also take what other functions and arithmetic give.",
    "",
    row(["function", "gives"]),
    row(["---", "---"]),
    ...rows,
    "",
    ...block(functions.map(({ name }) => examples[name])),
  ];
}

function typePart(examples: FilterExamples["types"]): string[] {
  const rows = Object.entries(types).map(([name, type]) =>
    row([code(name), type.noun, [...type.can].join(", ")]),
  );
  const families = new Set(Object.values(types).map(({ family }) => family));
  return [
    "## Types",
    "",
    "The type of a field says which operators may stand behind it. `subflow fields GLOB` lists fields with their types.",
    "",
    row(["type", "is", "can"]),
    row(["---", "---", "---"]),
    ...rows,
    "",
    ...block([...families].map((family) => examples[family])),
  ];
}

/** Fields that Wireshark has not. */
function ownPart(): string[] {
  return [
    "## Fields of subflow's own",
    "",
    "Wireshark has none of these. They tell what `subflow report` finds, each in its frame, and stand in no tree unless they are asked",
    "for by name (`-e`, a filter). `--key TOKEN=KEY` gives what a capture lacks that begins behind the handshake.",
    "",
    row(["field", "type", "tells"]),
    row(["---", "---", "---"]),
    ...analysisFields.map(({ name, type, description, strings }) => {
      const values =
        strings?.kind === "values" ? strings.rows.map(({ low, text }) => `${low} ${text}`).join(", ") : "";
      return row([code(name), type, values === "" ? description : `${description}: ${values}`]);
    }),
    "",
    "## One reading, or two",
    "",
    "A field tells what is known when its frame has been read. With `-2` the captures are read twice, as tshark does it, and what looks ahead is",
    "known in the second reading: `tcp.completeness` (without `-2` what was seen before the segment, with it what all of the connection shows),",
    "`tcp.analysis.initial_rtt`, the connection of a SYN (`mptcp.stream`, `mptcp.master`, `mptcp.analysis.subflows`), `icmp.resp_in`, `icmp.no_resp` and",
    "their like of ICMPv6, and `mptcp.reinjected_in`, which tshark 4.0 has and does not fill. `tcp.completeness == 31`, the filter for whole",
    "connections, wants `-2`. Programs call `rewind()` of a filter or a pass between two readings.",
    "",
  ];
}

function featurePart({ title, text, examples }: Feature): string[] {
  return [`## ${title}`, "", text, "", ...block(examples)];
}

const INTRODUCTION = `subflow takes the display filters of Wireshark 4.0, and some features of later releases, marked here. \`subflow -Y FILTER\`
shows the frames that match; \`engine.compileFilter(text)\` gives the filter as a function; \`subflow explain FILTER\` says how
a filter was understood, and \`subflow complete TEXT\` what may come next.

The number behind each command is that of the frames that match, as tshark 4.0 counts them. For a feature that tshark 4.0
has not, it is the number that the filter behind "as in 4.0" gives there.`;

/** The whole page. `note` says how it was made. */
export function filterPage(examples: FilterExamples, note: string): string {
  return [
    note,
    "",
    "# Display filters",
    "",
    INTRODUCTION,
    "",
    ...examples.features.flatMap(featurePart),
    ...examples.options.flatMap(featurePart),
    ...operatorPart(examples.operators),
    ...functionPart(examples.functions),
    ...typePart(examples.types),
    ...ownPart(),
    "Where an answer differs from tshark's on purpose, [test/deviations.json](test/deviations.json) says why.",
    "",
  ].join("\n");
}
