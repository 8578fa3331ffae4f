import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Signer } from '@mesibo-files/handler-core';
import type { Digests, Manifest, PartFacts, Plan, SignedRequest } from '@mesibo-files/handler-core/provider';
import { Agent, request } from 'undici';
import { call } from './facts.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const agent = new Agent({ keepAliveTimeout: 1000 });

function crc32Of(bytes: Uint8Array): string {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(bytes.length === 0 ? 0 : crc32(bytes));
  return value.toString('base64');
}

/** Every digest that a plan of ours can ask for. */
export function digestsOf(bytes: Uint8Array): Digests {
  return { crc32: crc32Of(bytes), md5: createHash('md5').update(bytes).digest('base64') };
}

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

export interface PieceOfFile {
  readonly facts: PartFacts;
  readonly bytes: Uint8Array;
}

/** Cuts a file as its plan says. */
export function cut(plan: Plan, file: Uint8Array): readonly PieceOfFile[] {
  const size = plan.shape === 'parts' ? plan.partSize : Math.max(1, file.length);
  const count = Math.max(1, Math.ceil(file.length / size));
  return Array.from({ length: count }, (_, index) => {
    const bytes = file.subarray(index * size, (index + 1) * size);
    return { bytes, facts: { number: index + 1, size: bytes.length, digests: digestsOf(bytes) } };
  });
}

/** Signs and sends these pieces. */
export async function sendPieces(
  signer: Signer,
  plan: Plan,
  pieces: readonly PieceOfFile[],
): Promise<readonly Answer[]> {
  const signed = await signer.sign(
    plan.ticket,
    pieces.map(({ facts }) => facts),
    call,
  );
  const answers: Answer[] = [];
  for (const [index, piece] of pieces.entries()) {
    const part = signed[index];
    if (part === undefined) throw new Error(`part ${index + 1} was not signed`);
    answers.push(await send(part.request, piece.bytes));
  }
  return answers;
}

/** What the engine would say that it has sent. */
export function manifestOf(file: Uint8Array, pieces: readonly PieceOfFile[], answered = false): Manifest {
  const parts = pieces.map(({ facts }) => facts);
  return { size: file.length, parts, digests: { crc32: crc32Of(file) }, answered };
}
