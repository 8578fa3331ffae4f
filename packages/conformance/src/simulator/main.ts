import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const USAGE = `usage: npm run soak -- [--from <seed>] [--seeds <count>] [--minutes <count>]
Plays worlds of several, seed after seed, until it is interrupted. What is found is shown as short as it goes.
`;

/** Progress is told so many milliseconds apart. */
const TOLD_EVERY = 10_000;

const { values } = parseArgs({
  options: { from: { type: 'string' }, seeds: { type: 'string' }, minutes: { type: 'string' } },
});
const from = Number(values.from ?? Date.now() % 2 ** 31);
const seeds = Number(values.seeds ?? Number.POSITIVE_INFINITY);
const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY);
if (!Number.isSafeInteger(from) || !(seeds > 0) || !(minutes > 0)) {
  process.stderr.write(USAGE);
  process.exit(2);
}

const began = performance.now();
let told = began;
let found = 0;
let played = 0;
for (let seed = from; played < seeds && performance.now() - began < minutes * 60_000; seed += 1) {
  const finding = await simulate(seed);
  played += 1;
  if (finding !== null) {
    found += 1;
    const { message, script, story } = finding;
    process.stdout.write(`\nseed ${seed}: ${message}\n${story.join('\n')}\n${JSON.stringify(script)}\n`);
  }
  if (performance.now() - told < TOLD_EVERY) continue;
  told = performance.now();
  process.stdout.write(`seeds ${from} to ${seed}: ${played} worlds, ${found} of them broken\n`);
}
const seconds = (performance.now() - began) / 1000;
process.stdout.write(`${played} worlds in ${seconds.toFixed(1)} s, ${found} of them broken\n`);
process.exitCode = found > 0 ? 1 : 0;
