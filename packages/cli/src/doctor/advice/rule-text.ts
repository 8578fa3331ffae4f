/** A rule in JSON as one writes it by hand: lists of words in one line, where they fit. */
export function ruleText(rule: object): string {
  return JSON.stringify(rule, null, 2).replace(/\[\s+((?:"[^"]*",?\s*)+)\]/g, (whole, words: string) => {
    const line = `[${words
      .trim()
      .split('\n')
      .map((word) => word.trim())
      .join(' ')}]`;
    return line.length <= 60 ? line : whole;
  });
}
