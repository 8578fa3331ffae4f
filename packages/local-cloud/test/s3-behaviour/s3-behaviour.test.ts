import { afterAll } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../src/index.ts';
import { describeBehaviour } from './describe-behaviour.ts';

let cloud: LocalCloud | undefined;
afterAll(() => cloud?.stop());

describeBehaviour('local-cloud', async () => {
  cloud = await startLocalCloud();
  return cloud.s3;
});
