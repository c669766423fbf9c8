/** Where the next page of a search is, if it may be followed. */
import { fields, list, text } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';

export type NextPage = { readonly kind: 'none' } | { readonly kind: 'page'; readonly url: string } | { readonly kind: 'refused'; readonly reason: string };

/** The `next` link: only on the origin it came from, and never to a page that was already read. */
export function nextPage(bundle: Fields, current: string, seen: ReadonlySet<string>): NextPage {
  const next = list(bundle['link']).map(fields).find((link) => text(link['relation']) === 'next');
  const url = text(next?.['url']);
  if (url === undefined) return { kind: 'none' };
  if (!URL.canParse(url, current)) return { kind: 'refused', reason: 'gave a next page that is not an address.' };
  const target = new URL(url, current);
  if (target.origin !== new URL(current).origin) return { kind: 'refused', reason: 'gave a next page at another address, which was not followed.' };
  return seen.has(target.href) ? { kind: 'refused', reason: 'gave the same page again instead of the next one.' } : { kind: 'page', url: target.href };
}
