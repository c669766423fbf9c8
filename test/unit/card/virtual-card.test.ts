import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createDemonstrationCards } from '../../../simulator/card/index.ts';
import { PivCard } from '../../../simulator/card/piv-card.ts';
import { makeAtr } from '../../../simulator/card/virtual-card.ts';
import { authority, makeCard } from './cards.ts';
import { certificateIn, change, fetchAll, getCertificate, select, signP256, talk, unblock, verify } from './raw-commands.ts';

describe('the simulated PIV card', () => {
  test('is selected by its full name and by the beginning of it, and by no other', async () => {
    const card = await makeCard();
    const [full, truncated, provider, other] = await talk(card, select, '00a4040009a0000003080000100000', '00a4040005a00000030800', '00a4040005a00000000100');
    expect(full).toMatch(/^61..4f0ba000000308000010000100.*9000$/);
    expect([truncated, provider]).toEqual([full, full]);
    expect(other).toBe('6a82');
  });

  test('knows no PIV command before it is selected', async () => {
    expect(await talk(await makeCard(), '00cb3fff055c035fc10500')).toEqual(['6d00']);
  });

  test('gives long answers in parts, and forgets the rest at another command', async () => {
    const [, first, second, , none] = await talk(await makeCard(), select, '00cb3fff055c035fc10500', '00c00000ff', '00200080', '00c00000ff');
    expect(first).toMatch(/61..$/);
    expect(second).toMatch(/(61..|9000)$/);
    expect(none).toBe('6985');
  });

  test('keeps a right passcode over another SELECT of PIV and of an unknown name, not over power, reset or another application', async () => {
    const verified = ['9000'];
    const query = '00200080';
    const keep = async (...between: string[]) => (await talk(await makeCard(), select, verify('482916'), ...between, select, query)).slice(-1);
    expect(await keep()).toEqual(verified);
    expect(await keep('00a4040005a00000000100')).toEqual(verified);
    expect(await keep('00a4040008a00000015100000000')).toEqual(['63c3']);
    expect(await keep('0020ff80')).toEqual(['63c3']);
    for (const forget of ['reset', 'powerOff', 'powerOn'] as const) {
      const card = await makeCard();
      await talk(card, select, verify('482916'));
      card[forget]();
      expect((await talk(card, select, query)).at(-1)).toBe('63c3');
    }
  });

  test('counts wrong passcodes down, blocks, and is unblocked with its key', async () => {
    const card = await makeCard();
    expect(await talk(card, select, verify('111111'), verify('111111'), verify('111111'), verify('482916'), '00200080')).toEqual([
      expect.stringMatching(/9000$/), '63c2', '63c1', '63c0', '6983', '63c0',
    ]);
    expect(await talk(card, unblock('12345678', '654321'), verify('654321'))).toEqual(['9000', '9000']);
  });

  test('counts its unblocking key down too, and is then blocked for good', async () => {
    const card = await makeCard();
    card.block();
    const [, ...answers] = await talk(card, select, unblock('00000000', '654321'), unblock('00000000', '654321'), unblock('00000000', '654321'), unblock('12345678', '654321'), verify('482916'));
    expect(answers).toEqual(['63c2', '63c1', '63c0', '6983', '6983']);
  });

  test('changes its unblocking key, which opens nothing by itself', async () => {
    const card = await makeCard();
    const [, ...answers] = await talk(card, select, change('00000000', '87654321', '81'), change('12345678', '87654321', '81'), signP256, unblock('12345678', '654321'), unblock('87654321', '654321'), signP256);
    expect(answers).toEqual(['63c2', '9000', '6982', '63c2', '9000', '6982']);
  });

  test('changes its passcode, and has it verified then (part 2, section 3.2.2)', async () => {
    const [, ...answers] = await talk(await makeCard(), select, change('111111', '654321'), change('482916', '654321'), '00200080', verify('482916'), verify('654321'));
    expect(answers).toEqual(['63c2', '9000', '9000', '63c2', '9000']);
  });

  test('takes no new passcode that is none, and spends no try over it', async () => {
    const card = await makeCard();
    const [, ...answers] = await talk(card, select, change('482916', 'ABCDEF'), change('482916', '1234'), unblock('12345678', '1234'), '0024008008ffffffffffffffff');
    expect(answers).toEqual(['6a80', '6a80', '6a80', '6700']);
    expect(card.triesLeft).toBe(3);
  });

  test('a passcode of bad form costs no try', async () => {
    const card = await makeCard();
    expect((await talk(card, select, '0020008008ffffffffffffffff', '002000800431323334', '00200080')).slice(1)).toEqual(['6a80', '6700', '63c3']);
  });

  test('signs only after the passcode', async () => {
    const [, before, , after] = await talk(await makeCard(), select, signP256, verify('482916'), signP256);
    expect(before).toBe('6982');
    expect(after).toMatch(/^7c..82..30.*9000$/);
  });

  test('refuses a block that is not below its modulus', async () => {
    const template = Buffer.concat([Buffer.from('7c820106820081820100', 'hex'), Buffer.alloc(256, 0xff)]);
    const [first, last] = [template.subarray(0, 255), template.subarray(255)];
    const chain = [`1087079aff${first.toString('hex')}`, `0087079a0b${last.toString('hex')}00`];
    const answers = await talk(await makeCard({ algorithm: 'RSA-2048' }), select, verify('482916'), ...chain);
    expect(answers.slice(2)).toEqual(['9000', '6a80']);
  });

  test('another instruction drops a chain', async () => {
    const [, , , , answer] = await talk(await makeCard(), select, verify('482916'), `1087119a047c248200`, '00200080', `0087119a228120${'ab'.repeat(32)}00`);
    expect(answer).toBe('6a80');
  });

  test.each(['', '00', '00cb3f', '00cb3fff05', '00cb3fff055c03', '00cb3fff025c7f00', '0087119a037c820000'])('survives %j', async (command) => {
    const [, answer] = await talk(await makeCard(), select, command);
    expect(answer).toMatch(/^6/);
  });
});

