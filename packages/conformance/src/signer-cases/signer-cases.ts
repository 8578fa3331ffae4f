import type { SignerCase } from '../harness/signer-case.ts';
import { bodyCases } from './bodies.ts';
import { commitCases } from './commit.ts';
import { discardCases } from './discard.ts';
import { downloadCases } from './downloads.ts';
import { errorCases } from './errors.ts';
import { expiryCases } from './expiry.ts';
import { lyingCases, secondCommitCase } from './hostile/lies.ts';
import { ownerCases } from './hostile/owner.ts';
import { mixingCases, replayCases } from './hostile/replays.ts';
import { keyCases } from './keys.ts';
import { nameCases } from './names.ts';
import { overwritingCases } from './overwriting.ts';
import { planCases } from './plans.ts';
import { resumeCases } from './resume.ts';
import { secretCases } from './secrets.ts';
import { senderCases } from './senders.ts';
import { sizeCases } from './sizes.ts';
import { sweepingCases } from './sweeping.ts';
import { tamperingCases } from './tampering.ts';
import { urlCases } from './urls.ts';

/** Every guarantee of the signer port. */
export const signerCases: readonly SignerCase[] = [
  ...planCases,
  ...sizeCases,
  ...downloadCases,
  ...resumeCases,
  ...commitCases,
  ...discardCases,
  ...sweepingCases,
  ...tamperingCases,
  ...bodyCases,
  ...expiryCases,
  ...overwritingCases,
  ...urlCases,
  ...keyCases,
  ...nameCases,
  ...senderCases,
  ...errorCases,
  ...secretCases,
  secondCommitCase,
  ...replayCases,
  ...mixingCases,
  ...lyingCases,
  ...ownerCases,
];
