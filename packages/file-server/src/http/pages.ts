import type { ServerContext } from '../context/context.ts';
import { allowedOrigin } from './cors.ts';
import { Refusal } from './refusal.ts';

/**
 * Keeps pages of other origins from posting forms with a user's cookies: a browser sends such a form without asking
 * first. Apps and servers, which say nothing of pages, pass.
 * @throws `Refusal` `foreign-page`
 */
export function checkPage(
  { origins, baseUrl }: Pick<ServerContext, 'origins' | 'baseUrl'>,
  header: (name: string) => string | null,
): void {
  const site = header('sec-fetch-site');
  if (site === 'same-origin' || site === 'none') return;
  const origin = header('origin');
  if (origin === null && site === null) return;
  if (origin !== null && origin === new URL(baseUrl).origin) return;
  const allowed = origin === null ? null : allowedOrigin(origins, origin);
  // Where any page may call, none may do so as the user of a cookie.
  if (allowed !== null && (allowed !== '*' || header('cookie') === null)) return;
  throw new Refusal('foreign-page', 'A page of another origin sent this.');
}
