import { expect, it } from 'vitest';
import { type Finding, simulate } from '../src/simulator/index.ts';

/** How many worlds are played, in both halves together. The gate plays 20,000. */
const SEEDS = Number(process.env.SIMULATOR_SEEDS ?? 300);
/** The first seed: another one for other worlds. */
const FROM = Number(process.env.SIMULATOR_FROM ?? 0);

/** Milliseconds that one world takes at most, on average. */
const PATIENCE = 200;

/** Plays every second seed: the other half is another file's, and so another core's. */
export function playHalf(half: 0 | 1): void {
  it(
    `holds what docs/reliability.md promises in ${Math.ceil(SEEDS / 2)} worlds of seeds from ${FROM + half}`,
    async () => {
      for (let seed = FROM + half; seed < FROM + SEEDS; seed += 2) {
        const finding = await simulate(seed);
        expect(finding && told(finding)).toBeNull();
      }
    },
    600_000 + SEEDS * PATIENCE,
  );
}

function told({ seed, message, script, story }: Finding): string {
  return [
    `seed ${seed}: ${message}`,
    ...story,
    JSON.stringify(script),
    `See it again: npm run soak -- --from ${seed} --seeds 1`,
  ].join('\n');
}
