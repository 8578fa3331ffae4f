import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder for the programs that tests bundle and start, and removes it when all tests have run. */
export default function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'mesibo-files-programs-'));
  process.env.TEST_PROGRAMS = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
