/** Reads `-T json` with its repeated keys, which JSON.parse would drop: for each frame, the texts at each key path. */

type Place = { readonly path: string; readonly isList: boolean };

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g;

/** One map a frame, from key path (joined by `/`) to the texts there, in order; an object is an empty text. */
export function readJsonPaths(text: string): Map<string, string[]>[] {
  const frames: Map<string, string[]>[] = [];
  const stack: Place[] = [];
  let key: string | undefined;
  let pending: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    const place = stack.at(-1);
    const path = place === undefined ? "" : place.isList ? place.path : `${place.path}/${key ?? ""}`;
    if (token === "{" || token === "[") {
      if (token === "{" && stack.length === 1) frames.push(new Map());
      else if (token === "{") add(frames.at(-1), path, "");
      stack.push({ path: stack.length <= 1 ? "" : path, isList: token === "[" });
    } else if (token === "}" || token === "]") stack.pop();
    else if (token === ":") {
      key = pending;
      pending = undefined;
      continue;
    } else if (token === ",") continue;
    else {
      const value: unknown = JSON.parse(token);
      pending = String(value);
      // Behind a colon, or in a list, it is a value; else it is a key.
      if (key !== undefined || place?.isList === true) add(frames.at(-1), path, pending);
      else continue;
    }
    key = undefined;
  }
  return frames;
}

function add(frame: Map<string, string[]> | undefined, path: string, text: string): void {
  const list = frame?.get(path);
  if (list === undefined) frame?.set(path, [text]);
  else list.push(text);
}
