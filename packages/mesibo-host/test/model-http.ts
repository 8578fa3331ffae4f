import { TransferError } from '@mesibo-files/handler-core';
import type { HttpAnswer, HttpPort, HttpRequest } from '@mesibo-files/handler-core/provider';

/** A request of mesibo's own that waits for its server. */
export interface PendingRequest {
  readonly request: HttpRequest;
  /** Names the file: its name in the form of an upload, its URL of a download. */
  readonly subject: string;
  /** Bytes of the body that the network took. */
  sent: number;
  /** The server answers. */
  answer(status: number, body: string): void;
}

/** An HTTP port on which nothing happens until somebody answers; a request that is stopped is gone at once. */
export function pendingHttp(): { readonly http: HttpPort; readonly pending: PendingRequest[] } {
  const pending: PendingRequest[] = [];
  const http: HttpPort = {
    async send(request) {
      const subject = await subjectOf(request);
      return new Promise((resolve, reject) => {
        const one: PendingRequest = {
          request,
          subject,
          sent: 0,
          answer(status, body) {
            remove();
            resolve(answerOf(status, body));
          },
        };
        const onAbort = (): void => {
          remove();
          reject(new TransferError('stopped', 'stopped'));
        };
        const remove = (): void => {
          request.signal.removeEventListener('abort', onAbort);
          const at = pending.indexOf(one);
          if (at >= 0) pending.splice(at, 1);
        };
        if (request.signal.aborted) return onAbort();
        request.signal.addEventListener('abort', onAbort);
        pending.push(one);
      });
    },
  };
  return { http, pending };
}

async function subjectOf({ body, url }: HttpRequest): Promise<string> {
  for await (const slice of body?.slices() ?? []) {
    return /filename="([^"]*)"/.exec(new TextDecoder().decode(slice))?.[1] ?? '';
  }
  return url;
}

function answerOf(status: number, body: string): HttpAnswer {
  const bytes = new TextEncoder().encode(body);
  return {
    status,
    headers: {},
    consume: async (take) => void (bytes.length > 0 && (await take(bytes))),
    text: async () => body,
    discard: async () => undefined,
  };
}
