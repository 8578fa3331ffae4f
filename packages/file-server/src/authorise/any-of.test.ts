import { expect, it } from 'vitest';
import { signal, uploadRequest } from '../../test/authorise/requests.ts';
import { anyOf } from './any-of.ts';
import { forbid, signIn } from './policy.ts';

const request = uploadRequest(null);
const yes = (): { allow: true; uid: number } => ({ allow: true, uid: 1 });

it('allows what one of several allows', async () => {
  expect(await anyOf(() => forbid('no'), yes)(request, signal)).toEqual({ allow: true, uid: 1 });
});

it('answers the most telling refusal', async () => {
  const deny = anyOf(
    () => signIn('who?'),
    () => forbid('no'),
    () => signIn('what?'),
  );
  expect(await deny(request, signal)).toEqual(forbid('no'));
  const first = anyOf(
    () => signIn('first'),
    () => signIn('second'),
  );
  expect(await first(request, signal)).toEqual(signIn('first'));
});

it('allows nothing by itself', async () => {
  expect(await anyOf()(request, signal)).toMatchObject({ allow: false });
});

it('passes an error on', async () => {
  const broken = (): never => {
    throw new Error('the database is down');
  };
  await expect(anyOf(broken, yes)(request, signal)).rejects.toThrow('the database is down');
});
