/** Seeds for fuzzers and tests of other stacks: legal options, and named faults of each. */
import { toHex } from "../bytes/hex.ts";
import type { ParsedOption } from "../engine/api.ts";
import type { ProblemCode } from "../errors.ts";
import { type FailedCheck, type MalformedVariant, malformedVariants } from "./malformed.ts";
import { type WorldOptions, worldOf } from "./world.ts";

export interface CorpusEntry {
  /** `mptcp.dss-28.short-by-one`: schema, length of the legal option, fault. */
  readonly name: string;
  readonly id: string;
  /** `none` for the legal option. */
  readonly fault: string;
  /** An option area, without padding. */
  readonly bytes: Uint8Array;
  /** TCP flags of the segment that it has to stand in, where they matter. */
  readonly tcpFlags?: number;
  /** Codes of the problems that subflow's parser reports. */
  readonly problems: readonly ProblemCode[];
  /** What only a connection's keys and data tell. */
  readonly check?: FailedCheck;
}

/** All options with all faults that apply to them, the legal option first; each name once. */
export function makeCorpus(
  seeds: readonly ParsedOption[],
  options: WorldOptions = {},
): readonly CorpusEntry[] {
  const { engine } = worldOf(options);
  const stems = new Set<string>();
  return seeds.flatMap((seed) => {
    const legal: Omit<MalformedVariant, "fault"> = {
      name: "none",
      bytes: engine.serialize(seed.id, seed.value ?? {}),
      problem: undefined,
    };
    const stem = `${seed.id}-${legal.bytes.length}`;
    let own = stem;
    for (let count = 2; stems.has(own); count++) own = `${stem}-${count}`;
    stems.add(own);
    return [legal, ...malformedVariants(seed, options)].map(
      ({ name, bytes, tcpFlags, check }): CorpusEntry => {
        const found = engine.parseOptions(bytes, { tcpFlags });
        const fault = name.replaceAll(" ", "-");
        return {
          name: `${own}.${fault}`,
          id: seed.id,
          fault,
          bytes,
          problems: [...new Set(found.flatMap(({ problems = [] }) => problems.map(({ code }) => code)))],
          ...(tcpFlags === undefined ? {} : { tcpFlags }),
          ...(check === undefined ? {} : { check }),
        };
      },
    );
  });
}

/** Manifest of a corpus, as JSON has it. */
export function manifestOf(entries: readonly CorpusEntry[]): unknown {
  return entries.map(({ name, bytes, ...rest }) => ({
    file: `${name}.bin`,
    ...rest,
    length: bytes.length,
    hex: toHex(bytes),
  }));
}
