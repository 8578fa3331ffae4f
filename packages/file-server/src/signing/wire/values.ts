import { type DigestAlgorithm, type Digests, normaliseMediaType } from '@mesibo-files/handler-core/provider';
import { z } from 'zod';

/** Names of the parts of the protocol, as they stand in the OpenAPI document. */
export const named: z.core.$ZodRegistry<{ id: string }> = z.registry();

/** Bytes, milliseconds, counts. */
export const count: z.ZodType<number> = z.int().min(0);

export const algorithm: z.ZodType<DigestAlgorithm> = z.enum([
  'crc32',
  'crc32c',
  'crc64nvme',
  'md5',
  'sha256',
]);

/** The longest digest there is has 44 characters. */
const digest = z
  .string()
  .max(88)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/)
  .exactOptional();

export const digests: z.ZodType<Digests> = z
  .object({ crc32: digest, crc32c: digest, crc64nvme: digest, md5: digest, sha256: digest })
  .describe('Digests by algorithm, each the base64 of its bytes, most significant first.')
  .register(named, { id: 'Digests' });

/** The longest ticket that is looked at, in characters. One of a name of 4,000 bytes has about 20,000. */
const MAX_TICKET = 65_536;

export const ticket: z.ZodType<string> = z
  .string()
  .min(1)
  .max(MAX_TICKET)
  .describe(
    'All the state of an upload, opaque to the client: a JWE made by the server. A bearer credential: never log it.',
  )
  .register(named, { id: 'Ticket' });

/** A file URL; longer ones can't be ours. */
export const fileUrl: z.ZodType<string> = z.string().min(1).max(8192);

/** A media type; it comes out written anew. */
export const mediaType: z.ZodType<string, string> = z
  .string()
  .max(255)
  .refine((text) => normaliseMediaType(text) !== null, 'no media type, or one with a comma')
  .transform((text) => normaliseMediaType(text) ?? text)
  .meta({
    description: 'As in `image/png`: ASCII with no comma and no control. Kept as the server writes it anew.',
  });

/** 64 bits, as clients write them. Some platforms have no unsigned ones, and write what is above 2^63 as negative. */
export const mid: z.ZodType<bigint, string> = z
  .string()
  .regex(/^-?\d{1,20}$/, { abort: true })
  .refine((text) => isIn64Bits(BigInt(text)), 'more than 64 bits')
  .transform((text) => BigInt.asUintN(64, BigInt(text)));

function isIn64Bits(value: bigint): boolean {
  return value >= -(2n ** 63n) && value < 2n ** 64n;
}
