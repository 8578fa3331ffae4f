import { compareHashes, type StatedHashes } from '../body/hashes.ts';
import { checkLength } from '../body/length-range.ts';
import { GcsError, toGcsError } from '../errors.ts';
import { storeObject } from '../store/objects.ts';
import type { GcsState } from '../types.ts';
import type { ResumableSession } from './session.ts';

/** Makes the object of what is stored, or refuses it for good. */
export const finalize = async (
  state: GcsState,
  session: ResumableSession,
  stated: StatedHashes,
): Promise<void> => {
  const { attributes, bucket, conditions, name, range, total } = session.options;
  const segments = session.segments.splice(0);
  try {
    const size = session.persisted;
    if (total !== undefined && size !== total) {
      throw new GcsError(
        'InvalidArgument',
        `The upload was started with a size of ${total} byte(s), not ${size}.`,
      );
    }
    checkLength(size, range);
    const hashes = session.hashing.result();
    compareHashes(stated, hashes);
    compareHashes(session.options.stated, hashes);
    state.buckets.get(bucket.name);
    state.blobs.retain(segments);
    const object = await storeObject(state, { bucket, name, hashes, attributes, segments }, conditions);
    session.state = { is: 'complete', object };
  } catch (error) {
    session.state = { is: 'refused', error: toGcsError(error) };
  } finally {
    await state.blobs.release(segments);
  }
};
