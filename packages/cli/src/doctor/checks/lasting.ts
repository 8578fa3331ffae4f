import type { Check } from '../types.ts';

const lifecycle: Check = {
  id: 'lifecycle',
  title: 'what abandoned uploads leave is removed some day',
  needs: ['bucket'],
  run: (context) => context.advice.lifecycle(context),
};

export const LASTING_CHECKS: readonly Check[] = [lifecycle];
