/** The short form of an option or layer: `mptcp.dss{dataAck=0x1122,dsn=5}`, as an object that JSON or YAML would give. */
import { CraftError } from "../errors.ts";

/** Words that people know from RFC 8684's figures and from dissectors, for keys of ours. */
const SHORT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "mptcp.dss": {
    dsn: "dataSequenceNumber",
    ssn: "subflowSequenceNumber",
    length: "dataLevelLength",
    dll: "dataLevelLength",
    dack: "dataAck",
  },
  "mptcp.mpFail": { dsn: "dataSequenceNumber" },
  "mptcp.addAddr": { hmac: "truncatedHmac", id: "addressId" },
  "mptcp.mpJoin": { id: "addressId" },
};

/** An object with the keys of the schema in the place of such words; anything else as it is. */
export function withFullNames(id: string, value: unknown): unknown {
  if (!Object.hasOwn(SHORT, id) || typeof value !== "object" || value === null || Array.isArray(value))
    return value;
  const names = SHORT[id] ?? {};
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [Object.hasOwn(names, key) ? (names[key] ?? key) : key, one]),
  );
}

export interface ShortForm {
  readonly id: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly fix?: Readonly<Record<string, unknown>>;
  readonly raw?: string;
}

class Reader {
  readonly #text: string;
  readonly #path: string;
  #at = 0;

  constructor(text: string, path: string) {
    this.#text = text;
    this.#path = path;
  }

  #fail(wanted: string): never {
    const found =
      this.#at < this.#text.length ? JSON.stringify(this.#text.slice(this.#at, this.#at + 12)) : "the end";
    throw new CraftError(
      "bad-input",
      this.#path,
      `at character ${this.#at + 1} wants ${wanted}, found ${found}`,
    );
  }

  #blank(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  take(mark: string): boolean {
    this.#blank();
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  need(mark: string): void {
    if (!this.take(mark)) this.#fail(`"${mark}"`);
  }

  word(wanted: string): string {
    this.#blank();
    const [word = ""] = /^[^\s{}[\],="]+/.exec(this.#text.slice(this.#at)) ?? [];
    if (word === "") this.#fail(wanted);
    this.#at += word.length;
    return word;
  }

  get done(): boolean {
    this.#blank();
    return this.#at >= this.#text.length;
  }

  value(depth = 0): unknown {
    if (depth > 8) this.#fail("fewer levels");
    if (this.take("[")) {
      const list: unknown[] = [];
      if (this.take("]")) return list;
      do list.push(this.value(depth + 1));
      while (this.take(","));
      this.need("]");
      return list;
    }
    if (this.take("{")) return this.fields(depth + 1);
    this.#blank();
    const quoted = /^"(?:[^"\\]|\\.)*"/.exec(this.#text.slice(this.#at));
    if (quoted !== null) {
      this.#at += quoted[0].length;
      try {
        return JSON.parse(quoted[0]);
      } catch {
        this.#fail("a text as in JSON");
      }
    }
    const word = this.word("a value");
    if (word === "true" || word === "false") return word === "true";
    // All else stays text: only its field tells whether digits are a number or bytes.
    return word;
  }

  /** Behind `{`. */
  fields(depth = 0): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    if (this.take("}")) return {};
    do {
      const key = this.word("a field's name");
      if (entries.some(([known]) => known === key)) this.#fail(`"${key}" only once`);
      // A name alone is a flag.
      entries.push([key, this.take("=") ? this.value(depth) : true]);
    } while (this.take(","));
    this.need("}");
    return Object.fromEntries(entries);
  }

  item(): ShortForm {
    const id = this.word("an id such as mptcp.dss");
    const given = this.take("{") ? this.fields() : {};
    const { fix, raw, ...fields } = given;
    return {
      id,
      value: fields,
      ...(typeof fix === "object" && fix !== null ? { fix: fix as Readonly<Record<string, unknown>> } : {}),
      ...(raw === undefined ? {} : { raw: String(raw) }),
    };
  }
}

/**
 * Reads one or several short forms, separated by commas or blanks.
 *
 * @throws CraftError `bad-input` with the character's place.
 */
export function parseShortForms(text: string, path = "option"): readonly ShortForm[] {
  const reader = new Reader(text, path);
  const forms: ShortForm[] = [];
  do {
    forms.push(reader.item());
    reader.take(",");
  } while (!reader.done);
  return forms;
}
