import type { Destination } from '../engine/download/download-job.ts';
import { throwIfStopped } from '../engine/request/time.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { FilePort, Target } from '../ports/ports.ts';
import type { Shared } from '../runtime/joins.ts';

/**
 * The places of all who wait for a download. A place that can't be written to fails those who named it, and nobody else.
 *
 * @param keyOf - names the temporary file of a version of what is downloaded
 */
export function placesOf(files: FilePort, shared: Shared, keyOf: (version: string) => string): Destination {
  return {
    async open(version, prove) {
      let failure: TransferError | null = null;
      for (;;) {
        const [waiter] = shared.waiters();
        if (waiter === undefined) throw unwanted(shared, failure);
        try {
          return await files.openTarget(waiter.path, version === null ? null : keyOf(version), { prove });
        } catch (error) {
          failure = TransferError.from(error);
          shared.fail(waiter, failure);
        }
      }
    },
    place: (target) => placeAll(target, shared),
  };
}

/**
 * Everybody gets a copy of what was verified, and the last one the file itself, before anybody is told. From the moment
 * that nobody else is without, nobody joins any more.
 */
async function placeAll(target: Target, shared: Shared): Promise<void> {
  const failures = new Map<string, TransferError | null>();
  const put = async (path: string, placed: Promise<void>): Promise<void> => {
    failures.set(
      path,
      await placed.then(
        () => null,
        (error: unknown) => TransferError.from(error),
      ),
    );
  };
  let whole: string | undefined;
  for (;;) {
    for (const waiter of shared.waiters()) {
      const failure = failures.get(waiter.path) ?? null;
      if (failure !== null) shared.fail(waiter, failure);
    }
    const paths = new Set(shared.waiters().map(({ path }) => path));
    const left = [...paths].filter((path) => !failures.has(path));
    if (left.length <= 1) shared.seal();
    const [path, another] = left;
    if (path === undefined) break;
    if (another === undefined) {
      whole = path;
      await put(path, target.commit(path));
    } else await put(another, target.copy(another));
  }
  const all = [...failures.values()];
  if (!all.includes(null)) throw unwanted(shared, all.at(-1) ?? null);
  if (whole === undefined || failures.get(whole) !== null) await target.close(false);
}

/** @throws that it was stopped, when everybody was; else why the last one could not have it */
function unwanted(shared: Shared, failure: TransferError | null): TransferError {
  throwIfStopped(shared.signal);
  return failure ?? new TransferError('stopped', 'nobody waits for the file any more');
}
