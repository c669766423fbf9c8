/** Each region that ships, end to end by the record command; and one more that is nothing but a file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configurationSchema, type RegionProfile, regionProfileSchema } from '../../../main/policy/configuration.ts';
import { type Report, type Setting, startSetting } from './setting.ts';

const REGIONS = join(import.meta.dirname, '../../../regions');
const MARGARET = '9990123454';
let setting: Setting;

beforeAll(async () => {
  setting = await startSetting('--region', 'one-london');
});
afterAll(() => setting.close());

/** Where each region's sources answer, and what else of them is the site's. */
function site(region: string): { readonly region: string; readonly addresses: Readonly<Record<string, string>>; readonly sources?: object } {
  const { exchanges } = setting.ready;
  const [wessex, manchester] = [exchanges.wessex, exchanges['greater-manchester']];
  if (region === 'wessex') return { region, addresses: { 'wessex-record': wessex?.baseUrl ?? '', 'wessex-summary': wessex?.summaryBaseUrl ?? '', 'wessex-documents': wessex?.documentsBaseUrl ?? '' }, sources: {} };
  return { region, addresses: { 'greater-manchester-record': manchester?.baseUrl ?? '', 'greater-manchester-summary': manchester?.summaryBaseUrl ?? '' }, sources: {} };
}

const states = ({ sources }: Report): readonly string[] => sources.map(({ id, state }) => `${id} ${state.kind}`);
const titled = ({ clusters }: Report, title: string): Report['clusters'] => clusters.filter((one) => one.title === title && one.section !== 'supporting');

function nothingIsLost({ resources, quarantined }: Report): void {
  expect(resources.received).toBeGreaterThan(200);
  expect(resources.reachable).toBe(resources.received);
  expect([resources.heldBack, quarantined]).toEqual([0, 0]);
}

test('every profile that ships is one, and leaves its addresses to the deployer', () => {
  const profiles = readdirSync(REGIONS).filter((name) => name.endsWith('.json')).map((name): RegionProfile => regionProfileSchema.parse(JSON.parse(readFileSync(join(REGIONS, name), 'utf8'))));
  expect(profiles.map(({ id }) => id).sort()).toEqual(['greater-manchester', 'one-london', 'wessex']);
  expect(profiles.flatMap(({ sources }) => sources).filter((source) => source.baseUrl !== undefined)).toEqual([]);
  const ids = profiles.flatMap(({ sources }) => sources.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});

test('every example that is written down can be used as it stands', () => {
  const text = readFileSync(join(REGIONS, '../docs/configuration.md'), 'utf8');
  const examples = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json) as Record<string, unknown>);
  const refused = examples.flatMap((example) => ('id' in example ? regionProfileSchema : 'site' in example ? configurationSchema : configurationSchema.pick({ region: true, addresses: true, sources: true })).safeParse(example).error?.issues ?? []);
  expect([examples.length, refused]).toEqual([4, []]);
});

test('One London, as `--region one-london` configures it: summary, documents, and a viewer that is only opened', async () => {
  const report = await setting.report(setting.ready.configuration, MARGARET);
  expect(states(report)).toEqual(['practice answered', 'one-london-summary partial', 'one-london-documents answered', 'one-london-viewer partial']);
  nothingIsLost(report);
  expect(report.allergies.detail).toMatch(/Penicillin.*conflict: no known allergies in .*London summary/);
  expect(titled(report, 'Amlodipine 10mg tablets').map(({ groupComparison }) => groupComparison.kind)).not.toContain('same');
  expect(report.items.filter(({ provenance }) => provenance.source === 'one-london-documents')).not.toEqual([]);
});

test('Greater Manchester: Care Connect STU3 beside the summary', async () => {
  const report = await setting.report(setting.configuration(site('greater-manchester')), MARGARET);
  expect(states(report)).toEqual(['practice answered', 'greater-manchester-record answered', 'greater-manchester-summary partial']);
  nothingIsLost(report);
  expect(titled(report, 'Atorvastatin 20mg tablets').map(({ groupComparison }) => groupComparison)).toContainEqual({ kind: 'differs', in: ['status'] });
  expect(titled(report, 'Heart failure').map(({ groupComparison }) => groupComparison.kind)).toEqual(['only-shared']);
});

test('Wessex: UK Core R4, the summary and the documents', async () => {
  const report = await setting.report(setting.configuration(site('wessex')), MARGARET);
  expect(states(report)).toEqual(['practice answered', 'wessex-record answered', 'wessex-summary partial', 'wessex-documents answered']);
  nothingIsLost(report);
  expect(report.allergies.detail).toMatch(/penicillin.*conflict: no known allergies in Harbour Health Centre/);
});

