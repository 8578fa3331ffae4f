import { resolve } from 'node:path';
import type { DiskConfiguration } from '../../configuration/store.ts';
import { passed } from '../findings.ts';
import type { Advice, Remedy } from '../types.ts';

const EXPOSED = ['content-range', 'retry-after', 'date'];

export function diskAdvice({ dir }: DiskConfiguration): Advice {
  const folder = resolve(dir);
  const ours: Remedy = {
    cause: 'This should not be possible: it is a fault in mesibo-files.',
    fix: 'Please report it, with the output of mesibo-files doctor --json.',
  };
  const permission: Remedy = {
    cause: `This user may not write into ${folder}, or may not delete there.`,
    fix: `sudo chown -R "$(id -un)" ${folder}\nchmod -R u+rwX ${folder}`,
  };
  return {
    address: null,
    allow: () => permission,
    credentialsMissing: ours,
    credentialsWrong: ours,
    bucketMissing: permission,
    ignoresCondition: ours,
    ignoresChecksum: ours,
    refusesHeaders: null,
    opaqueParts: null,
    failing: {
      cause: `${folder} can not hold files: the disk is full or fails, or something else is in the way.`,
      fix: `df -h ${folder}\nls -la ${folder}`,
    },
    publicRead: ours,
    listing: null,
    cors: () => ours,
    exposedHeaders: EXPOSED,
    lifecycle: async () => passed('serve sweeps them'),
  };
}
