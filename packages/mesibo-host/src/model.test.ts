import { CONNECTIVITY } from '@mesibo-files/handler-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createModel, type Model, type Real, SIDES } from '../test/model.ts';
import { allFiles, compare, compareCarol, deliver, leave } from '../test/model-rules.ts';
import { steps } from '../test/model-steps.ts';

const BATCHES = 5;
/** Sequences of a batch; the gate plays 20,000 in all. */
const SEQUENCES = Math.ceil(Number(process.env.MODEL_SEQUENCES ?? 2_000) / BATCHES);

/** Where the sequences of all batches led. */
const reached = new Set<string>();

/** When everybody is there again, every message that left and has not expired has arrived, and no other. */
function end(model: Model, real: Real): void {
  for (const side of SIDES) {
    model.users[side].network = CONNECTIVITY.WIFI;
    real.world[side].setNetwork(CONNECTIVITY.WIFI);
  }
  for (const file of model.files) leave(model, file);
  real.world.network.user('carol').start();
  deliver(model, real);
  compareCarol(model, real);
  expect(model.mail).toEqual([]);
}

describe('the contract holds over any sequence of what apps, handlers, servers and networks do', () => {
  it.each(Array.from({ length: BATCHES }, (_, batch) => batch + 1))(
    `${SEQUENCES} sequences, batch %i`,
    async (seed) => {
      const property = fc.asyncProperty(steps, fc.boolean(), async (sequence, userUnblocks) => {
        const { model, real } = createModel(userUnblocks);
        await fc.asyncModelRun(() => ({ model, real }), sequence);
        end(model, real);
        await new Promise(setImmediate);
        compare(model, real);
        if (model.removed.length > 0) reached.add('a stored file removed');
        if (model.gone.length > 0) reached.add('a message gone');
        for (const file of allFiles(model)) {
          const kind = file.message === null ? 'picture' : 'message';
          if (file.message !== null && file.upload && file.side === 'bob') reached.add('forwarded to Carol');
          reached.add(`${file.upload ? 'upload' : 'download'} of a ${kind} ${file.state}`);
          if (file.own) reached.add(`own ${file.upload ? 'upload' : 'download'} of a ${kind}`);
        }
      });
      await fc.assert(property, { numRuns: SEQUENCES, seed });
    },
    600_000,
  );

  it('and the sequences get everywhere', () => {
    const kinds = [
      'upload of a message',
      'download of a message',
      'upload of a picture',
      'download of a picture',
    ];
    const expected = kinds.flatMap((kind) => [
      ...['failed', 'ready', 'required', 'running'].map((state) => `${kind} ${state}`),
      `own ${kind}`,
      ...(kind.startsWith('download') ? [`${kind} nothing`] : []),
    ]);
    const messages = ['a message gone', 'a stored file removed', 'forwarded to Carol'];
    expect([...reached].sort()).toEqual([...expected, ...messages].sort());
  });
});
