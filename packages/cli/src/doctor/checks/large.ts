import { TransferError } from '@mesibo-files/handler-core';
import { KIB, MIB, MINUTE, type PartFacts, type Stored } from '@mesibo-files/handler-core/provider';
import { failed, passed, skipped, warning } from '../findings.ts';
import { type LargeUpload, manifestOf, sendAll, sendDamaged } from '../parts.ts';
import { begin } from '../sample.ts';
import type { Check, DoctorContext, Finding, Remedy } from '../types.ts';
import { told } from '../wire.ts';

/** The size from which doctor's test file counts as large on a store with our settings. A file server has its own. */
const SMALL = KIB;
const MOST = 64 * MIB;

interface Begun {
  readonly upload: LargeUpload;
  parts: readonly PartFacts[];
}

/** Checks of uploads that take more than one request, in the order in which an upload goes. */
export function largeChecks(): readonly Check[] {
  let begun: Begun | null = null;

  const start: Check = {
    id: 'large-begin',
    title: 'a large upload can be begun',
    needs: ['put'],
    permission: 'store',
    run: async (context) => {
      const upload = await beginLarge(context);
      if (upload === null) return skipped(`files up to ${MOST / MIB} MiB go in one request`);
      begun = { upload, parts: [] };
      return passed(upload.plan.shape === 'session' ? 'a session' : 'in parts');
    },
  };

  const sendIt: Check = {
    id: 'large-send',
    title: 'its bytes are taken',
    needs: ['large-begin'],
    permission: 'store',
    run: async (context) => {
      if (begun === null) return skipped('none was begun');
      begun.parts = await sendAll(context, begun.upload);
      return passed(`${begun.upload.body.length} bytes`);
    },
  };

  const list: Check = {
    id: 'large-list',
    title: 'the store lists the parts it has, so that an upload can resume',
    needs: ['large-send'],
    permission: 'list-parts',
    run: async ({ advice, call }) => {
      if (begun === null) return skipped('none was begun');
      const { upload, parts } = begun;
      if (upload.plan.shape !== 'parts') return skipped('a session is asked for its offset by the sender');
      const { stored } = await upload.signer.resume(upload.plan.ticket, call());
      const listed = stored.state === 'parts' ? stored.parts : [];
      const all = parts.every(({ number, size }) =>
        listed.some((part) => part.number === number && part.size === size),
      );
      const detail = `${parts.length} of ${parts.length}`;
      if (all && advice.opaqueParts !== null && !parts.every((part) => hasDigest(listed, part))) {
        return warning(`${detail}, by their sizes alone`, advice.opaqueParts);
      }
      if (all) return passed(detail);
      return failed(`${listed.length} of ${parts.length}`, {
        cause: 'The store took a part and does not list it.',
        fix: 'Use a store that lists parts at once, as S3 does.',
      });
    },
  };

  const complete: Check = {
    id: 'large-commit',
    title: 'it can be put together',
    needs: ['large-list'],
    permission: 'store',
    run: async (context) => {
      if (begun === null) return skipped('none was begun');
      const { upload, parts } = begun;
      const { signer, plan } = upload;
      const commit = await signer.commit(plan.ticket, manifestOf(upload, parts), context.call());
      if (commit.state === 'stored') {
        context.leftovers.add({ signer, url: commit.object.url, ticket: plan.ticket, whole: true });
        return passed('whole, and compared');
      }
      const why = commit.state === 'refused' ? `${commit.code}: ${commit.reason}` : commit.state;
      return failed(why, {
        cause: 'What the store put together is not what was sent.',
        fix: 'Look whether it verifies checksums; for an S3-compatible store try --checksum md5.',
      });
    },
  };

  const damaged: Check = {
    id: 'large-checksum',
    title: 'a damaged part is refused',
    needs: ['large-send'],
    run: async (context): Promise<Finding> => {
      const { storeVerifiesDigests } = await context.signer.capabilities(context.call());
      if (!storeVerifiesDigests) return skipped('checksums are switched off, or this store compares none');
      if (begun?.upload.plan.shape === 'session')
        return skipped('a session is compared as a whole, in the end');
      const upload = begun === null ? null : await beginLarge(context);
      if (upload === null) return skipped('files go in one request');
      const read = await sendDamaged(context, upload);
      await upload.signer.discard(upload.plan.ticket, context.call());
      context.leftovers.gone(upload.plan.ticket);
      const detail = told(read.status, read.code);
      if (read.means === 'corrupt') return passed(detail);
      if (read.means === 'done') return failed(detail, context.advice.ignoresChecksum);
      throw new TransferError(read.error, `the store answered ${detail}`);
    },
  };

  return [start, sendIt, list, complete, damaged, abort, uploads];
}

