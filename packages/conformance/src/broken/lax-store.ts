import { TransferError } from '@mesibo-files/handler-core';
import type { HttpAnswer, HttpPort, HttpRequest, SignedRequest } from '@mesibo-files/handler-core/provider';
import { joined } from '../check/bytes.ts';
import type { SignerBench } from '../harness/signer-harness.ts';
import { emptyAnswer } from '../http/answers.ts';
import { inSigner } from './fault.ts';

/** Every request that a signer of the bench signed, by URL. */
type Signed = Map<string, SignedRequest>;

/** Decides whether a request that differs from what was signed is let in; what it answers goes to the store instead. */
type Lets = (request: HttpRequest, signed: Signed) => SignedRequest | undefined;

/**
 * What an unsigned detail looks like from outside: the store takes a request that differs in it. Played by putting the
 * bytes into the store under the key of the signed URL.
 */
export function laxStore(lets: Lets): (bench: SignerBench) => SignerBench {
  return (bench) => {
    const signed: Signed = new Map();
    const remember = (requests: readonly { readonly request: SignedRequest }[]): void => {
      for (const { request } of requests) signed.set(request.url, request);
    };
    const watched = inSigner((good) => ({
      begin: async (facts, call) => {
        const plan = await good.begin(facts, call);
        remember(plan.signed);
        return plan;
      },
      sign: async (ticket, wanted, call) => {
        const parts = await good.sign(ticket, wanted, call);
        remember(parts);
        return parts;
      },
    }))(bench);
    const http: HttpPort = {
      send: async (request) => {
        const original = lets(request, signed);
        return original ? await take(bench, original, request) : await bench.http.send(request);
      },
    };
    return { ...watched, http };
  };
}

async function take(bench: SignerBench, original: SignedRequest, request: HttpRequest): Promise<HttpAnswer> {
  const pieces: Uint8Array[] = [];
  for await (const slice of request.body?.slices() ?? []) pieces.push(slice);
  if (request.method === 'GET') return await bench.http.send({ ...request, ...original });
  const key = keyIn(new URL(original.url).pathname);
  if (key === undefined) throw new TransferError('internal', 'The URL has no key in it.');
  await bench.store.put(decodeURIComponent(key), joined(pieces));
  return emptyAnswer(200, {}, '');
}

/** Whether two header sets are the same but for these names. */
export function sameHeaders(
  one: Readonly<Record<string, string>>,
  two: Readonly<Record<string, string>>,
  but: readonly string[],
): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(two)].filter((name) => !but.includes(name)));
  return [...names].every((name) => one[name] === two[name]);
}

/** The key in a path, with no prefix: from the source on, which stands three segments before the random one. */
function keyIn(path: string): string | undefined {
  const segments = path.split('/');
  const secret = segments.findIndex((segment) => /^[0-9a-f]{32}$/.test(segment));
  return secret < 3 ? undefined : segments.slice(secret - 3).join('/');
}