test('an ATR ends with the check byte T=1 asks for', () => {
  const atr = makeAtr('LANYARD');
  expect(atr[1]! & 0x0f).toBe(7);
  expect(atr.subarray(1).reduce((sum, byte) => sum ^ byte, 0)).toBe(0);
});

describe('the cards for demonstration', () => {
  const cards = createDemonstrationCards(authority);
  const certificateOf = async (id: string): Promise<X509Certificate> => {
    const card = await cards.find((candidate) => candidate.id === id)!.card();
    await talk(card, select);
    return new X509Certificate(certificateIn((await fetchAll(card, getCertificate)).data));
  };
  const days = (date: string) => Math.round((Date.parse(date) - Date.now()) / 86_400_000);

  test('are told without being made', () => {
    expect(cards.map(({ id, userId, passcode, algorithm }) => [id, userId, passcode, algorithm])).toEqual([
      ['nair', '555254240100', '482916', 'RSA-2048'],
      ['okafor', '555254242102', '739154', 'P-256'],
      ['farrow', '555254243104', '604418', 'P-384'],
      ['idris', '555254244106', '318275', 'RSA-2048'],
      ['mcallister', '555254245108', '927461', 'P-256'],
      ['osei', '555254246101', '551903', 'RSA-2048'],
      ['brandt', '555254247103', '870264', 'RSA-3072'],
      ['loyalty', null, null, null],
    ]);
  });

  test('are made once', async () => {
    expect(await cards[1]!.card()).toBe(await cards[1]!.card());
  });

  test('bear the holder, and two years of validity', async () => {
    const certificate = await certificateOf('okafor');
    expect(certificate.subject).toContain('CN=Daniel OKAFOR\nserialNumber=555254242102');
    expect(days(certificate.validTo)).toBeGreaterThanOrEqual(730);
  });

  test('include an expired one, one that ends within the 90 days of renewal, and a revoked one', async () => {
    expect(days((await certificateOf('osei')).validTo)).toBe(-3);
    expect(days((await certificateOf('brandt')).validTo)).toBe(40);
    expect(authority.statusOf((await certificateOf('mcallister')).serialNumber)).toMatchObject({ reason: 'keyCompromise' });
    expect(authority.statusOf((await certificateOf('okafor')).serialNumber)).toBe('good');
  });

  test('are restored as issued: passcode, counters and behaviour', async () => {
    const card = await cards[1]!.card();
    if (!(card instanceof PivCard)) throw new Error('Not a PIV card');
    card.behave({ application: 'other' });
    card.block();
    await cards[1]!.restore();
    expect([(await talk(card, select))[0]?.slice(-4), card.triesLeft]).toEqual(['9000', 3]);
  });
});
