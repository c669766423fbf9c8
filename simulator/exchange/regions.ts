/**
 * The regions' services and the national ones beside them: what each is called in a region's profile, in faults and in
 * `--without`, and the path it answers at. One more service is one more line here, and a mount in `mounts.ts`.
 */
import type { RegionId } from '../people/story.ts';

export const EXCHANGES = {
  wessex: {
    'wessex-record': '/wessex/FHIR/R4',
    'wessex-summary': '/wessex-summary/FHIR/R4',
    'wessex-documents': '/wessex-documents/FHIR/R4',
  },
  'one-london': {
    'one-london-summary': '/one-london/FHIR/R4',
    'one-london-documents': '/one-london-documents/FHIR/R4',
    'one-london-viewer': '/one-london-viewer/launch',
  },
  'greater-manchester': {
    'greater-manchester-record': '/greater-manchester/STU3',
    'greater-manchester-summary': '/greater-manchester-summary/FHIR/R4',
  },
} as const satisfies Record<RegionId, Record<string, string>>;

export const NATIONAL = {
  'record-locator': '/record-locator/consumer/FHIR/R4',
  'summary-care-record': '/summary-care-record/FHIR/R4',
  'spine-proxy': '/spine-proxy',
} as const satisfies Record<string, string>;

type KeysOf<Union> = Union extends unknown ? Extract<keyof Union, string> : never;
export type ExchangeName = KeysOf<(typeof EXCHANGES)[RegionId]>;
export type NationalName = keyof typeof NATIONAL;

export const REGION_IDS = Object.keys(EXCHANGES) as readonly RegionId[];
export const EXCHANGE_NAMES = REGION_IDS.flatMap((region) => exchangesOf(region));
export const NATIONAL_NAMES = Object.keys(NATIONAL) as readonly NationalName[];

/** A region's services, in the order its profile has them. */
export function exchangesOf(region: RegionId): readonly ExchangeName[] {
  return Object.keys(EXCHANGES[region]) as readonly ExchangeName[];
}

export function regionOf(name: string): RegionId | undefined {
  return REGION_IDS.find((region) => (exchangesOf(region) as readonly string[]).includes(name));
}

/** Where everything answers, below the one origin. */
export function addressesBelow(origin: string): Readonly<Record<ExchangeName | NationalName, string>> {
  const paths: Readonly<Record<string, string>> = Object.assign({}, ...REGION_IDS.map((region) => EXCHANGES[region]), NATIONAL);
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, `${origin}${path}`])) as Record<ExchangeName | NationalName, string>;
}
