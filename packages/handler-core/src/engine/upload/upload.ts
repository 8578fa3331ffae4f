import { TransferError } from '../../errors/transfer-error.ts';
import type { StoredObject } from '../../signer/object.ts';
import type { TransferContext } from '../request/context.ts';
import { begin } from './begin.ts';
import { continueUpload } from './continue.ts';
import { executePlan } from './execute-plan.ts';
import { finishCleanUps } from './give-up.ts';
import type { UploadJob } from './upload-job.ts';

/** How many times an upload starts over after the store has forgotten it. */
const MOST_BEGINNINGS = 3;

/** Uploads a file: continues what an earlier attempt left, or begins; ends with a commit. */
export async function runUpload(context: TransferContext, job: UploadJob): Promise<StoredObject> {
  void finishCleanUps(context.ports, job.signer, job.store);
  const continued = await continueUpload(context, job);
  if (continued?.state === 'stored') return continued.object;
  let upload = continued?.state === 'open' ? continued.upload : await begin(context, job);
  for (let beginnings = 1; ; beginnings += 1) {
    const committed = await executePlan(context, upload);
    if (committed.state === 'stored') {
      await upload.journal.stored(committed.object);
      await upload.journal.close();
      context.ledger.finish(committed.object.size);
      return committed.object;
    }
    await upload.journal.forget();
    if (beginnings >= MOST_BEGINNINGS || !upload.job.source.replayable) {
      throw new TransferError('upload-gone', 'the store forgot the upload before it was committed');
    }
    context.ledger.restart();
    upload = await begin(context, upload.job);
  }
}
