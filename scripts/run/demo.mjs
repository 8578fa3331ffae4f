/** The examples that `npm run demo` runs, in this order. */
const CLOUDS = ['s3', 'gcs', 'azure'];

/** Options of the examples that take a value: what follows them is no cloud. */
const WITH_VALUE = ['--file', '--size'];

/** What a shell answers for a command that a signal ended: what comes next is not started. */
const INTERRUPTED = 128;

/**
 * Runs the example of each cloud that the arguments name, or of all, one after the other. Answers the first exit code
 * that is not 0. `example` runs one: it takes the cloud and the other arguments.
 */
export async function demo(args, example) {
  const { clouds, rest, unknown } = readClouds(args);
  if (unknown !== undefined) {
    console.error(`"${unknown}" is none of the clouds: ${CLOUDS.join(', ')}.\nusage: npm run demo -- --help`);
    return 2;
  }
  let result = 0;
  for (const cloud of rest.includes('--help') ? clouds.slice(0, 1) : clouds) {
    const code = await example(cloud)(rest);
    result ||= code;
    if (code === 2 || code >= INTERRUPTED) return code;
  }
  return result;
}

function readClouds(args) {
  const named = new Set();
  const rest = [];
  for (const [at, argument] of args.entries()) {
    if (argument.startsWith('-') || WITH_VALUE.includes(args[at - 1])) rest.push(argument);
    else if (CLOUDS.includes(argument)) named.add(argument);
    else return { clouds: [], rest, unknown: argument };
  }
  return { clouds: CLOUDS.filter((cloud) => named.size === 0 || named.has(cloud)), rest };
}
