import type { SignedRequest } from '@mesibo-files/handler-core/provider';
import { Agent, request } from 'undici';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}
const agent = new Agent({ keepAliveTimeout: 1000 });
/** Sends a signed request as it stands. */
export async function send(
  signed: SignedRequest,
  body?: Uint8Array,
  more: Record<string, string> = {},
): Promise<Answer> {
  const {
    statusCode,
    headers,
    body: answer,
  } = await request(signed.url, {
    method: signed.method,
    headers: { ...signed.headers, ...more },
    body: body ?? null,
    dispatcher: agent,
  });
  return { status: statusCode, headers, body: Buffer.from(await answer.arrayBuffer()) };
}
