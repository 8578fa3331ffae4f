import {
  type Commit,
  type HttpAnswer,
  type HttpRequest,
  type SignedPart,
  type SignedRequest,
  type Signer,
  type Ticket,
  TransferError,
  type Verdict,
} from '@mesibo-files/handler-core';
import { joined } from '../check/bytes.ts';
import type { SignerBench } from '../harness/signer-harness.ts';
import { emptyAnswer } from '../http/answers.ts';
import { type BrokenSigner, inSigner } from './fault.ts';
import { laxStore } from './lax-store.ts';

const AFTER_COMMIT = 'staged: nothing sent after the commit changes the file';
const AFTER_REFUSAL = 'staged: nothing sent after a refusal is readable';
const AFTER_DISCARD = 'staged: nothing sent after a discard is readable';
const OTHER_FACTS = 'staged: a second commit with other facts refuses, and removes nothing';
const OWNER_SEES = 'staged: the owner sees what waits, and keeps it';
const OWNER_REMOVES = 'staged: the owner removes what waits, for good';
const OWNER_LATER = 'staged: an owner who has not decided is asked again';
const OWNER_FAILS = 'staged: an owner who fails changes nothing';

/** Signers that believe their clients, and let a hostile one through. */
export const gullible: readonly BrokenSigner[] = [
  {
    name: 'lets everything land under its final key',
    caughtBy: ['staged: nobody reads what was not committed', OWNER_SEES],
    breaks: inSigner((good) => ({ begin: (facts, { staging: _, ...call }) => good.begin(facts, call) })),
  },
  {
    name: 'has a file URL for what waits',
    caughtBy: ['staged: nobody reads what was not committed'],
    breaks: inSigner((good) => ({ owns: (url) => good.owns(url.replace('/pending/', '/')) })),
  },
  {
    name: 'lets requests that were signed before the end write the file',
    caughtBy: [AFTER_COMMIT, AFTER_REFUSAL, AFTER_DISCARD],
    breaks: reviving,
  },
  {
    name: 'removes the file when it is committed again with other facts',
    caughtBy: [OTHER_FACTS, 'a second commit with another size refuses, and removes nothing'],
    breaks: inSigner((good) => {
      const stored = new Map<Ticket, string>();
      return {
        commit: async (ticket, manifest, call) => {
          const outcome = await good.commit(ticket, manifest, call);
          if (outcome.state === 'stored') stored.set(ticket, outcome.object.url);
          const url = stored.get(ticket);
          if (outcome.state === 'refused' && url !== undefined) await good.remove(url, call);
          return outcome;
        },
      };
    }),
  },
  {
    name: 'believes the size that was planned, whatever the manifest says',
    caughtBy: ['staged: a commit with another size stores nothing'],
    breaks: inSigner((good) => {
      const sizes = new Map<Ticket, number | null>();
      return {
        begin: async (facts, call) => {
          const plan = await good.begin(facts, call);
          sizes.set(plan.ticket, facts.size);
          return plan;
        },
        commit: (ticket, manifest, call) =>
          good.commit(ticket, { ...manifest, size: sizes.get(ticket) ?? manifest.size }, call),
      };
    }),
  },
  {
    name: 'takes more bytes than it signed for',
    caughtBy: ['staged: more bytes than planned are never read'],
    breaks: laxStore((request, signed) => {
      const found = signed.get(request.url);
      const planned = Number(found?.headers['content-length'] ?? Number.NaN);
      return found && request.method === 'PUT' && (request.body?.size ?? 0) > planned ? found : undefined;
    }),
  },
  {
    name: 'signs whatever was decided',
    caughtBy: ['staged: nothing is signed after the commit', 'staged: nothing is signed after a refusal'],
    breaks: inSigner((good) => ({
      sign: async (ticket, wanted, call): Promise<readonly SignedPart[]> => {
        try {
          return await good.sign(ticket, wanted, call);
        } catch {
          return [];
        }
      },
    })),
  },
  {
    name: 'keeps headers that nobody signed',
    caughtBy: ['staged: headers that nobody signed change nothing'],
    breaks: keepingHeaders(['cache-control']),
  },
  {
    name: 'takes the type of the request for the type of the file',
    caughtBy: [
      'staged: type and sender are what begin was told',
      'staged: HTML with the type of an image is served as that type',
    ],
    breaks: keepingHeaders(['content-type']),
  },
  {
    name: 'lets a part of one upload into another',
    caughtBy: ['staged: a part of another upload is never part of this one'],
    breaks: laxStore((request, signed) => {
      if (signed.has(request.url) || request.method !== 'PUT') return undefined;
      const query = request.url.slice(request.url.indexOf('?'));
      const found = [...signed.values()].find((each) => each.url.endsWith(query));
      return found && { ...found, url: request.url };
    }),
  },
  {
    name: 'commits what the manifest describes, whatever the ticket',
    caughtBy: ['staged: the ticket of another upload commits nothing'],
    breaks: inSigner((good) => {
      const tickets: Ticket[] = [];
      return {
        begin: async (facts, call) => {
          const plan = await good.begin(facts, call);
          tickets.push(plan.ticket);
          return plan;
        },
        commit: async (ticket, manifest, call) => {
          let outcome = await good.commit(ticket, manifest, call);
          for (const other of tickets) {
            if (outcome.state === 'stored') break;
            outcome = await good.commit(other, manifest, call);
          }
          return outcome;
        },
      };
    }),
  },
  {
    name: 'removes a committed file when it is told to discard',
    caughtBy: ['staged: a discard never touches a committed file'],
    breaks: inSigner((good) => ({
      discard: async (ticket, call) => {
        const { stored } = await good.resume(ticket, call);
        if (stored.state === 'committed') await good.remove(stored.object.url, call);
        await good.discard(ticket, call);
      },
    })),
  },
  {
    name: 'leaves a copy of what it committed waiting',
    caughtBy: ['staged: an honest upload is stored whole, and nothing waits'],
    breaks: inSigner((good, bench) => ({
      commit: async (ticket, manifest, call) => {
        const outcome = await good.commit(ticket, manifest, call);
        if (outcome.state === 'stored')
          await bench.store.put(`pending/${outcome.object.key}`, new Uint8Array(9));
        return outcome;
      },
    })),
  },
  {
    name: 'forgets what waits when it is asked to go on',
    caughtBy: ['staged: an upload goes on by its ticket'],
    breaks: inSigner((good) => ({
      resume: async (ticket, call) => {
        const resumed = await good.resume(ticket, call);
        return resumed.stored.state === 'committed' ? resumed : { plan: null, stored: { state: 'gone' } };
      },
    })),
  },
  {
    name: 'does not list what waits',
    caughtBy: ['staged: unfinished lists what was sent and never committed'],
    breaks: inSigner(() => ({ unfinished: async function* () {} })),
  },
  {
    name: 'does not ask the owner',
    caughtBy: [OWNER_SEES, OWNER_REMOVES, OWNER_LATER, OWNER_FAILS],
    breaks: inSigner((good) => ({
      commit: (ticket, manifest, { inspect: _, ...call }) => good.commit(ticket, manifest, call),
    })),
  },
  {
    name: 'asks the owner when everybody can read it',
    caughtBy: [OWNER_SEES],
    breaks: inSigner((good) => ({
      commit: async (ticket, manifest, { inspect, ...call }) => {
        const outcome = await good.commit(ticket, manifest, call);
        if (outcome.state === 'stored') await inspect?.({ ...outcome.object, read: null });
        return outcome;
      },
    })),
  },
  {
    name: 'removes at the second commit what the owner kept at the first',
    caughtBy: [OWNER_SEES],
    breaks: inSigner((good) => ({
      commit: async (ticket, manifest, call) => {
        const outcome = await good.commit(ticket, manifest, call);
        if (outcome.state !== 'stored') return outcome;
        const verdict = await call.inspect?.({ ...outcome.object, read: null });
        if (verdict?.verdict === 'remove') await good.remove(outcome.object.url, call);
        return outcome;
      },
    })),
  },
  {
    name: 'forgets what the owner removed',
    caughtBy: [OWNER_REMOVES],
    breaks: answering((verdict) =>
      verdict.verdict === 'remove' ? { verdict: 'later', retryAfter: 1 } : verdict,
    ),
  },
  {
    name: 'takes an undecided owner for a content one',
    caughtBy: [OWNER_LATER],
    breaks: answering((verdict) => (verdict.verdict === 'later' ? { verdict: 'keep' } : verdict)),
  },
  {
    name: 'takes a failing owner for a content one',
    caughtBy: [OWNER_FAILS],
    breaks: inSigner((good) => ({
      commit: (ticket, manifest, { inspect, ...call }) =>
        good.commit(ticket, manifest, {
          ...call,
          inspect: async (pending) =>
            (await inspect?.(pending).catch(() => undefined)) ?? { verdict: 'keep' },
        }),
    })),
  },
  {
    name: 'fails when several commit at once',
    caughtBy: ['staged: of several commits at once each tells the same'],
    breaks: (bench) => {
      const running = new Set<Ticket>();
      return inSigner((good) => ({
        commit: async (ticket, manifest, call) => {
          if (running.has(ticket)) throw new TransferError('object-exists', 'Another commit is quicker.');
          running.add(ticket);
          try {
            return await good.commit(ticket, manifest, call);
          } finally {
            running.delete(ticket);
          }
        },
      }))(bench);
    },
  },
  {
    name: 'tells what this owner decided, whatever was decided before',
    caughtBy: ['staged: of a commit and a refusal at once one is true'],
    breaks: inSigner((good) => ({
      commit: async (ticket, manifest, call): Promise<Commit> => {
        let last: Verdict | undefined;
        const { inspect } = call;
        const asked = inspect && {
          inspect: async (pending: Parameters<typeof inspect>[0]) => {
            last = await inspect(pending);
            return last;
          },
        };
        const outcome = await good.commit(ticket, manifest, { ...call, ...asked });
        return last?.verdict === 'remove'
          ? { state: 'refused', code: 'forbidden', reason: last.reason }
          : outcome;
      },
    })),
  },
];

