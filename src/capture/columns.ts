/** Columns of the frames that match. */
import { CaptureError } from "../errors.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Row as FieldRow } from "../ir/tracker.ts";
import type { BatchFilter } from "./scan.ts";
import type { CaptureReader, ColumnBatch } from "./types.ts";

type Row = readonly (readonly RawValue[])[];

function batchOf(numbers: readonly number[], rows: readonly Row[]): ColumnBatch {
  return {
    count: rows.length,
    numbers,
    column: (index) => rows.map((row) => row[index] ?? []),
  };
}

/** The values of a row that is used again. */
function valuesOf(row: FieldRow, columns: number): Row {
  return Array.from({ length: columns }, (_, column) =>
    Array.from({ length: row.count(column) }, (_, index) => {
      const value = row.at(column, index) as RawValue; // below the count
      return value instanceof Uint8Array ? value.slice() : value;
    }),
  );
}

/** Fields that depend on earlier frames are read of every frame, others of matching ones only. */
export async function* readColumns(
  reader: Pick<CaptureReader, "matches">,
  names: readonly string[],
  filter: BatchFilter,
): AsyncGenerator<ColumnBatch> {
  let rows: Row[] = [];
  const fused = filter.rows?.(names, (row) => rows.push(valuesOf(row, names.length)));
  if (fused !== undefined) {
    for await (const batch of reader.matches(fused)) {
      yield batchOf(Array.from(batch.numbers.subarray(0, batch.count)), rows);
      rows = [];
    }
    return;
  }
  const source = filter.columns?.(names);
  if (source === undefined)
    throw new CaptureError("unsupported", "columns need a filter of an engine, which knows the fields");
  const each = (frame: Frame): boolean => {
    const row = source.read(frame);
    const matched = filter(frame);
    if (matched) rows.push(row);
    return matched;
  };
  for await (const batch of reader.matches(source.stateful ? each : filter)) {
    const numbers = Array.from(batch.numbers.subarray(0, batch.count));
    if (!source.stateful) rows = numbers.map((_, index) => source.read(batch.frame(index)));
    yield batchOf(numbers, rows);
    rows = [];
  }
}
