import { HeadBucketCommand } from '@aws-sdk/client-s3';
import type { SignerCall } from '@mesibo-files/handler-core/provider';
import type { TicketFacts } from '../ticket.ts';
import type { SignerContext } from './context.ts';
import { NOT_IMPLEMENTED } from './findings.ts';

/**
 * The engine asks again because the store refused: looks for what mends that. The refusal itself is only a reason to
 * look, for it may be made up.
 */
export async function heed(
  { caller, findings, settings }: SignerContext,
  facts: TicketFacts | null,
  call: SignerCall,
): Promise<void> {
  const { refusal } = call;
  if (refusal === undefined) return;
  if (refusal === NOT_IMPLEMENTED && facts !== null) return findings.lookAtConditions(facts, call);
  await caller.heed(refusal, call, (client, options) =>
    client.send(new HeadBucketCommand({ Bucket: settings.bucket }), options),
  );
}
