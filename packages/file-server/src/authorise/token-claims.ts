import type { JWTPayload } from 'jose';
import type { AuthoriseRequest } from '../context/authorise.ts';

type Action = AuthoriseRequest['action'];

/** What a valid token says. */
export interface TokenClaims {
  /** From `sub`. */
  readonly uid: number;
  /** From `may`: the only actions it serves for; null for all. */
  readonly may: readonly string[] | null;
  /** From `file`: the only file URL it serves for; null for all, uploads included. */
  readonly file: string | null;
}

/** Reads the claims; null when one of them makes no sense. */
export function readClaims({ sub, may, file }: JWTPayload): TokenClaims | null {
  if (sub === undefined || !/^[1-9]\d{0,15}$/.test(sub) || !Number.isSafeInteger(Number(sub))) return null;
  if (may !== undefined && !isListOfText(may)) return null;
  if (file !== undefined && typeof file !== 'string') return null;
  return { uid: Number(sub), may: may ?? null, file: file ?? null };
}

function isListOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

/** Whether the token serves for this at all. */
export function servesFor({ may, file }: Omit<TokenClaims, 'uid'>, request: AuthoriseRequest): boolean {
  if (!mayServeFor({ may, file }, request.action)) return false;
  return file === null || (request.action !== 'upload' && request.url === file);
}

/** Whether the token serves for such an action at all. */
export function mayServeFor({ may, file }: Omit<TokenClaims, 'uid'>, action: Action): boolean {
  return (may === null || may.includes(action)) && (file === null || action !== 'upload');
}
