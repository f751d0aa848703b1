/** Hand-made captures for what no real one shows. */
export async function differentialCaptures(): Promise<readonly string[]> {
  return [];
}
