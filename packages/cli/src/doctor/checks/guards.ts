import { TransferError } from '@mesibo-files/handler-core';
import { readAnswer, SECOND } from '@mesibo-files/handler-core/provider';
import { failed, passed, skipped, warning } from '../findings.ts';
import { sampleBody, sendSample, signSample } from '../sample.ts';
import type { Check, DoctorContext } from '../types.ts';
import { send, told } from '../wire.ts';
import { sampleOf } from './reading.ts';

const overwrite: Check = {
  id: 'overwrite',
  title: 'a request that was signed for it once does not overwrite it',
  needs: ['look'],
  run: async (context) => {
    const { noOverwrite } = await context.signer.capabilities(context.call());
    if (noOverwrite.single === 'key')
      return skipped(
        'no conditions, by option or by the store: only keys that nobody can guess protect here',
      );
    const { read, answer } = await sendSample(context, sampleOf(context));
    const detail = told(answer.status, read.code);
    if (read.means === 'exists') return passed(detail);
    if (read.means === 'done') return failed(detail, context.advice.ignoresCondition);
    throw new TransferError(read.error, `the store answered ${detail}`);
  },
};

const checksum: Check = {
  id: 'checksum',
  title: 'damaged bytes are refused',
  needs: ['put'],
  run: async (context) => {
    const { storeVerifiesDigests } = await context.signer.capabilities(context.call());
    if (!storeVerifiesDigests) {
      return warning('checksums are switched off', {
        cause: 'Only sizes are compared, so bytes that are damaged on the way are stored as they came.',
        fix: 'Leave out --checksum none, if the store verifies checksums.',
      });
    }
    const sample = await signSample(context, sampleBody());
    const damaged = sample.body.map((byte, index) => (index === 3 ? byte ^ 1 : byte));
    const { read, answer } = await sendSample(context, sample, damaged);
    const detail = told(answer.status, read.code);
    if (read.means === 'corrupt') {
      context.leftovers.gone(sample.plan.ticket);
      return passed(detail);
    }
    if (read.means === 'done') return failed(detail, context.advice.ignoresChecksum);
    throw new TransferError(read.error, `the store answered ${detail}`);
  },
};

/** The shortest life that every signer allows; by then, and a little later, the request must be over. */
const LIFE = SECOND;
const LATER = 2 * SECOND;

const expiry: Check = {
  id: 'expiry',
  title: 'a signed URL ends when it should',
  // What everyone reads is read after the end of a signature, too.
  needs: ['get', 'public-read'],
  run: async (context) => {
    const signer = await context.tuned({ timeToLive: LIFE });
    if (signer === null) return skipped("how long is the server's to say");
    const plan = await signer.read(sampleOf(context).object.url, context.call());
    await pause(context, LIFE + LATER);
    const answer = await send(context, plan.request);
    const { code, means } = readAnswer(plan.answers, answer, context.clock.now());
    const detail = told(answer.status, code);
    if (means === 'expired') return passed(detail);
    if (answer.status >= 400 && answer.status < 500) {
      return failed(`${detail}, which is not known to mean that the time is over`, {
        cause:
          'A slow device, whose request comes late, is told that it is refused for good, and does not sign anew.',
        fix: 'Report what the store answers, with its name and version: its words are missing in our table. Until then give requests a long life (timeToLive).',
      });
    }
    return failed(`${detail}, ${LATER / SECOND} s after its end`, {
      cause: 'The store does not look when a signature ends: a link that leaks is good for ever.',
      fix: 'Use a store that verifies signatures whole, and let nothing in front of it answer for it.',
    });
  },
};

function pause({ clock, signal }: DoctorContext, milliseconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}

export const GUARD_CHECKS: readonly Check[] = [overwrite, checksum];
export const EXPIRY_CHECKS: readonly Check[] = [expiry];
