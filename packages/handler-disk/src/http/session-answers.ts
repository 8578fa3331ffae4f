import { OFFSET_HEADER } from '../answers.ts';
import type { Answer } from './answer.ts';

/** What the session holds, and that it wants more. */
export function moreAnswer(offset: number): Answer {
  return { status: 308, headers: { [OFFSET_HEADER]: String(offset), 'content-length': '0' } };
}

/** That every byte is there. */
export function doneAnswer(): Answer {
  return { status: 200, headers: { 'content-length': '0' } };
}
