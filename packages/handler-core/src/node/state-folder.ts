import { join } from 'node:path';
import envPaths from 'env-paths';

/**
 * Where the journal is by default: `mesibo-files/uploads` in the platform's folder for a program's data
 * (`~/.local/share`, `~/Library/Application Support`, `%LOCALAPPDATA%`). The environment variable `MESIBO_FILES_STATE`
 * names another folder, or is `off`: then it is null, and nothing is remembered beyond the process.
 */
export function stateFolder(): string | null {
  const named = process.env.MESIBO_FILES_STATE ?? '';
  if (named === 'off') return null;
  return join(named === '' ? envPaths('mesibo-files', { suffix: '' }).data : named, 'uploads');
}
