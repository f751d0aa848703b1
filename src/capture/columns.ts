/** Columns of the frames that match. */
import { CaptureError } from "../errors.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Row as FieldRow } from "../ir/tracker.ts";
import type { BatchFilter } from "./scan.ts";
import type { CaptureReader, ColumnBatch } from "./types.ts";

type Values = readonly RawValue[];

const NONE: Values = [];
/** Bytes of a stretch that copies of values share. */
const STRETCH = 1 << 16;

/** Values of some columns, row by row. */
class Columns {
  readonly #columns: readonly Values[][];
  #stretch: Uint8Array = new Uint8Array(0);
  #used = 0;

  constructor(count: number) {
    this.#columns = Array.from({ length: count }, () => []);
  }

  /** Copies the values of a row that is used again. */
  addRow(row: FieldRow): void {
    const columns = this.#columns;
    for (let column = 0; column < columns.length; column++) {
      const count = row.count(column);
      let values = NONE;
      if (count === 1) values = [this.#valueOf(row, column, 0)];
      else if (count > 1)
        values = Array.from({ length: count }, (_, index) => this.#valueOf(row, column, index));
      columns[column]?.push(values);
    }
  }

  add(row: readonly Values[]): void {
    for (const [column, values] of this.#columns.entries()) values.push(row[column] ?? NONE);
  }

  #valueOf(row: FieldRow, column: number, index: number): RawValue {
    const value = row.at(column, index) as RawValue; // the index is below the count
    return value instanceof Uint8Array ? this.#copy(value) : value;
  }

  /** A buffer for each value would cost more than the rest of the row. */
  #copy(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (length > STRETCH / 16) return bytes.slice();
    if (this.#used + length > this.#stretch.length) {
      this.#stretch = new Uint8Array(STRETCH);
      this.#used = 0;
    }
    const copy = this.#stretch.subarray(this.#used, this.#used + length);
    this.#used += length;
    copy.set(bytes);
    return copy;
  }

  /** What was added since the last call, for these frames. */
  take(numbers: readonly number[]): ColumnBatch {
    const columns = this.#columns.map((values) => values.splice(0));
    return { count: numbers.length, numbers, column: (index) => columns[index] ?? numbers.map(() => NONE) };
  }
}

/** Fields that depend on earlier frames are read of every frame, others of matching ones only. */
export async function* readColumns(
  reader: Pick<CaptureReader, "matches">,
  names: readonly string[],
  filter: BatchFilter,
): AsyncGenerator<ColumnBatch> {
  const columns = new Columns(names.length);
  const fused = filter.rows?.(names, (row) => columns.addRow(row));
  if (fused !== undefined) {
    for await (const batch of reader.matches(fused))
      yield columns.take(Array.from(batch.numbers.subarray(0, batch.count)));
    return;
  }
  const source = filter.columns?.(names);
  if (source === undefined)
    throw new CaptureError("unsupported", "columns need a filter of an engine, which knows the fields");
  const each = (frame: Frame): boolean => {
    const row = source.read(frame);
    const matched = filter(frame);
    if (matched) columns.add(row);
    return matched;
  };
  for await (const batch of reader.matches(source.stateful ? each : filter)) {
    const numbers = Array.from(batch.numbers.subarray(0, batch.count));
    if (!source.stateful) for (const index of numbers.keys()) columns.add(source.read(batch.frame(index)));
    yield columns.take(numbers);
  }
}
