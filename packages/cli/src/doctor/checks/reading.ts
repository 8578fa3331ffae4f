import { TransferError } from '@mesibo-files/handler-core';
import { type ReadPlan, readAnswer } from '@mesibo-files/handler-core/provider';
import { failed, passed, skipped, warning } from '../findings.ts';
import { isForbidden } from '../leftovers.ts';
import type { Check, DoctorContext, Finding, RawAnswer, StoredSample } from '../types.ts';
import { bareUrl, send, told } from '../wire.ts';

/** The file that was stored before. */
export function sampleOf({ known: { sample } }: DoctorContext): StoredSample {
  if (sample !== null) return sample;
  throw new TransferError('internal', 'No file was stored to look at.');
}

async function fetchSample(
  context: DoctorContext,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly plan: ReadPlan; readonly answer: RawAnswer }> {
  const plan = await context.signer.read(sampleOf(context).object.url, context.call());
  const { request } = plan;
  const answer = await send(context, { ...request, headers: { ...request.headers, ...headers } });
  if (answer.status >= 200 && answer.status < 300) return { plan, answer };
  const { error, code } = readAnswer(plan.answers, answer, context.clock.now());
  throw new TransferError(error, `the store answered ${told(answer.status, code)}`);
}

const get: Check = {
  id: 'get',
  title: 'it comes back byte for byte',
  needs: ['look'],
  permission: 'read',
  run: async (context) => {
    const { body } = sampleOf(context);
    const { answer } = await fetchSample(context);
    if (Buffer.compare(answer.bytes, body) === 0) return passed(`${body.length} bytes`);
    return failed(`${answer.bytes.length} bytes came, ${body.length} were stored, and they differ`, {
      cause: 'Something on the way changes what is stored or what is read: a proxy, a cache, a filter.',
      fix: 'Let requests reach the store itself, and switch off whatever rewrites answers.',
    });
  },
};

const range: Check = {
  id: 'range',
  title: 'a part of it can be fetched',
  needs: ['get'],
  run: async (context) => {
    const { plan, answer } = await fetchSample(context, { range: 'bytes=3-6' });
    if (!plan.ranges) return skipped('this store serves none');
    const right = Buffer.compare(answer.bytes, sampleOf(context).body.subarray(3, 7)) === 0;
    if (answer.status === 206 && right) return passed(told(206, null));
    return failed(`${told(answer.status, null)}, ${answer.bytes.length} bytes`, {
      cause: 'The store ignored a Range request, so an interrupted download starts over each time.',
      fix: 'Let requests reach the store itself: a proxy or a CDN drops the Range header.',
    });
  },
};

const publicRead: Check = {
  id: 'public-read',
  title: 'nobody reads it without a signature',
  needs: ['look'],
  run: async (context) => {
    const { advice, configuration } = context;
    const { object, request } = sampleOf(context);
    const own = configuration.provider === 'remote' ? object.url : bareUrl(request.url);
    const answer = await send(context, { method: 'GET', url: own, headers: {} });
    if (answer.status >= 300) return passed(told(answer.status, null));
    return failed(`${told(answer.status, null)} to an unsigned request`, advice.publicRead);
  },
};

const publicList: Check = {
  id: 'public-list',
  title: 'nobody lists the files without a signature',
  needs: ['look'],
  run: async (context) => {
    const { listing, publicRead: remedy } = context.advice;
    const { object, request } = sampleOf(context);
    if (listing === null) return skipped('this store lists nothing');
    const own = bareUrl(request.url);
    const base = own.slice(0, own.length - encodedLength(object.key));
    const answer = await send(context, { method: 'GET', url: `${base}?${listing}`, headers: {} });
    if (answer.status >= 300) return passed(told(answer.status, null));
    return failed(`${told(answer.status, null)} to an unsigned request`, {
      cause: 'Everyone can list the bucket. Names that can not be guessed protect nothing then.',
      fix: remedy.fix,
    });
  },
};

function encodedLength(key: string): number {
  return key.split('/').map(encodeURIComponent).join('/').length;
}

const remove: Check = {
  id: 'delete',
  title: 'it can be deleted',
  needs: ['look'],
  permission: 'delete',
  run: async (context) => {
    const { signer, call, leftovers } = context;
    const { object, plan } = sampleOf(context);
    try {
      await signer.remove(object.url, call());
    } catch (error) {
      if (!isForbidden(error)) throw error;
      return skipped('this server lets nobody remove files by this token');
    }
    const after = await lookAgain(context, object.url);
    if (after === null) {
      return failed('it is still there', {
        cause: 'The store said that it deleted the file, and shows it all the same.',
        fix: 'Look for a hold, a retention policy or a cache in front of the bucket.',
      });
    }
    leftovers.gone(plan.ticket);
    return passed('');
  },
};

const absent: Check = {
  id: 'absent',
  title: 'a missing file does not look like a forbidden one',
  needs: ['delete'],
  run: async (context): Promise<Finding> => {
    const code = await lookAgain(context, sampleOf(context).object.url);
    if (code === 'object-not-found') return passed('');
    const { fix } = context.advice.allow('list');
    return warning(code ?? 'it is there', {
      cause: 'Without the right to list the bucket, a missing file looks forbidden, to your users too.',
      fix,
    });
  },
};

/** The code with which the object is refused now; null where it is there. */
async function lookAgain({ signer, call }: DoctorContext, url: string): Promise<string | null> {
  try {
    await signer.read(url, call());
    return null;
  } catch (error) {
    const { code } = TransferError.from(error);
    if (code === 'object-not-found' || code === 'access-denied' || code === 'forbidden') return code;
    throw error;
  }
}

export const READ_CHECKS: readonly Check[] = [get, range, publicRead, publicList];
export const DELETE_CHECKS: readonly Check[] = [remove, absent];
