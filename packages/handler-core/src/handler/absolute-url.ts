import { trimEnd } from '../naming/trim.ts';

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;

/** A message's URL; a relative one under the base. One that would leave the base stays what it is, and fails. */
export function absoluteUrl(url: string, base: string | undefined): string {
  if (base === undefined || url === '' || ABSOLUTE.test(url)) return url;
  const folder = `${trimEnd(base, '/')}/`;
  const whole = `${folder}${url.replace(/^\/+/, '')}`;
  if (!URL.canParse(whole)) return url;
  const { href } = new URL(whole);
  return href.startsWith(new URL(folder).href) ? href : url;
}
