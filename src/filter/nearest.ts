/** The known name nearest to a mistyped one. */

/** Edit distance (insertions, deletions, replacements, swaps of neighbours), or `limit + 1` when it is larger than `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}

/** Nearest of `names` by edit distance; undefined if none is near. Ties go to the alphabetically first. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  // Names longer than any field would only cost time.
  if (name.length === 0 || name.length > 80) return undefined;
  const wanted = name.toLowerCase();
  let limit = Math.min(3, Math.max(1, Math.floor(name.length / 3)));
  let best: string | undefined;
  for (const candidate of names) {
    const found = distance(wanted, candidate.toLowerCase(), limit);
    if (found > limit || (found === limit && best !== undefined && best <= candidate)) continue;
    best = candidate;
    limit = found;
  }
  return best;
}
