/** Which service answers at which of the regions' and the national addresses. */
import type { JWK } from 'jose';
import type { Answer, Ask } from '../http/service.ts';
import type { Tokens } from '../identity/tokens.ts';
import { recordLocator } from '../national/record-locator.ts';
import { spineProxy } from '../national/spine-proxy.ts';
import { summaryCareRecord } from '../national/summary-care-record.ts';
import { careConnect } from './care-connect.ts';
import { documents } from './documents.ts';
import { exchange } from './exchange.ts';
import type { ExchangeName, NationalName } from './regions.ts';
import { summaries } from './summaries.ts';
import { viewer } from './viewer.ts';

export interface RegionalParts {
  readonly addresses: Readonly<Record<ExchangeName | NationalName, string>>;
  readonly tokens: Pick<Tokens, 'bearer'>;
  /** The key that launches are signed with. */
  readonly launchKey: JWK;
  readonly now: () => number;
}

type Service = (ask: Ask) => Answer | Promise<Answer>;

export function regionalServices({ addresses: at, tokens, launchKey, now }: RegionalParts): Readonly<Record<ExchangeName | NationalName, Service>> {
  return {
    'wessex-record': exchange(at['wessex-record'], tokens),
    'wessex-summary': exchange(at['wessex-summary'], tokens),
    'wessex-documents': documents('wessex', at['wessex-documents'], tokens),
    'one-london-summary': summaries('one-london', at['one-london-summary'], tokens),
    'one-london-documents': documents('one-london', at['one-london-documents'], tokens),
    'one-london-viewer': viewer({ name: 'London Care Record', region: 'one-london', key: launchKey, audience: new URL(at['one-london-viewer']).origin, now }),
    'greater-manchester-record': careConnect('greater-manchester', at['greater-manchester-record'], tokens),
    'greater-manchester-summary': summaries('greater-manchester', at['greater-manchester-summary'], tokens),
    'record-locator': recordLocator(at['record-locator'], at['spine-proxy'], tokens),
    'summary-care-record': summaryCareRecord(at['summary-care-record'], tokens),
    'spine-proxy': spineProxy(now),
  };
}
