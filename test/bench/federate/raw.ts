/**
 * The floor of the `federate` benchmark: the same requests by plain `fetch`, everything that can be asked at once asked at
 * once, every answer parsed by JSON.parse and looked at no further than for where the next page is.
 */

interface Bundle {
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly resource: { readonly id: string } }[];
}

/** What our own run asked one source for, in the order that it cannot be otherwise. */
export interface Plan {
  /** Who the patient is and what the server can do: asked before anything else can be. */
  readonly before: readonly string[];
  /** The first page of each search. */
  readonly searches: readonly string[];
}

/** Sorts the addresses that were asked for: each `next` page is found again by following. */
export function planOf(addresses: readonly string[]): readonly Plan[] {
  const byOrigin = Map.groupBy(addresses.map((address) => new URL(address)), ({ origin }) => origin);
  return [...byOrigin.values()].map((urls) => {
    const first = urls.filter((url) => !url.searchParams.has('page'));
    const isSearch = (url: URL): boolean => url.searchParams.has('patient');
    return { before: first.filter((url) => !isSearch(url)).map(String), searches: first.filter(isSearch).map(String) };
  });
}

/** @returns how many resources came */
export async function rawRequests(plans: readonly Plan[]): Promise<number> {
  const counts = await Promise.all(
    plans.map(async ({ before, searches }) => {
      const first = await Promise.all(before.map(get));
      const found = await Promise.all(searches.map(search));
      return [...found, ...first.map((bundle) => bundle.entry?.length ?? 0)].reduce((total, count) => total + count, 0);
    }),
  );
  return counts.reduce((total, count) => total + count, 0);
}

async function search(first: string): Promise<number> {
  let count = 0;
  for (let url: string | null = first; url !== null; ) {
    const bundle: Bundle = await get(url);
    count += bundle.entry?.length ?? 0;
    const next: string | undefined = bundle.link?.find(({ relation }) => relation === 'next')?.url;
    url = next === undefined ? null : new URL(next, url).href;
  }
  return count;
}

async function get(url: string): Promise<Bundle> {
  const response = await fetch(url, { headers: { accept: 'application/fhir+json' }, cache: 'no-store' });
  return JSON.parse(await response.text()) as Bundle;
}
