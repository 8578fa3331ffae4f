/** Takes these characters off the end of a text, in one pass: an expression like `/x+$/` tries at every x anew. */
export function trimEnd(text: string, marks: string): string {
  let end = text.length;
  while (end > 0 && marks.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Takes these characters off both ends of a text, in one pass. */
export function trimBoth(text: string, marks: string): string {
  const kept = trimEnd(text, marks);
  let begin = 0;
  while (begin < kept.length && marks.includes(kept.charAt(begin))) begin += 1;
  return kept.slice(begin);
}
