/**
 * How a filter runs. Tests over fields that stand in the bytes are fused into generated code; the others are left to the
 * evaluator over the interpreter's tree, for frames that the fused part does not decide. A filter over fields that need
 * earlier frames keeps its trackers.
 */

import { AdaptiveDecide, adaptiveScan } from "../backends/extract/adaptive.ts";
import { Collector } from "../backends/extract/collect.ts";
import { compileDecide } from "../backends/extract/decide.ts";
import { type Predicate, PredicateMaker, type TestPlan, UNDECIDED } from "../backends/extract/predicate.ts";
import type { RecordScan, ScanFormat } from "../capture/scan.ts";
import { canGenerate, type Generation } from "../codegen/function.ts";
import type { CheckedFilter } from "../filter/compile.ts";
import { type Evaluator, toEvaluator } from "../filter/evaluate.ts";
import type { Frame } from "../ir/frame.ts";
import type { Registry } from "./registry.ts";

/** Verdict of {@link FastPath.decide} where the evaluator has to look. */
export const OPEN: number = 2;

/** The generated code of one filter, made anew when something was registered since. */
export class FastPath {
  readonly #registry: Registry;
  readonly #checked: CheckedFilter;
  readonly #label: string;
  #revision = -1;
  #maker: PredicateMaker;
  #whole: Predicate | undefined;
  #decide: AdaptiveDecide<Predicate> | undefined;
  /** Extracts what the evaluator asks for; undefined where a field is made from whole frames. */
  #collector: Collector | undefined;
  readonly #evaluate: Evaluator;
  /** View of the buffer that the last frame's bytes stand in. */
  #view: DataView = new DataView(new ArrayBuffer(0));
  #bytes: Uint8Array = new Uint8Array(0);

  /** Undefined where code may not be generated. */
  static create(
    registry: Registry,
    checked: CheckedFilter,
    generation: Generation = "auto",
  ): FastPath | undefined {
    return canGenerate(generation) ? new FastPath(registry, checked) : undefined;
  }

  constructor(registry: Registry, checked: CheckedFilter) {
    this.#registry = registry;
    this.#checked = checked;
    this.#label = checked.source.slice(0, 60);
    this.#maker = new PredicateMaker(registry, checked.ast);
    this.#evaluate = toEvaluator(checked);
  }

  #refresh(): void {
    if (this.#revision === this.#registry.revision) return;
    this.#revision = this.#registry.revision;
    this.#maker = new PredicateMaker(this.#registry, this.#checked.ast);
    this.#whole = undefined;
    const decide = new AdaptiveDecide(this.#maker, this.#label);
    this.#decide = isUseful(decide.predicate) ? decide : undefined;
    const { fields, source } = this.#checked;
    const complete = decide.predicate.tests.every((one) => one.reason === undefined);
    const extractable =
      !complete && fields.every((name) => Collector.reason(this.#registry, name) === undefined);
    this.#collector = extractable
      ? new Collector(this.#registry, fields, { numbering: source.includes("#") })
      : undefined;
  }

  /** With code for all schemas that may occur: for people to read. */
  get #everything(): Predicate {
    this.#refresh();
    this.#whole ??= this.#maker.make();
    return this.#whole;
  }

  get tests(): readonly TestPlan[] {
    return this.#everything.tests;
  }

  get source(): string {
    return isUseful(this.#everything) ? compileDecide(this.#everything, this.#label).source : "";
  }

  /** 0 or 1 where generated code decides the frame, or what it extracted does; else 2 or more. */
  decide(frame: Frame): number {
    if (this.#revision !== this.#registry.revision) this.#refresh();
    const verdict = this.#decide === undefined ? UNDECIDED : this.#run(this.#decide, frame);
    const collector = this.#collector;
    if (verdict !== UNDECIDED || collector === undefined || !collector.collect(frame)) return verdict;
    return this.#evaluate((name) => collector.occurrences(name)) ? 1 : 0;
  }

  #run(decide: AdaptiveDecide<Predicate>, frame: Frame): number {
    const { data } = frame;
    const { needles } = decide.predicate;
    if (needles.length > 0) {
      // A search would go on to the end of the whole buffer.
      for (const needle of needles) needle.forget();
      const view = new DataView(data.buffer, data.byteOffset, data.length);
      return decide.run(data, view, 0, data.length, frame.originalLength, frame.linkType, frame.number);
    }
    if (this.#view.buffer !== data.buffer) {
      this.#view = new DataView(data.buffer);
      this.#bytes = new Uint8Array(data.buffer);
    }
    return decide.run(
      this.#bytes,
      this.#view,
      data.byteOffset,
      data.length,
      frame.originalLength,
      frame.linkType,
      frame.number,
    );
  }

  /** Code that goes over the records of a capture itself. */
  scan(format: ScanFormat): RecordScan | undefined {
    this.#refresh();
    return this.#decide === undefined ? undefined : adaptiveScan(this.#maker, format, this.#label);
  }
}

/** Does generated code decide anything? */
function isUseful(predicate: Predicate): boolean {
  return predicate.tests.length === 0 || predicate.tests.some((one) => one.reason === undefined);
}
