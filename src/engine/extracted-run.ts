/**
 * How a filter runs. Tests over fields that stand in the bytes, or that trackers give for them, are decided by generated code;
 * the trackers' rows are taken from the bytes by the same code. What cannot be told without the tree is looked up in one.
 */
import { AdaptiveDecide, adaptiveScan } from "../backends/extract/adaptive.ts";
import { notCovered } from "../backends/extract/coverage.ts";
import { compileDecide } from "../backends/extract/decide.ts";
import { type Predicate, PredicateMaker } from "../backends/extract/predicate.ts";
import type { RowInput, TestPlan } from "../backends/extract/test-tree.ts";
import { IRREGULAR } from "../backends/extract/verdict.ts";
import type { RecordScan, ScanFormat } from "../capture/scan.ts";
import { unlessTooLarge } from "../codegen/code.ts";
import { canGenerate } from "../codegen/function.ts";
import type { Test } from "../filter/ast.ts";
import type { CheckedFilter } from "../filter/compile.ts";
import { type Evaluator, toEvaluator } from "../filter/evaluate.ts";
import type { Frame } from "../ir/frame.ts";
import type { FrameDissection } from "./dissection.ts";
import type { TrackerRun } from "./pass.ts";
import type { Registry } from "./registry.ts";
import type { SharedTrees } from "./shared-trees.ts";

/** The test of those who only want the trackers to run. */
const ALWAYS: Test = { kind: "true", span: { start: 0, end: 0 } };

/** What the code is made of, as long as nothing else is registered. */
interface Code {
  readonly revision: number;
  readonly room: number;
  /** Undefined where not every column stands in the bytes. */
  readonly maker: PredicateMaker | undefined;
  readonly decide: AdaptiveDecide | undefined;
}

export interface ExtractedOptions {
  readonly filter?: CheckedFilter;
  /** Show the rows of frames that match (`onMatch` of the store). */
  readonly matching?: boolean;
  /** Trees are looked at one frame at a time. */
  readonly transient?: boolean;
}

