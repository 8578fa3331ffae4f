import { TransferError } from '@mesibo-files/handler-core';
import { trimEnd } from '@mesibo-files/handler-core/provider';
import { z } from 'zod';
import type { RemoteConfiguration } from '../../configuration/store.ts';
import { failed, passed, skipped } from '../findings.ts';
import { isForbidden } from '../leftovers.ts';
import { sampleBody } from '../sample.ts';
import type { Check } from '../types.ts';
import { send, told } from '../wire.ts';
import { NO_ORIGIN, preflight } from './cors.ts';

const stored = z.object({ result: z.literal(true), url: z.url() });
const refused = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** What only a file server has: mesibo's upload URL, and its own rules for pages. */
export function serverChecks({ server, token }: RemoteConfiguration): readonly Check[] {
  const base = trimEnd(server, '/');
  const uploadUrl: Check = {
    id: 'upload-url',
    title: 'its upload URL takes a file, as mesibo sends it',
    needs: ['put'],
    run: async (context) => {
      const { body, type } = await formOf(token, sampleBody());
      const headers = { 'content-type': type };
      const answer = await send(context, { method: 'POST', url: `${base}/upload`, headers }, body);
      const parsed = parse(answer.body);
      const good = stored.safeParse(parsed);
      if (good.success && answer.status < 300) {
        await context.signer.remove(good.data.url, context.call()).catch((error: unknown) => {
          if (!isForbidden(error)) throw error;
        });
        return passed(told(answer.status, null));
      }
      const problem = refused.safeParse(parsed);
      const detail = told(answer.status, problem.success ? problem.data.error.code : null);
      return failed(detail, {
        cause: problem.success
          ? problem.data.error.message
          : "The answer is not that of mesibo's upload protocol.",
        fix: `Look what answers at ${base}/upload. A server that speaks the first dialect (serve --legacy) answers otherwise.`,
      });
    },
  };
  const corsServer: Check = {
    id: 'cors-server',
    title: 'a page of this origin may call the server',
    needs: ['credentials'],
    run: async (context) => {
      const { origin } = context;
      if (origin === null) return skipped(NO_ORIGIN);
      const request = { method: 'POST' as const, url: `${base}/v1/uploads` };
      return preflight(context, origin, request, ['authorization', 'content-type']);
    },
  };
  return [uploadUrl, corsServer];
}

/** A form as mesibo's apps send it. */
async function formOf(
  token: string,
  bytes: Uint8Array,
): Promise<{ readonly body: Uint8Array; readonly type: string }> {
  const form = new FormData();
  const fields = { op: 'upload', auth: token, uid: '0', mid: '0', source: '100' };
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('photo', new Blob([Uint8Array.from(bytes)], { type: 'text/plain' }), 'mesibo-files-doctor.txt');
  const encoded = new Response(form);
  const type = encoded.headers.get('content-type');
  if (type === null) throw new TransferError('internal', 'The form has no type.');
  return { body: new Uint8Array(await encoded.arrayBuffer()), type };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
