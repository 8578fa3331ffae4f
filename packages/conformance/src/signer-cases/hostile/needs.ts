import { equal } from '../../check/check.ts';
import type { Need } from '../../harness/signer-case.ts';

/** Uploads that wait for their commit: asked for by `begin`, or decided by the server in front of the store. */
export const staging: Need = {
  what: 'staging',
  declared: (capabilities, bench) => capabilities.staging || bench.staged === true,
  without: async ({ capabilities }) => equal(capabilities.staging, false, 'staging'),
};

/** Commits that ask the owner. Behind a server it is the server's owner who is asked. */
export const inspection: Need = {
  what: 'staging of its own',
  declared: (capabilities) => capabilities.staging,
  without: async ({ capabilities }) => equal(capabilities.staging, false, 'staging'),
};
