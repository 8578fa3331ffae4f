import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TransferError } from '@mesibo-files/handler-core';
import type { HttpAnswer, HttpPort, HttpRequest } from '@mesibo-files/handler-core/provider';
import { joined } from '../check/bytes.ts';
import { reasonOf } from './answers.ts';

/**
 * HTTP by nothing but Node's own client: one connection a request, whole bodies in memory. It is what the suite
 * carries signed requests out with, so that a signer is tested without the engine.
 */
export function plainHttp(): HttpPort {
  return { send };
}

async function send(request: HttpRequest): Promise<HttpAnswer> {
  if (request.signal.aborted) throw reasonOf(request.signal);
  const pieces: Uint8Array[] = [];
  if (request.body) for await (const slice of request.body.slices()) pieces.push(slice.slice());
  const body = joined(pieces);
  try {
    const message = await exchange(request, body);
    const chunks: Uint8Array[] = [];
    for await (const chunk of message) chunks.push(chunk);
    request.onSent?.(body.byteLength);
    return answer(message, joined(chunks));
  } catch (cause) {
    if (request.signal.aborted) throw reasonOf(request.signal);
    throw new TransferError('network', 'The request was not answered.', { cause });
  }
}

function exchange(request: HttpRequest, body: Uint8Array): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const start = request.url.startsWith('https:') ? httpsRequest : httpRequest;
    const length = request.body ? { 'content-length': String(body.byteLength) } : {};
    const outgoing = start(
      request.url,
      {
        method: request.method,
        headers: { ...length, ...request.headers },
        signal: request.signal,
        agent: false,
      },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function answer(message: IncomingMessage, body: Uint8Array): HttpAnswer {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return {
    status: message.statusCode ?? 0,
    headers,
    consume: async (onChunk) => {
      if (body.byteLength > 0) await onChunk(body);
    },
    text: async (limit) => new TextDecoder().decode(body.subarray(0, limit)),
    discard: async () => {},
  };
}
