import { claimChecks } from './claim-checks.ts';
import { completeChecks } from './complete-checks.ts';
import { copyChecks } from './copy-checks.ts';
import { corsChecks } from './cors-checks.ts';
import { partChecks } from './part-checks.ts';
import { readChecks } from './read-checks.ts';
import { signatureChecks } from './signature-checks.ts';
import type { S3Check } from './types.ts';
import { writeChecks } from './write-checks.ts';

/** Everything stated of S3's behaviour. */
export const s3Checks: readonly S3Check[] = [
  ...signatureChecks,
  ...claimChecks,
  ...writeChecks,
  ...readChecks,
  ...partChecks,
  ...completeChecks,
  ...copyChecks,
  ...corsChecks,
];
