import { type Dice, NASTY } from './dice.ts';

/** A request as it goes over the wire. */
export interface FuzzRequest {
  readonly bytes: Buffer;
  readonly method: string;
  /** How the connection goes on: as it was; ended by the client half (it still listens), or at once. */
  readonly after: 'go on' | 'end' | 'destroy';
  /** It is all right, and must succeed. */
  readonly good: boolean;
}

/** A request before it is written down. */
export interface Head {
  readonly method: string;
  readonly path: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: Buffer;
  readonly good?: boolean;
}

/** As Latin-1, with nothing that ends a header. */
export function headerText(text: string): string {
  return text.slice(0, 2000).replaceAll(/[^\x20-\x7e]/g, '?');
}

/** Writes it down. `plain`: as a good client does; else now and then with odd headers, or framed wrongly. */
export function wire(dice: Dice, head: Head, plain: boolean = false): FuzzRequest {
  const { method, path, headers = [], body = Buffer.alloc(0), good = false } = head;
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${plain || dice.chance(0.97) ? 'files.test' : headerText(dice.pick(NASTY))}`,
  ];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (!plain) while (dice.chance(0.1)) lines.push(oddHeader(dice));
  // Node reads nothing that was sent together with what asks for another protocol.
  const after = lines.some((line) => /^Upgrade:/im.test(line)) ? 'end' : 'go on';
  const request = { method, good, after } as const;
  const framing = body.length === 0 && dice.chance(0.5) ? 9 : dice.below(plain ? 7 : 9);
  if (framing === 9) return { ...request, bytes: Buffer.from(`${lines.join('\r\n')}\r\n\r\n`) };
  if (framing < 6) {
    const start = Buffer.from(`${lines.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n`);
    return { ...request, bytes: Buffer.concat([start, body]) };
  }
  if (framing === 6) {
    const start = Buffer.from(`${lines.join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    return { ...request, bytes: Buffer.concat([start, chunked(dice, body)]) };
  }
  // A length that is a lie: too long, and the body is cut off; too short, and what follows is rubbish.
  const lie =
    framing === 7 ? body.length + 1 + dice.below(1000) : Math.max(0, body.length - 1 - dice.below(100));
  const start = Buffer.from(`${lines.join('\r\n')}\r\nContent-Length: ${lie}\r\n\r\n`);
  return { method, good: false, bytes: Buffer.concat([start, body]), after: 'end' };
}

function chunked(dice: Dice, body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const size = Math.min(body.length - at, 1 + dice.below(2000));
    pieces.push(Buffer.from(`${size.toString(16)}\r\n`), body.subarray(at, at + size), Buffer.from('\r\n'));
    at += size;
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}

function oddHeader(dice: Dice): string {
  return dice.pick([
    `Cookie: ${headerText(dice.pick(NASTY))}`,
    `X-Request-Id: ${headerText(dice.pick(NASTY))}`,
    'Content-Encoding: gzip',
    'Expect: 100-continue',
    'Expect: more',
    'Connection: close',
    'Connection: upgrade\r\nUpgrade: websocket',
    'Accept-Encoding: br',
    'Forwarded: for=1.2.3.4',
    `X-Long: ${'x'.repeat(dice.below(20_000))}`,
  ]);
}

/** What is no HTTP, or looks like it only from afar. */
export function noHttp(dice: Dice): FuzzRequest {
  const start = Buffer.from('POST /upload HTTP/1.1\r\nHost: files.test\r\n');
  const bytes = dice.pick([
    dice.bytes(1 + dice.below(300)),
    dice.damaged(Buffer.from('GET /healthz HTTP/1.1\r\nHost: files.test\r\n\r\n')),
    Buffer.concat([start, Buffer.from('Transfer-Encoding: chunked\r\n\r\n'), dice.bytes(20)]),
    Buffer.concat([start, Buffer.from('Content-Length: 1\r\nContent-Length: 2\r\n\r\nab')]),
    Buffer.concat([start, Buffer.from('Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')]),
    Buffer.concat([start, Buffer.from('Content-Length: -5\r\n\r\n')]),
    Buffer.concat([start, Buffer.from('Content-Length: 99999999999999999999\r\n\r\nab')]),
    Buffer.concat([start, Buffer.from('Transfer-Encoding: identity\r\n\r\nab')]),
    Buffer.concat([start, Buffer.from('Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n')]),
    Buffer.from('GET /healthz HTTP/9.9\r\nHost: files.test\r\n\r\n'),
    Buffer.from('GET /healthz\r\n\r\n'),
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    Buffer.from('CONNECT files.test:443 HTTP/1.1\r\nHost: files.test\r\n\r\n'),
  ]);
  return { bytes, method: 'none', after: 'end', good: false };
}

/** The client goes away, somewhere in the middle. */
export function cutOff(dice: Dice, { bytes, method }: FuzzRequest): FuzzRequest {
  const after = dice.chance(0.5) ? 'end' : 'destroy';
  return { bytes: bytes.subarray(0, dice.below(bytes.length)), method, after, good: false };
}