export class ExtractedRun {
  readonly #registry: Registry;
  readonly #run: TrackerRun;
  readonly #test: Test;
  readonly #label: string;
  readonly #evaluate: Evaluator;
  readonly #matching: boolean;
  readonly #trees: SharedTrees | undefined;
  #made: Code | undefined;
  /** Number of the frame that the trackers have seen already. */
  #seen = Number.NaN;
  #dissection: FrameDissection | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(
    registry: Registry,
    run: TrackerRun,
    { filter, matching = false, transient = false }: ExtractedOptions = {},
  ) {
    this.#registry = registry;
    this.#run = run;
    this.#trees = transient ? run.shareTrees() : undefined;
    this.#test = filter?.ast ?? ALWAYS;
    this.#label = filter?.source.slice(0, 60) ?? "rows";
    this.#evaluate = filter === undefined ? () => true : toEvaluator(filter);
    this.#matching = matching;
  }

  #code(): Code {
    const { rows } = this.#run;
    const { revision } = this.#registry;
    const { room } = rows.store;
    if (this.#made?.revision === revision && this.#made.room === room) return this.#made;
    const covered = (name: string): boolean => notCovered(this.#registry, name) === undefined;
    const possible =
      canGenerate() && this.#run.verified.size === 0 && [...rows.inBytes.keys()].every(covered);
    const input: RowInput = {
      store: rows.store,
      columns: [...rows.inBytes.values()],
      provided: rows.provided,
      every: this.#run.hasTrackers,
      matching: this.#matching,
      occurrences: (name) => rows.occurrences(name),
      cache: rows.cache,
    };
    const { store } = rows;
    const clock = (record: number): bigint | undefined => (record < 0 ? store.time : store.clock.at(record));
    const shows = input.every || input.matching;
    const maker = possible
      ? new PredicateMaker(this.#registry, this.#test, shows ? input : undefined, clock)
      : undefined;
    this.#made = {
      revision,
      room,
      maker,
      decide: maker && (shows || maker.isUseful) ? new AdaptiveDecide(maker, this.#label) : undefined,
    };
    return this.#made;
  }

  /** Forgets which frame was seen. */
  reset(): void {
    this.#seen = Number.NaN;
  }

  /** With code for all schemas that may occur, for people to read; undefined where there is none. */
  get #everything(): Predicate | undefined {
    const { maker } = this.#code();
    return maker && unlessTooLarge(() => maker.make());
  }

  /** Could there be code, if it did not become too large? */
  get isTooLarge(): boolean {
    return this.#code().maker !== undefined && this.#everything === undefined;
  }

  /** How each test of the filter runs. */
  get tests(): readonly TestPlan[] | undefined {
    return this.#everything?.tests;
  }

  get source(): string {
    const everything = this.#code().decide && this.#everything;
    return everything === undefined ? "" : compileDecide(everything, this.#label).source;
  }

  /**
   * Lets the trackers see the frame. The verdict of the filter: 0, 1, or more where its tests are to be evaluated on the
   * tree.
   */
  decide(frame: Frame): number {
    const { decide } = this.#code();
    const seen = this.#seen === frame.number;
    this.#seen = Number.NaN;
    // The scan left the frame behind its trackers, for tests that it does not decide.
    if (seen) return IRREGULAR;
    this.#dissection = undefined;
    const verdict = decide === undefined ? IRREGULAR : this.#decide(decide, frame);
    if (verdict === IRREGULAR) {
      this.#dissection = this.#run.next(frame);
      this.#trees?.learn(frame, this.#dissection);
    }
    return verdict;
  }

  /** Lets the trackers see the frame, and tells whether the filter holds. */
  matches(frame: Frame): boolean {
    const verdict = this.decide(frame);
    if (verdict < IRREGULAR) return verdict === 1;
    const dissection = this.dissect(frame);
    const matched = this.#evaluate((name) => dissection.occurrences(name));
    if (matched && this.#matching) {
      // Trackers were given the row; without any, nothing was put into it yet.
      if (!this.#run.hasTrackers) this.#run.fill(frame, this.#run.dissect(frame));
      this.#run.rows.store.onMatch();
    }
    return matched;
  }

  #decide(decide: AdaptiveDecide, frame: Frame): number {
    const { data } = frame;
    this.#run.rows.store.time = frame.timestamp;
    this.#run.rows.store.filler = undefined;
    const { byteOffset } = data;
    if (this.#bytes.buffer !== data.buffer || this.#bytes.length < data.buffer.byteLength) {
      this.#view = new DataView(data.buffer);
      this.#bytes = new Uint8Array(data.buffer);
    }
    const { originalLength, linkType, number } = frame;
    return decide.run(this.#bytes, this.#view, byteOffset, data.length, originalLength, linkType, number);
  }

  /** Lets the trackers see the frame; gives its tree with what they found in it. */
  look(frame: Frame): FrameDissection {
    const shared = this.#trees?.next(frame);
    this.#seen = Number.NaN;
    this.#dissection = shared;
    if (shared === undefined) this.decide(frame);
    return this.dissect(frame);
  }

  /** Lets the trackers see the frame. True where it is known to be without problems, though no tree was made. */
  watch(frame: Frame): boolean {
    const shown = this.#trees?.show(frame) === true;
    this.#seen = Number.NaN;
    this.#dissection = undefined;
    if (!shown) this.decide(frame);
    return shown;
  }

  /** The tree of the frame that `decide` took last, with what the trackers found in it. */
  dissect(frame: Frame): FrameDissection {
    if (this.#dissection !== undefined) return this.#dissection;
    const dissection = this.#trees?.own(frame) ?? this.#ownTree(frame);
    this.#dissection = dissection;
    return dissection;
  }

  #ownTree(frame: Frame): FrameDissection {
    const dissection = this.#run.dissect(frame);
    this.#run.place(dissection);
    return dissection;
  }

  /** Code that goes over the records of a capture itself; frames that it leaves to `decide` are told apart there. */
  scan(format: ScanFormat): RecordScan | undefined {
    const { maker, decide } = this.#code();
    if (maker === undefined || decide === undefined) return undefined;
    const scan = adaptiveScan(maker, format, this.#label);
    if (scan === undefined) return undefined;
    const { store } = this.#run.rows;
    const made = this.#made;
    const run: RecordScan = (bytes, view, from, to, out) => {
      // More room was needed than the code knows of.
      if (made?.room !== store.room) {
        out.position = from;
        return;
      }
      store.clock = out.clock;
      store.filler = undefined;
      scan(bytes, view, from, to, out);
      this.#seen = out.verdict > IRREGULAR ? out.number + 1 : Number.NaN;
      this.#dissection = undefined;
    };
    return Object.assign(run, { portable: scan.portable });
  }
}
