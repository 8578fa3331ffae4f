/** Cases that say most about another size of parts: small parts run all of the suite, and the least of the store these. */
export const LARGE_PARTS: readonly string[] = [
  'a file of one part and one byte arrives whole',
  'a file of many parts and one byte arrives whole',
  'the bench has the sizes that the suite needs',
  'parts have room for the largest file',
  'staged: an honest upload is stored whole, and nothing waits',
];

/** The same of a handler, and cases about how its own class makes the signer. */
export const LARGE_TRANSFERS: readonly string[] = [
  'a file of many parts and one byte goes up and comes down, with one result each',
  'wrong credentials are credentials-wrong',
  'a missing bucket is bucket-not-found',
  'a signer on a device a day fast is put right by the store',
];

/** Whether the environment says `CASES=some`: a run that must be quick. Default: every case is run whole. */
export function isShort(): boolean {
  return process.env.CASES === 'some';
}

/**
 * The cases of these names where the environment says `CASES=some`, else all. For suites that run once more with another
 * configuration. Throws where no case has a name.
 */
export function sample<Case extends { readonly name: string }>(
  cases: readonly Case[],
  names: readonly string[],
): readonly Case[] {
  const unknown = names.filter((name) => !cases.some((each) => each.name === name));
  if (unknown.length > 0) throw new Error(`No case is called: ${unknown.join('; ')}`);
  return isShort() ? cases.filter(({ name }) => names.includes(name)) : cases;
}
