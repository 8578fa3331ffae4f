import { ConfigurationError, type Mistake } from '../configuration/mistakes.ts';
import type { StoreConfiguration } from '../configuration/store.ts';
import { openStore } from '../store/open-store.ts';

/** What the signers themselves find wrong with their options. Nothing is asked of a store, and no folder is made. */
export async function storeMistakes(stores: readonly StoreConfiguration[]): Promise<readonly Mistake[]> {
  const mistakes: Mistake[] = [];
  for (const store of stores) {
    if (store.provider === 'disk') continue;
    try {
      const opened = await openStore(store);
      await opened.close();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      mistakes.push(...error.mistakes);
    }
  }
  return mistakes;
}
