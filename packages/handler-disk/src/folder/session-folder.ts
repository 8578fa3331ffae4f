import { join } from 'node:path';
import type { Folder } from './folder.ts';

/** The folder of a session. `id` is of 32 hex digits. */
export function sessionFolder({ staging }: Folder, id: string): string {
  return join(staging, `session-${id}`);
}

/** The ids of all sessions in a list of names. */
export function sessionIds(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => /^session-([0-9a-f]{32})$/.exec(name)?.[1] ?? []);
}
