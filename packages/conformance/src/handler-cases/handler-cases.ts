import type { HandlerCase } from '../harness/handler-case.ts';
import { badInputCases } from './bad-input.ts';
import { changingCases } from './changing.ts';
import { clockCases } from './clocks.ts';
import { damageCases } from './damage.ts';
import { discardingCases } from './discarding.ts';
import { joiningCases } from './joining.ts';
import { messageCases } from './messages.ts';
import { networkCases } from './network.ts';
import { resultCases } from './results.ts';
import { stoppingCases } from './stopping.ts';

/** Every guarantee of a handler. */
export const handlerCases: readonly HandlerCase[] = [
  ...resultCases,
  ...messageCases,
  ...stoppingCases,
  ...discardingCases,
  ...joiningCases,
  ...networkCases,
  ...damageCases,
  ...badInputCases,
  ...changingCases,
  ...clockCases,
];
