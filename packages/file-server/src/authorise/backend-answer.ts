import { z } from 'zod';
import type { Decision } from '../context/authorise.ts';

const DECISION = z.discriminatedUnion('allow', [
  z.object({
    allow: z.literal(true),
    uid: z.int().min(0).optional(),
    maxSize: z.int().min(0).optional(),
    secure: z.boolean().optional(),
  }),
  z.object({
    allow: z.literal(false),
    why: z.enum(['sign-in', 'forbidden']).default('forbidden'),
    reason: z.string().min(1).max(500).default('The backend does not allow it.'),
  }),
]);

/** The most characters a backend's answer may have. */
const MAX_ANSWER = 64 * 1024;

/** Reads a backend's answer. @throws Error when it is no decision */
export async function readDecision(response: Response): Promise<Decision> {
  if (response.status !== 200) throw new Error(`the backend answered with status ${response.status}`);
  const parsed = DECISION.safeParse(JSON.parse(await shortText(response)));
  if (!parsed.success) throw new Error('the backend answered with no decision');
  const { data } = parsed;
  if (!data.allow) return data;
  const { uid, maxSize, secure } = data;
  return {
    allow: true,
    ...(uid === undefined ? {} : { uid }),
    ...(maxSize === undefined ? {} : { maxSize }),
    ...(secure === undefined ? {} : { secure }),
  };
}

async function shortText({ body }: Response): Promise<string> {
  let text = '';
  if (body === null) return text;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
    if (text.length > MAX_ANSWER) {
      await reader.cancel();
      throw new Error('the backend answered with more than any decision has');
    }
  }
}