/** A signer that hears something else than its owner says. */
function answering(change: (verdict: Verdict) => Verdict): BrokenSigner['breaks'] {
  return inSigner((good) => ({
    commit: (ticket, manifest, call) => {
      const { inspect } = call;
      if (inspect === undefined) return good.commit(ticket, manifest, call);
      return good.commit(ticket, manifest, {
        ...call,
        inspect: async (pending) => change(await inspect(pending)),
      });
    },
  }));
}

/** Every signed request of a bench's signers, by its URL, and the calls that ended an upload. */
function watching(
  bench: SignerBench,
  onEnd: () => void,
): { bench: SignerBench; signed: Map<string, SignedRequest> } {
  const signed = new Map<string, SignedRequest>();
  const keep = (parts: readonly SignedPart[]): void => {
    for (const { request } of parts) signed.set(request.url, request);
  };
  const watch = (good: Signer): Partial<Signer> => ({
    begin: async (facts, call) => {
      const plan = await good.begin(facts, call);
      keep(plan.signed);
      return plan;
    },
    sign: async (ticket, wanted, call) => {
      const parts = await good.sign(ticket, wanted, call);
      keep(parts);
      return parts;
    },
    commit: async (ticket, manifest, call) => {
      const outcome = await good.commit(ticket, manifest, call);
      onEnd();
      return outcome;
    },
    discard: async (ticket, call) => {
      await good.discard(ticket, call);
      onEnd();
    },
  });
  return { bench: inSigner(watch)(bench), signed };
}

