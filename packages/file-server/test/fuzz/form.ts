import { type Dice, NASTY } from './dice.ts';

interface Part {
  readonly head: string;
  readonly body: Buffer;
}

/** A form, whole or not, and the Content-Type that goes with it, or does not. */
export interface Form {
  readonly body: Buffer;
  readonly contentType: string | null;
  /** Whether it is as mesibo sends it. */
  readonly good: boolean;
}

const BOUNDARY = 'fuzz-boundary';

const field = (name: string, value: string): Part => ({
  head: `Content-Disposition: form-data; name="${name}"`,
  body: Buffer.from(value),
});

const file = (dice: Dice, name: string): Part => ({
  head: `Content-Disposition: form-data; name="photo"; filename="${name}"\r\nContent-Type: image/jpeg`,
  body: dice.bytes(dice.below(4096)),
});

function goodParts(dice: Dice, token: string): Part[] {
  const mid = dice.bytes(8).readBigInt64BE().toString();
  return [
    field('op', 'upload'),
    field('auth', token),
    field('uid', String(1 + dice.below(1000))),
    field('mid', mid),
    field('source', '0'),
    file(dice, 'cat.jpg'),
  ];
}

/** What is done to the parts. Each takes the list and changes it. */
const PART_MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  (dice, parts) => parts.splice(dice.below(parts.length), 1),
  (dice, parts) => parts.push(dice.pick([field('op', 'upload'), ...parts])),
  (dice, parts) => parts.sort(() => dice.below(3) - 1),
  (dice, parts) => change(dice, parts, ({ head }) => ({ head, body: Buffer.from(dice.pick(NASTY)) })),
  (dice, parts) => change(dice, parts, ({ body }) => ({ head: headOf(dice), body })),
  (dice, parts) => parts.push(file(dice, dice.pick(NASTY))),
  (dice, parts) => parts.unshift(file(dice, dice.pick(NASTY))),
  (dice, parts) => parts.push({ head: headOf(dice), body: dice.bytes(dice.below(100)) }),
  (dice, parts) => parts.push(...Array.from({ length: 60 }, (_, at) => field(`f${at}`, dice.pick(NASTY)))),
  (dice, parts) => parts.unshift({ ...file(dice, 'big.bin'), body: Buffer.alloc(80_000, dice.below(256)) }),
  (dice, parts) =>
    change(dice, parts, ({ head, body }) => ({ head: String(dice.damaged(Buffer.from(head))), body })),
];

type Mutation = (dice: Dice, parts: Part[]) => unknown;

function change(dice: Dice, parts: Part[], how: (part: Part) => Part): void {
  const at = dice.below(parts.length);
  const part = parts[at];
  if (part !== undefined) parts[at] = how(part);
}

function headOf(dice: Dice): string {
  const text = dice.pick(NASTY);
  return dice.pick([
    '',
    'X: y',
    'Content-Disposition: form-data',
    'Content-Disposition: attachment; filename="x"',
    `Content-Disposition: form-data; name="${text}"`,
    `Content-Disposition: form-data; name=${text}; filename=${text}`,
    `Content-Disposition: form-data; name="photo"; filename*=UTF-8''${text}`,
    `Content-Disposition: form-data; name="photo"; filename="${text}"\r\nContent-Type: ${text}`,
    'Content-Disposition: form-data; name="photo"; filename="x"\r\nContent-Transfer-Encoding: base64',
    `X: ${'x'.repeat(20_000)}`,
  ]);
}

const CONTENT_TYPES: readonly [string | null, ...(string | null)[]] = [
  null,
  '',
  'text/plain',
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=another',
  `multipart/form-data; boundary="${BOUNDARY}"`,
  `multipart/form-data; boundary=${BOUNDARY}; boundary=another`,
  `multipart/mixed; boundary=${BOUNDARY}`,
  `MULTIPART/FORM-DATA; BOUNDARY=${BOUNDARY}`,
  `multipart/form-data; charset=utf-16; boundary=${BOUNDARY}`,
  `multipart/form-data; boundary=${'b'.repeat(200)}`,
];

/** A form as it should be, or with something wrong about it. */
export function form(dice: Dice, token: string, good: boolean): Form {
  const parts = goodParts(dice, token);
  const contentType = `multipart/form-data; boundary=${BOUNDARY}`;
  if (good) return { body: encoded(parts), contentType, good };
  const body = dice.chance(0.8) ? mutatedParts(dice, parts) : encoded(parts);
  return {
    body: dice.chance(0.3) ? mutatedBytes(dice, body) : body,
    contentType: dice.chance(0.15) ? dice.pick(CONTENT_TYPES) : contentType,
    good,
  };
}

function mutatedParts(dice: Dice, parts: Part[]): Buffer {
  for (let left = 1 + dice.below(3); left > 0; left -= 1) dice.pick(PART_MUTATIONS)(dice, parts);
  return encoded(parts);
}

function mutatedBytes(dice: Dice, body: Buffer): Buffer {
  switch (dice.below(5)) {
    case 0:
      return body.subarray(0, dice.below(body.length));
    case 1:
      return Buffer.concat([dice.bytes(dice.below(100)), body]);
    case 2:
      return Buffer.concat([body, dice.bytes(dice.below(100))]);
    case 3:
      return dice.bytes(dice.below(500));
    default:
      return dice.damaged(body);
  }
}

function encoded(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(({ head, body }) => [
    Buffer.from(`--${BOUNDARY}\r\n${head}\r\n\r\n`),
    body,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}
