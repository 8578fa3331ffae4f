/** The user id of `nobody` on most systems; any that owns nothing of the test's will do. */
const NOBODY = 65_534;

/** Runs as a user who owns nothing, because root may read and write everything; as oneself when one is not root. */
export async function asNobody<Value>(run: () => Promise<Value>): Promise<Value> {
  if (process.geteuid?.() !== 0 || !process.seteuid) return await run();
  process.seteuid(NOBODY);
  try {
    return await run();
  } finally {
    process.seteuid(0);
  }
}
