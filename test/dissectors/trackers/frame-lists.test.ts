/** What a second reading is told of is bounded, in frames and in what each is referred to by. */
import { expect, test } from "vitest";
import { FrameLists } from "../../../dissectors/trackers/frame-lists.ts";

test("the first frames that refer to one are kept", () => {
  const lists = new FrameLists(3);
  for (let later = 11; later <= 1000; later++) lists.add(10, later);
  expect(lists.of(10)).toEqual(Array.from({ length: 64 }, (_, index) => 11 + index));
  expect(lists.of(11)).toEqual([]);
});

test("frames that were forgotten are counted", () => {
  const lists = new FrameLists(3);
  for (let frame = 1; frame <= 10; frame++) lists.add(frame, frame + 1);
  expect(lists.forgotten).toBe(7);
  const kept = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((frame) => lists.of(frame).length > 0);
  expect(kept.length).toBe(3);
});
