import { type StoredObject, TransferError } from '@mesibo-files/handler-core';
import { SECOND, type SignerCall } from '@mesibo-files/handler-core/provider';
import { isCondition } from '../format/codes.ts';
import { type ObjectResource, objectFields, readResource } from '../format/metadata.ts';
import { jsonUrl } from '../format/urls.ts';
import type { TicketFacts } from '../ticket.ts';
import type { SignerContext } from './context.ts';
import { objectFacts, storedObject } from './head.ts';

/** How long one commit goes on rewriting, in milliseconds; the next goes on where it ended. */
const REWRITE_FOR = 20 * SECOND;

/** How many unfinished rewrites this process remembers. One that it forgets starts over. */
const MOST_REWRITES = 1000;

/**
 * Rewrites exactly this generation to the final key, with the metadata that the ticket holds: in one request, unless
 * the bytes must move to another storage class.
 */
export async function rewrite(
  context: SignerContext,
  facts: TicketFacts,
  name: string,
  { generation }: ObjectResource,
  call: SignerCall,
): Promise<StoredObject | 'exists' | 'changed' | 'busy'> {
  const { caller, location, rewrites, settings } = context;
  // Not the store's time, which an answer may put right meanwhile.
  const until = settings.clock.now() + REWRITE_FOR;
  const place = `${name} ${generation}`;
  const target = `b/${location.bucket}/o/${encodeURIComponent(facts.key)}`;
  for (;;) {
    const token = rewrites.get(place);
    const query = new URLSearchParams({
      ifGenerationMatch: '0',
      ifSourceGenerationMatch: generation,
      ...(settings.kmsKeyName === null ? {} : { destinationKmsKeyName: settings.kmsKeyName }),
      ...(token === undefined ? {} : { rewriteToken: token }),
    });
    const answer = await caller.send(
      'promoting the object',
      call,
      {
        method: 'POST',
        url: `${jsonUrl(location, name)}/rewriteTo/${target}?${query}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(objectFields(facts, settings)),
        by: 'token',
      },
      ({ status, code }) =>
        status === 404 ||
        (status === 412 && isCondition(code)) ||
        (token !== undefined && [400, 410].includes(status)),
    );
    rewrites.delete(place);
    // Whether the source or the target failed its condition is seen when both are looked at again.
    if (answer.status === 412) return 'exists';
    if (answer.status === 404) return 'changed';
    // The token is over.
    if (answer.status !== 200) continue;
    const { done, rewriteToken, resource } = readRewrite(answer.body);
    const object = done ? readResource(resource) : null;
    if (object !== null) return storedObject(context, facts.key, objectFacts(object));
    if (done || rewriteToken === null) {
      throw new TransferError('bad-answer', 'promoting the object: the answer makes no sense');
    }
    const [oldest] = rewrites.keys();
    if (rewrites.size >= MOST_REWRITES && oldest !== undefined) rewrites.delete(oldest);
    rewrites.set(place, rewriteToken);
    if (settings.clock.now() >= until) return 'busy';
  }
}

interface RewriteAnswer {
  readonly done: boolean;
  readonly rewriteToken: string | null;
  /** JSON of the new object. */
  readonly resource: string;
}

function readRewrite(body: string): RewriteAnswer {
  let found: unknown;
  try {
    found = JSON.parse(body);
  } catch {
    found = null;
  }
  const { done, rewriteToken, resource } = Object(found) as Record<string, unknown>;
  return {
    done: done === true,
    rewriteToken: typeof rewriteToken === 'string' && rewriteToken !== '' ? rewriteToken : null,
    resource: JSON.stringify(resource ?? null),
  };
}
