import { diskStoreOn } from '../src/handler.ts';
import type { DiskOptions, DiskStore } from '../src/index.ts';
import { readableByAll } from './readable-by-all.ts';

export { inspection } from './inspection.ts';

/** A disk store whose files every user may read: some cases make the test's process a user with few rights. */
export function testDiskStore(options: DiskOptions): DiskStore {
  return diskStoreOn(readableByAll, options);
}
