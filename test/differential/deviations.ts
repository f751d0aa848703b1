/** Stated differences from tshark (test/deviations.json): each with the frames that it explains, as a display filter. */
import { readFileSync } from "node:fs";
import type { Engine } from "../../src/engine/api.ts";
import { compileFilterText } from "../../src/filter/compile.ts";
import { toEvaluator } from "../../src/filter/evaluate.ts";
import type { Dissection } from "../../src/ir/tree.ts";

export interface Deviation {
  /** Names that differ; `*` at the end stands for any rest. */
  readonly fields: readonly string[];
  /** Frames in which they may differ. */
  readonly when: string;
  readonly reason: string;
  readonly source: string;
}

interface DeviationFile {
  /** Protocols of payloads, switched off in tshark. */
  readonly payloads: { readonly protocols: readonly string[]; readonly reason: string };
  /** Settings under which tshark does no more than we do. */
  readonly preferences: { readonly settings: readonly string[]; readonly reason: string };
  readonly fields: readonly Deviation[];
  /** Differences that only crafted options show. */
  readonly crafted: readonly Deviation[];
  /** What tcpdump prints otherwise; `fields` names schemas. */
  readonly tcpdump: readonly Deviation[];
}

export class Deviations {
  readonly #rows: { row: Deviation; holds: (dissection: Dissection) => boolean; used: number }[];
  /** Protocols that tshark is told to leave alone. */
  readonly payloads: readonly string[];
  /** For tshark's `-o`. */
  readonly settings: readonly string[];

  constructor(engine: Engine, section: "fields" | "crafted" | "tcpdump" = "fields") {
    const file: DeviationFile = JSON.parse(
      readFileSync(new URL("../deviations.json", import.meta.url), "utf8"),
    );
    this.payloads = file.payloads.protocols;
    this.settings = file.preferences.settings;
    const table = new Map(engine.fields().map((info) => [info.name, info]));
    this.#rows = file[section].map((row) => {
      const evaluate = toEvaluator(
        compileFilterText(row.when, { get: (name) => table.get(name), names: () => table.keys() }),
      );
      return { row, holds: (dissection) => evaluate((name) => dissection.occurrences(name)), used: 0 };
    });
  }

  /** The reason for a difference in this field of this frame, or undefined. */
  explain(field: string, dissection: Dissection): string | undefined {
    for (const entry of this.#rows) {
      const named = entry.row.fields.some((name) =>
        name.endsWith("*") ? field.startsWith(name.slice(0, -1)) : name === field,
      );
      if (!named || !entry.holds(dissection)) continue;
      entry.used++;
      return entry.row.reason;
    }
    return undefined;
  }

  /** Entries that explained nothing. */
  unused(): readonly Deviation[] {
    return this.#rows.filter((entry) => entry.used === 0).map((entry) => entry.row);
  }
}
