/** What every client here shows, and every server wants. */
export const TOKEN = 'the-token-of-the-benchmark';