describe('a fourth region is a file', () => {
  const profile = {
    id: 'mercia',
    name: 'Mercia',
    sources: [
      { id: 'mercia-record', name: 'Mercia record', protocol: 'fhir-r4', types: ['AllergyIntolerance', 'Condition'] },
      { id: 'mercia-hospital', name: 'Mercia hospital', protocol: 'fhir-stu3' },
      { id: 'care-plans', name: 'Care plans', protocol: 'nrl' },
    ],
  };
  const addresses = (): Readonly<Record<string, string>> => ({ 'mercia-record': setting.ready.exchanges.wessex?.baseUrl ?? '', 'mercia-hospital': setting.ready.exchanges['greater-manchester']?.baseUrl ?? '', 'care-plans': setting.ready.recordLocator?.baseUrl ?? '' });

  test('named by its path', async () => {
    setting.write('mercia.json', JSON.stringify(profile));
    const report = await setting.report(setting.configuration({ region: 'mercia.json', addresses: addresses(), sources: {} }), MARGARET);
    expect(states(report)).toEqual(['practice answered', 'mercia-record answered', 'mercia-hospital answered', 'care-plans answered']);
    nothingIsLost(report);
    expect(report.items.filter(({ provenance }) => provenance.source === 'care-plans').map(({ title }) => title)).toEqual(expect.arrayContaining([expect.stringMatching(/ReSPECT/), expect.stringMatching(/Emergency health care plan/)]));
  });

  test('says which addresses it lacks', async () => {
    setting.write('mercia.json', JSON.stringify(profile));
    const { exitCode, stderr } = await setting.record(setting.configuration({ region: 'mercia.json', addresses: {}, sources: {} }), MARGARET);
    expect(exitCode).toBe(1);
    for (const { id } of profile.sources) expect(stderr).toContain(`addresses.${id} is missing`);
  });
});

describe('PDS and the sources', () => {
  test('a superseded number is replaced and said, and the sources are asked for the new one', async () => {
    const report = await setting.report(setting.configuration(site('wessex')), '9990234566');
    expect(report.patient).toMatchObject({ nhsNumber: '9990000018', notices: [expect.stringMatching(/999.023.4566 has been replaced by 999.000.0018/)] });
    expect(states(report)).toContain('wessex-record answered');
    const asked = (await (await fetch(`${setting.ready.control}/requests`)).json()) as { service: string; path: string }[];
    expect(asked.filter(({ service, path }) => service !== 'pds' && path.includes('9990234566'))).toEqual([]);
  });

  test('a mismatch holds the source back and shows both sides', async () => {
    const report = await setting.report(setting.configuration(site('wessex')), '9991345671');
    const practice = report.sources.find(({ id }) => id === 'practice');
    expect(practice?.state).toMatchObject({ kind: expect.stringMatching(/withheld|held-back|failed|refused/), sentence: expect.stringMatching(/09-Oct-1976.*09-Oct-1967.*GRAYLING.*GREYLING/) });
    expect(report.items.filter(({ provenance }) => provenance.source === 'practice')).toEqual([]);
    expect(report.items.filter(({ provenance }) => provenance.source === 'wessex-record')).not.toEqual([]);
  });

  test('a restricted person: the practice is not asked, and no address is handed on', async () => {
    const report = await setting.report(setting.configuration(site('wessex')), '9990345678');
    expect(report.patient).toMatchObject({ confidentiality: 'restricted', notices: [expect.stringContaining('restricted')] });
    expect(JSON.stringify(report.patient)).not.toContain('Withheld House');
    expect(states(report)).not.toContain('practice answered');
  });

  test('somebody who has died', async () => {
    const report = await setting.report(setting.configuration(site('wessex')), '9990567891');
    expect(report.patient.died?.day).toBe('2026-10-03');
  });

  test.each([['9991123458', /no longer valid/], ['9434765919', /No patient has the NHS number/]])('%s opens nothing', async (nhsNumber, words) => {
    const { exitCode, stdout, stderr } = await setting.record(setting.configuration(site('wessex')), nhsNumber);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(words);
  });

  test('a region that holds nothing says so', async () => {
    const report = await setting.report(setting.configuration(site('greater-manchester')), '9990890129');
    expect(states(report)).toEqual(['practice partial', 'greater-manchester-record none-held', 'greater-manchester-summary none-held']);
  });
});
