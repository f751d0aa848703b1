/** The `-E` settings of `-T fields`. */
import { CliError } from "../errors.ts";

export interface FieldsStyle {
  readonly bom: boolean;
  readonly header: boolean;
  readonly separator: string;
  readonly occurrence: "first" | "last" | "all";
  readonly aggregator: string;
  readonly quote: string;
}

export const defaultSeparators: FieldsStyle = {
  bom: false,
  header: false,
  separator: "\t",
  occurrence: "all",
  aggregator: ",",
  quote: "",
};

const QUOTES: Readonly<Record<string, string>> = { d: '"', s: "'", n: "" };
const OCCURRENCES: Readonly<Record<string, FieldsStyle["occurrence"]>> = { f: "first", l: "last", a: "all" };
const BOOLEANS: Readonly<Record<string, boolean>> = { y: true, n: false };

/** The first character; behind a slash one of `letters`, or else, as tshark has it, a backslash. */
function parseSeparator(value: string, letters: Readonly<Record<string, string>>): string | undefined {
  if (value === "") return undefined;
  return value.startsWith("/") ? (own(letters, value[1] ?? "") ?? "\\") : value[0];
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** One `NAME=VALUE`. Without a value, `separator` and `aggregator` take `-`, as tshark does. */
export function setFieldsStyle(style: FieldsStyle, setting: string): FieldsStyle {
  const equals = setting.indexOf("=");
  const name = equals < 0 ? setting : setting.slice(0, equals);
  const value = equals < 0 ? "-" : setting.slice(equals + 1);
  const changed = changeStyle(name, value);
  if (changed === undefined) throw new CliError(`"${name}" is not a valid field output option=value pair.`);
  return { ...style, ...changed };
}

function changeStyle(name: string, value: string): Partial<FieldsStyle> | undefined {
  switch (name) {
    case "bom":
    case "header": {
      const on = own(BOOLEANS, value[0] ?? "");
      return on === undefined ? undefined : { [name]: on };
    }
    case "separator":
    case "aggregator": {
      const text = parseSeparator(value, name === "separator" ? { t: "\t", s: " " } : { s: " " });
      return text === undefined ? undefined : { [name]: text };
    }
    case "occurrence": {
      const occurrence = own(OCCURRENCES, value[0] ?? "");
      return occurrence === undefined ? undefined : { occurrence };
    }
    case "quote": {
      const quote = own(QUOTES, value[0] ?? "");
      return quote === undefined ? undefined : { quote };
    }
    default:
      return undefined;
  }
}