async function beginLarge(context: DoctorContext): Promise<LargeUpload | null> {
  const tuned = await context.tuned({ singleUpTo: 0 });
  const signer = tuned ?? context.signer;
  const { singleUpTo } = await signer.capabilities(context.call());
  const size = tuned === null ? singleUpTo + 1 : SMALL;
  if (size > MOST) return null;
  const body = new Uint8Array(size).map((_, index) => index % 251);
  const plan = await begin(context, signer, body);
  context.leftovers.add({ signer, url: 'an unfinished upload', ticket: plan.ticket, whole: false });
  return { signer, body, plan };
}

/** Whether a part is listed with each digest that it was sent with, or at least one of them. */
function hasDigest(listed: readonly PartFacts[], { number, digests }: PartFacts): boolean {
  const stated = listed.find((part) => part.number === number)?.digests ?? {};
  const names = Object.keys(digests) as (keyof typeof digests)[];
  return names.length === 0 || names.some((name) => stated[name] === digests[name]);
}

const abort: Check = {
  id: 'large-discard',
  title: 'an unfinished upload can be given up',
  needs: ['large-list'],
  permission: 'abort-parts',
  run: async (context): Promise<Finding> => {
    const upload = await beginLarge(context);
    if (upload === null) return skipped('files go in one request');
    const { signer, plan } = upload;
    if (plan.shape === 'parts') await sendAll(context, upload);
    await signer.discard(plan.ticket, context.call());
    const stored = await whatIsLeft(upload, context);
    const left = stored.state === 'parts' ? stored.parts.length : 0;
    if (left > 0 || stored.state === 'committed') {
      return failed(left > 0 ? `${left} parts are left of it` : 'it is there as a file', {
        cause: 'The store said that the upload is gone, and keeps what it has of it, which costs money.',
        fix: 'Remove unfinished uploads by a rule of the bucket, after two days.',
      });
    }
    context.leftovers.gone(plan.ticket);
    return passed('');
  },
};

/** What the store holds after a discard. */
async function whatIsLeft({ signer, plan }: LargeUpload, { call }: DoctorContext): Promise<Stored> {
  try {
    return (await signer.resume(plan.ticket, call())).stored;
  } catch (error) {
    // Without the right to list, a missing object looks forbidden; some signers check themselves, and say it is gone.
    if (TransferError.is(error) && LIKE_GONE.has(error.code)) return { state: 'gone' };
    throw error;
  }
}

const LIKE_GONE: ReadonlySet<string> = new Set(['access-denied', 'upload-gone', 'object-not-found']);

/** Uploads that begin within this are listed, too. */
const UNTIL = MINUTE;

const UNLISTED: Remedy = {
  cause:
    'The store took a part of an upload, and does not list the upload. So sweep does not find what is abandoned.',
  fix: 'Let the store remove unfinished uploads itself, by its own setting or a rule of the bucket.',
};

const uploads: Check = {
  id: 'uploads-list',
  title: 'unfinished uploads can be listed, so that sweep finds them',
  needs: ['put'],
  permission: 'list-uploads',
  run: async (context) => {
    const { signer, call } = context;
    const { listsUnfinished } = await signer.capabilities(call());
    if (!listsUnfinished) return skipped('nobody can list them here; they expire');
    // Where none can be begun, another check says so.
    const upload = await beginLarge(context).catch(() => null);
    const mine = upload?.plan.shape === 'parts' ? (signer.keyOfTicket?.(upload.plan.ticket) ?? null) : null;
    if (upload !== null && mine !== null) await sendAll(context, upload);
    let found = 0;
    let seen = false;
    // Also those of this very second, by a clock that need not be the store's.
    for await (const { ticket } of signer.unfinished(-UNTIL, call())) {
      found += 1;
      seen ||= mine !== null && signer.keyOfTicket?.(ticket) === mine;
    }
    if (upload !== null && mine !== null) {
      await upload.signer.discard(upload.plan.ticket, call());
      context.leftovers.gone(upload.plan.ticket);
      if (!seen) return failed(`${found} are listed, and not the one that doctor left there`, UNLISTED);
      found -= 1;
    }
    return passed(found === 0 ? 'there is no other' : `${found} are there now`);
  },
};
