/** The national routes against the simulator's strict responders: GP Connect and documents by the Spine proxy, and the SCR. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorised } from '../../../main/net/authorised.ts';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import { parseNhsNumber, sourceId } from '../../../main/record/values.ts';
import type { NhsNumber } from '../../../main/record/values.ts';
import { locationsIn } from '../../../main/sources/document.ts';
import { createMhdSource } from '../../../main/sources/mhd/mhd-source.ts';
import { createNrlSource } from '../../../main/sources/nrl/nrl-source.ts';
import type { Source, SourceRequest } from '../../../main/sources/source.ts';
import { fields, list } from '../../../main/record/normalise/fields.ts';
import type { Fields } from '../../../main/record/normalise/fields.ts';
import { type Setting, startSetting } from './setting.ts';

const MARGARET = '9990123454';
let setting: Setting;

beforeAll(async () => {
  setting = await startSetting();
});
afterAll(() => setting.close());

const user = ['--user-id', '555254240100', '--user-name', 'Dr Priya NAIR'];

function spineProxy(provider: 'practice' | 'community'): object {
  const { spineProxy: proxy } = setting.ready;
  return { proxyUrl: proxy?.proxyUrl, asidFrom: proxy?.asidFrom, asidTo: proxy?.providers[provider].asidTo, issuer: 'https://signin.example.nhs.uk' };
}

describe('the practice record by the Spine proxy', () => {
  const practice = (more: object = {}): object => ({
    name: 'Harbour Health Centre', odsCode: 'Z99001', protocol: 'gp-connect', route: 'spine-proxy', baseUrl: setting.ready.spineProxy?.providers.practice.baseUrl, spineProxy: { ...spineProxy('practice'), ...more },
  });

  test('is the same as by the gateway', async () => {
    const [byProxy, byGateway] = [await setting.report(setting.configuration({ practice: practice() }), MARGARET, ...user), await setting.report(setting.ready.configuration, MARGARET, ...user)];
    const held = (report: typeof byProxy): unknown => report.sources.filter(({ id }) => id === 'practice').map(({ state, items }) => [state.kind, items]);
    expect(held(byProxy)).toEqual(held(byGateway));
    expect(held(byProxy)).toEqual([['answered', expect.any(Number)]]);
  });

  test('an ASID that may not ask is a refusal or a failure, never a record', async () => {
    const report = await setting.report(setting.configuration({ practice: practice({ asidTo: '1' }) }), MARGARET, ...user);
    expect(report.sources.find(({ id }) => id === 'practice')).toMatchObject({ state: { kind: expect.stringMatching(/refused|failed/) }, items: 0 });
  });
});

describe('the Summary Care Record', () => {
  const configuration = (): string => setting.configuration({ region: { id: 'national', name: 'National', sources: [{ id: 'scr', name: 'Summary Care Record', protocol: 'scr' }] }, addresses: { scr: setting.ready.summaryCareRecord?.baseUrl } });

  test('is not opened without the patient\'s permission', async () => {
    expect((await setting.report(configuration(), MARGARET)).sources.find(({ id }) => id === 'scr')?.state).toMatchObject({ kind: 'refused', sentence: expect.stringContaining('permission') });
  });

  test('with permission it is a summary of the practice\'s record', async () => {
    const report = await setting.report(configuration(), MARGARET, '--permission-to-view');
    const scr = report.sources.find(({ id }) => id === 'scr');
    expect(scr?.state.kind).toBe('partial');
    expect(scr?.items).toBeGreaterThan(3);
    expect(report.resources.reachable).toBe(report.resources.received);
  });

  test.each([['9990789010', 'the patient said no'], ['9990345678', 'the access framework refuses']])('%s: %s', async (nhsNumber) => {
    expect((await setting.report(configuration(), nhsNumber, '--permission-to-view')).sources.find(({ id }) => id === 'scr')?.state.kind).toBe('refused');
  });
});

describe('documents', () => {
  const request = (): SourceRequest => {
    const number = parseNhsNumber(MARGARET) as { value: NhsNumber };
    return { nhsNumber: number.value, organisation: 'Z99001', roleId: '555254240101', requester: { userId: '555254240100', name: 'Dr Priya NAIR', organisationName: 'Harbour Health Centre' } };
  };

  async function referencesOf(source: Source, http: ReturnType<typeof authorised>): Promise<readonly Fields[]> {
    const found: Fields[] = [];
    for await (const event of source.fetch(request(), http, AbortSignal.timeout(10_000))) {
      if (event.kind === 'page') found.push(...list(fields(event.body)['entry']).map((entry) => fields(fields(entry)['resource'])).filter((one) => one['resourceType'] === 'DocumentReference'));
    }
    return found;
  }

  test('a ReSPECT form and a care plan are fetched through the Spine proxy, whichever way they are pointed at', async () => {
    const baseUrl = setting.ready.recordLocator?.baseUrl ?? '';
    const source = createNrlSource({ id: sourceId('nrl'), name: 'Care plans', role: 'shared', baseUrl, spineProxy: spineProxy('community') as never });
    const http = authorised(createAxiosHttp(), () => setting.token, [baseUrl]);
    const pointers = await referencesOf(source, http);
    const locations = pointers.flatMap(locationsIn);
    expect(locations.map(({ url }) => url.replace(/:.*/, '')).sort()).toEqual(['http', 'ssp']);
    for (const [index, location] of locations.entries()) {
      const answer = await source.document?.(location, pointers[index] ?? {}, request(), http, AbortSignal.timeout(10_000));
      expect(answer).toMatchObject({ kind: 'document', contentType: 'application/pdf' });
    }
  });

  test.each(['wessex', 'one-london'] as const)('every letter of %s is fetched, as long and with the digest that was said', async (region) => {
    const baseUrl = setting.ready.exchanges[region]?.documentsBaseUrl ?? '';
    const source = createMhdSource({ id: sourceId('documents'), name: 'Documents', role: 'shared', baseUrl });
    const http = authorised(createAxiosHttp(), () => setting.token, [baseUrl]);
    const references = await referencesOf(source, http);
    expect(references.length).toBeGreaterThanOrEqual(3);
    for (const reference of references) {
      const [location] = locationsIn(reference);
      const answer = await source.document?.(location as never, reference, request(), http, AbortSignal.timeout(10_000));
      expect(answer?.kind).toBe('document');
    }
  });
});
