import { type Signer, type StoredObject, TransferError } from '@mesibo-files/handler-core';
import {
  type Capabilities,
  keyOfFileUrl,
  type Manifest,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import {
  capabilities,
  commitAnswer,
  isStoreCode,
  nothing,
  plan,
  readPlan,
  resumeAnswer,
  signAnswer,
} from '@mesibo-files/handler-core/wire';
import { callServer, type ServerCall } from './caller.ts';
import { OnceAsked } from './once-asked.ts';
import type { RemoteOptions } from './options.ts';
import { sentence } from './problems.ts';
import { settingsOf } from './settings.ts';

/**
 * A signer that asks a file server over HTTP: it holds no cloud credential and needs no cloud SDK.
 * @throws `invalid-argument` that names every option that is wrong
 */
export function remoteSigner(options: RemoteOptions): Signer {
  const settings = settingsOf(options);
  const ask = <Answer>(call: SignerCall, one: ServerCall<Answer>): Promise<Answer> =>
    callServer(settings, call, one);
  const able = new OnceAsked<Capabilities>((call) =>
    ask(call, { doing: 'asking what the server can do', path: '/v1/capabilities', answer: capabilities }),
  );
  const owns = (url: string): boolean =>
    typeof url === 'string' && keyOfFileUrl(settings.fileBase, url) !== null;
  const withUrl = async <Answer>(
    url: string,
    call: SignerCall,
    one: Pick<ServerCall<Answer>, 'doing' | 'path' | 'answer'>,
    more: object = {},
  ): Promise<Answer> => {
    if (!owns(url)) throw new TransferError('foreign-url', `${one.doing}: no file URL of this file server`);
    return ask(call, { ...one, body: { url, ...more } });
  };
  /** What goes into a message must be found again by it. */
  const ours = (object: StoredObject): void => {
    if (keyOfFileUrl(settings.fileBase, object.url) === object.key) return;
    throw new TransferError('bad-answer', "the server's file URLs are not its own", {
      retryable: false,
      hint: "The signer of the file server must be made with publicUrl '<baseUrl>/files', of the base URL that clients use.",
    });
  };
  return {
    store: `remote ${settings.baseUrl}`,
    capabilities: (call) => able.get(call),
    begin: (facts, call) =>
      ask(call, { doing: 'beginning an upload', path: '/v1/uploads', body: facts, answer: plan }),
    sign: async (ticket, parts, call) => {
      const { storeTime, refusal } = call;
      const body = {
        ticket,
        parts,
        ...(storeTime === undefined ? {} : { storeTime }),
        ...(refusal !== undefined && isStoreCode(refusal) ? { refusal } : {}),
      };
      const signed = await ask(call, {
        doing: 'signing',
        path: '/v1/uploads/sign',
        body,
        secret: ticket,
        answer: signAnswer,
      });
      return signed.parts;
    },
    resume: async (ticket, call) => {
      const found = await ask(call, {
        doing: 'asking what is stored',
        path: '/v1/uploads/resume',
        body: { ticket },
        secret: ticket,
        answer: resumeAnswer,
      });
      if (found.stored.state === 'committed') ours(found.stored.object);
      return found;
    },
    commit: async (ticket, manifest, call) => {
      const body = { ticket, manifest: claimed(manifest) };
      const outcome = await ask(call, {
        doing: 'committing',
        path: '/v1/uploads/commit',
        body,
        secret: ticket,
        answer: commitAnswer,
      });
      if (outcome.state === 'stored') ours(outcome.object);
      return outcome.state === 'refused'
        ? { ...outcome, reason: sentence(outcome.reason, [ticket]) }
        : outcome;
    },
    discard: async (ticket, call) => {
      await ask(call, {
        doing: 'discarding',
        path: '/v1/uploads/discard',
        body: { ticket },
        secret: ticket,
        answer: nothing,
      });
    },
    read: (url, call) =>
      withUrl(
        url,
        call,
        { doing: 'asking for a file', path: '/v1/files/read', answer: readPlan },
        call.bare === true ? { bare: true } : {},
      ),
    remove: async (url, call) => {
      await withUrl(url, call, { doing: 'removing a file', path: '/v1/files/remove', answer: nothing });
    },
    owns,
    // Uploads of others are nothing that a client may list.
    unfinished: async function* () {},
  };
}

/** The server believes nobody that the store has answered. */
function claimed({ size, parts, digests }: Manifest): Omit<Manifest, 'answered'> {
  return { size, parts, digests };
}