/** After the end of an upload its requests write to the final key, as they do where nothing is staged. */
function reviving(bench: SignerBench): SignerBench {
  let ended = false;
  const watched = watching(bench, () => {
    ended = true;
  });
  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    if (!ended || request.method !== 'PUT' || !watched.signed.has(request.url))
      return bench.http.send(request);
    const path = decodeURIComponent(new URL(request.url).pathname);
    const key = /(?<!\d)\d{1,16}\/\d{4}\/\d\d\/[0-9a-f]{32}\/.+$/.exec(path)?.[0];
    if (key === undefined) return bench.http.send(request);
    const pieces: Uint8Array[] = [];
    for await (const slice of request.body?.slices() ?? []) pieces.push(slice);
    await bench.store.put(key, joined(pieces));
    return emptyAnswer(200, {}, '');
  };
  return { ...watched.bench, http: { send } };
}

/** A store that takes these headers unsigned, and serves the file with them. */
function keepingHeaders(names: readonly string[]): BrokenSigner['breaks'] {
  return (bench) => {
    const watched = watching(bench, () => undefined);
    const kept: Record<string, string> = {};
    const send = async (request: HttpRequest): Promise<HttpAnswer> => {
      if (request.method === 'GET') {
        const answer = await bench.http.send(request);
        return { ...answer, headers: { ...answer.headers, ...kept } };
      }
      const original = watched.signed.get(request.url);
      if (original === undefined) return bench.http.send(request);
      const headers = { ...request.headers };
      for (const name of names) {
        const [meant, sent] = [original.headers[name], headers[name]];
        if (sent === undefined || sent === meant) continue;
        kept[name] = sent;
        delete headers[name];
        if (meant !== undefined) headers[name] = meant;
      }
      return bench.http.send({ ...request, headers });
    };
    return { ...watched.bench, http: { send } };
  };
}
