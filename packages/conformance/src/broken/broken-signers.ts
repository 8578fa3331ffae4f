import { careless } from './careless.ts';
import type { BrokenSigner } from './fault.ts';
import { gullible } from './gullible.ts';
import { misleading } from './misleading.ts';
import { timeless } from './timeless.ts';
import { unbound } from './unbound.ts';

/** Every fault that the suite is shown to find, by its own test. */
export const brokenSigners: readonly BrokenSigner[] = [
  ...unbound,
  ...timeless,
  ...careless,
  ...misleading,
  ...gullible,
];
