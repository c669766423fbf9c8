import { X509Certificate } from 'node:crypto';
import { gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { PivBehaviour } from '../../../simulator/card/piv-behaviour.ts';
import { behaviourSchema, plainBehaviour } from '../../../simulator/card/piv-behaviour.ts';
import type { PivCard } from '../../../simulator/card/piv-card.ts';
import { makeCard } from './cards.ts';
import { certificateIn, change, fetchAll, getCertificate, query, select, signP256, talk, verify } from './raw-commands.ts';

/** Each way in which the simulated card departs from the standard, by raw commands. */

const cardThat = (behaviour: Partial<PivBehaviour>): Promise<PivCard> => makeCard({ behaviour });
const statusWords = (answers: readonly string[]) => answers.map((answer) => answer.slice(-4));
const ask = async (behaviour: Partial<PivBehaviour>, ...commands: readonly string[]) => (await talk(await cardThat(behaviour), select, ...commands)).slice(1);

const wrong = verify('111111');
const right = verify('482916');
const discovery = '00cb3fff035c017e00';
const printedInformation = '00cb3fff055c035fc10900';

describe('power and protocol', () => {
  test.each([
    [{}, '3b8780014c414e594152444b'],
    [{ historicalBytes: 'none' }, '3b80800101'],
    [{ protocol: 'T=0' }, '3b074c414e59415244'],
    [{ protocol: 'T=0', historicalBytes: 'none' }, '3b00'],
  ] as const)('%j answers to reset in its own way', async (behaviour, atr) => {
    expect(Buffer.from((await cardThat(behaviour)).atr).toString('hex')).toBe(atr);
  });

  test('T=0 has everything fetched, exactly, and no command without P3', async () => {
    const card = await cardThat({ protocol: 'T=0' });
    const [selected = '', tooMuch] = await talk(card, select, '00c0000000');
    const length = selected.slice(2);
    expect([selected, tooMuch]).toEqual([`61${length}`, `6c${length}`]);
    expect(await talk(card, `00c00000${length}`)).toEqual([expect.stringMatching(/^61.*9000$/)]);
    expect(await talk(card, query, `${query}00`)).toEqual(['6700', '63c3']);
  });
});

describe('silence', () => {
  test('empty', async () => {
    expect(await ask({ answers: 'empty' })).toEqual([]);
    expect(await talk(await cardThat({ answers: 'empty' }), select)).toEqual(['']);
  });

  test('for ever', async () => {
    const answer = (await cardThat({ answers: 'never' })).process(Buffer.from(select, 'hex'));
    expect(await Promise.race([answer, new Promise((resolve) => setImmediate(() => resolve('nothing')))])).toBe('nothing');
  });

  test('at the passcode, or at the signature, and not before', async () => {
    expect(await ask({ answers: 'empty', mutesAt: 'passcode' }, query, right, query)).toEqual(['63c3', '', '63c3']);
    expect(await ask({ answers: 'empty', mutesAt: 'signature' }, right, signP256, query)).toEqual(['9000', '', '9000']);
  });

  test('slowly, and power was lost meanwhile: what was not done then is not done later', async () => {
    const card = await makeCard({ behaviour: { slowMs: 30 } });
    const late = card.process(Buffer.from(select, 'hex'));
    card.powerOff();
    card.powerOn();
    card.behave({ slowMs: 0 });
    await talk(card, select, right);
    expect(await late).toHaveLength(0);
    expect((await talk(card, signP256))[0]).toMatch(/9000$/);
  });

  test('slowly: each command, each signature', async () => {
    const took = async (behaviour: Partial<PivBehaviour>, command: string) => {
      const card = await makeCard();
      await talk(card, select, right);
      card.behave(behaviour);
      const start = performance.now();
      expect((await talk(card, command))[0]).toMatch(/9000$/);
      return performance.now() - start;
    };
    expect(await took({ slowMs: 60 }, query)).toBeGreaterThanOrEqual(55);
    expect(await took({ slowOperationMs: 60 }, signP256)).toBeGreaterThanOrEqual(55);
  });
});

describe('SELECT', () => {
  const truncated = '00a4040009a0000003080000100000';
  const stranger = '00a4040005a00000000100';

  test('the full name only', async () => {
    expect(statusWords(await talk(await cardThat({ selectBy: 'full-only' }), truncated, select))).toEqual(['6a82', '9000']);
  });

  test('answers with the identifier extension only, without a label, with nothing', async () => {
    const answerOf = async (behaviour: Partial<PivBehaviour>) => (await talk(await cardThat(behaviour), select))[0];
    expect(await answerOf({ selectedName: 'extension-only', selectAnswer: 'without-label' })).toBe('61114f0600001000010079074f05a0000003089000');
    expect(await answerOf({ selectAnswer: 'without-label' })).toBe('61164f0ba00000030800001000010079074f05a0000003089000');
    expect(await answerOf({ selectAnswer: 'nothing' })).toBe('9000');
  });

  test('of a name it does not have loses PIV, on cards that get this wrong', async () => {
    expect(await ask({ unknownName: 'loses-piv' }, right, stranger, query)).toEqual(['9000', '6a82', '6d00']);
    expect(await ask({}, right, stranger, query)).toEqual(['9000', '6a82', '9000']);
  });

  test('of PIV again forgets the passcode, on cards that get this wrong', async () => {
    expect((await ask({ selectAgain: 'forgets-passcode' }, right, select, query)).at(-1)).toBe('63c3');
  });

  test('of anything finds no PIV on a card of another kind', async () => {
    expect(await talk(await cardThat({ application: 'other' }), select)).toEqual(['6a82']);
  });
});

describe('objects', () => {
  test.each(['4000', '4010', '6010', '6020'] as const)('Discovery %s', async (policy) => {
    expect(await ask({ discovery: policy }, discovery)).toEqual([`7e124f0ba0000003080000100001005f2f02${policy}9000`]);
  });

  test('no Discovery, or garbage in its place', async () => {
    expect(await ask({ discovery: 'missing' }, discovery)).toEqual(['6a82']);
    expect(await ask({ discovery: 'garbage' }, discovery)).toEqual(['7e12ff84ffffffff9000']);
  });

  test('behind the passcode, and empty', async () => {
    expect(await ask({}, printedInformation, right, printedInformation)).toEqual(['6982', '9000', '6a82']);
    expect(await ask({ protectedObjects: '6a82' }, printedInformation)).toEqual(['6a82']);
  });

  test.each([
    ['plain', '00', (stored: Buffer) => stored],
    ['gzip', '01', (stored: Buffer) => gunzipSync(stored)],
    ['plain-flagged-gzip', '01', (stored: Buffer) => stored],
    ['gzip-flagged-plain', '00', (stored: Buffer) => gunzipSync(stored)],
    ['net-id', '01', (stored: Buffer) => inflateSync(stored.subarray(4))],
  ] as const)('a certificate stored as %s', async (certificate, flag, unpack) => {
    const card = await cardThat({ certificate });
    await talk(card, select);
    const { data } = await fetchAll(card, getCertificate);
    const der = unpack(certificateIn(data));
    expect(new X509Certificate(der).subject).toContain('Priya NAIR');
    expect(data.subarray(-5).toString('hex')).toBe(`7101${flag}fe00`);
    if (certificate === 'net-id') expect(certificateIn(data).subarray(0, 4)).toEqual(Buffer.of(1, 0, der.length & 0xff, der.length >> 8));
  });

  test('no certificate', async () => {
    expect(await ask({ certificate: 'missing' }, getCertificate)).toEqual(['6a82']);
  });

  test.each([
    ['beyond', (length: number) => `5382${(length + 1).toString(16).padStart(4, '0')}`, 4],
    ['indefinite', () => '5380', 2],
    ['huge', () => '53847fffffff', 6],
  ] as const)('lengths: %s', async (lengths, head, header) => {
    const card = await cardThat({ lengths });
    await talk(card, select, right);
    const { data } = await fetchAll(card, getCertificate);
    expect(data.toString('hex')).toMatch(new RegExp(`^${head(data.length - header)}7082`));
    expect((await talk(card, signP256))[0]).not.toMatch(/^7c4[0-9a-f]/);
  });
});

describe('passcodes', () => {
  test.each([
    [{}, ['63c3', '63c2', '63c1', '63c0', '6983', '63c0']],
    [{ lastWrongTry: '6983' }, ['63c3', '63c2', '63c1', '6983', '6983', '6983']],
    [{ wrongPasscode: '630x' }, ['6303', '6302', '6301', '6300', '6983', '63c0']],
    [{ wrongPasscode: '6982' }, ['63c3', '6982', '6982', '6982', '6983', '63c0']],
    [{ triesQuery: 'refused' }, ['6700', '63c2', '63c1', '63c0', '6983', '6700']],
  ] as const)('%j counts down as %j', async (behaviour, answers) => {
    expect(await ask(behaviour, query, wrong, wrong, wrong, right, query)).toEqual(answers);
  });

  test('the empty VERIFY after a right passcode: 9000, or the tries all the same', async () => {
    expect(await ask({}, right, query)).toEqual(['9000', '9000']);
    expect(await ask({ triesQuery: 'never-9000' }, right, query, signP256)).toEqual(['9000', '63c3', expect.stringMatching(/9000$/)]);
  });

  test('what is none: refused, or counted', async () => {
    const letters = '00200080084142434445464748';
    expect(await ask({}, letters, query)).toEqual(['6a80', '63c3']);
    expect(await ask({ badFormat: 'counted' }, letters, query)).toEqual(['63c2', '63c2']);
    const short = '0020008006343832393136';
    expect(await ask({}, short, query)).toEqual(['6700', '63c3']);
    expect(await ask({ wrongLength: '6a80' }, short, query)).toEqual(['6a80', '63c3']);
  });

  test('that cannot be dropped', async () => {
    expect(await ask({ passcodeDrop: 'unknown' }, right, '0020ff80', query)).toEqual(['9000', '6a86', '9000']);
    expect(await ask({}, right, '0020ff80', query)).toEqual(['9000', '9000', '63c3']);
  });

  test('forgotten between VERIFY and the signature', async () => {
    expect(await ask({ forgetsPasscode: true }, right, signP256, query)).toEqual(['9000', '6982', '63c3']);
  });

  test('a global one: with a counter of its own, and enough for a signature', async () => {
    const card = await makeCard({ globalPasscode: '90210000', behaviour: { discovery: '6020' } });
    const queryGlobal = '00200000';
    const answers = await talk(card, select, verify('482916', '00'), queryGlobal, query, verify('90210000', '00'), queryGlobal, query, signP256);
    expect(answers.slice(1, -1)).toEqual(['63c2', '63c2', '63c3', '9000', '9000', '63c3']);
    expect(answers.at(-1)).toMatch(/^7c.*9000$/);
    expect(await talk(card, change('90210000', '11223344', '00'), verify('11223344', '00'))).toEqual(['9000', '9000']);
  });

  test('no global one where the Discovery object tells of none', async () => {
    expect(await ask({}, '00200000', verify('482916', '00'))).toEqual(['6a88', '6a88']);
  });
});

describe('answers in pieces', () => {
  test.each([1, 7, 255, 256])('of %i bytes', async (answerBytes) => {
    const whole = await cardThat({});
    const card = await makeCard({ behaviour: { answerBytes } });
    await talk(card, select);
    const { data, pieces } = await fetchAll(card, getCertificate);
    expect(Math.max(...pieces)).toBe(Math.min(answerBytes, data.length));
    expect(pieces.slice(0, -1).every((length) => length === answerBytes)).toBe(true);
    expect(new X509Certificate(certificateIn(data)).subject).toContain('Priya NAIR');
    expect(whole.behaviour.answerBytes).toBe(256);
  });

  test('6Cxx where more is asked for than there is', async () => {
    const [tooMuch, exact] = await talk(await cardThat({ exactLength: true, selectAnswer: 'without-label' }), select, '00a404000ba00000030800001000010018');
    expect([tooMuch, exact]).toEqual(['6c18', '61164f0ba00000030800001000010079074f05a0000003089000']);
  });
});

test('every switch is plain in a plain card, and none is without a place in the control', () => {
  expect(behaviourSchema.parse(plainBehaviour)).toEqual(plainBehaviour);
  expect(() => behaviourSchema.partial().parse({ unheardOf: true })).toThrow();
});

test('behaves from the next command on, and is as issued again', async () => {
  const card = await cardThat({ discovery: 'missing' });
  await talk(card, select);
  card.behave({ discovery: '4010' });
  expect(await talk(card, discovery)).toEqual([expect.stringContaining('4010')]);
  card.behave(null);
  expect(await talk(card, discovery)).toEqual(['6a82']);
});
