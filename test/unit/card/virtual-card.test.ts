import { describe, expect, test } from 'vitest';
import { createDemonstrationCards } from '../../../simulator/card/index.ts';
import type { PivCard } from '../../../simulator/card/piv-card.ts';
import { makeAtr } from '../../../simulator/card/virtual-card.ts';
import { authority, makeCard } from './cards.ts';

const select = '00a404000ba00000030800001000010000';
const verify = (digits: string) => `0020008008${Buffer.from(digits).toString('hex').padEnd(16, 'f')}`;

async function talk(card: PivCard, ...commands: readonly string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const command of commands) answers.push(Buffer.from(await card.process(Buffer.from(command, 'hex'))).toString('hex'));
  return answers;
}

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
    const unblock = `002c008010${Buffer.from('12345678').toString('hex')}${Buffer.from('654321').toString('hex')}ffff`;
    expect(await talk(card, unblock, verify('654321'))).toEqual(['9000', '9000']);
  });

  test('changes its passcode', async () => {
    const change = (old: string) => `0024008010${Buffer.from(old).toString('hex')}ffff${Buffer.from('654321').toString('hex')}ffff`;
    expect((await talk(await makeCard(), select, change('111111'), change('482916'), verify('654321'))).slice(1)).toEqual(['63c2', '9000', '9000']);
  });

  test('a passcode of bad form costs no try', async () => {
    const card = await makeCard();
    expect((await talk(card, select, '0020008008ffffffffffffffff', '002000800431323334', '00200080')).slice(1)).toEqual(['6a80', '6700', '63c3']);
  });

  test('signs only after the passcode', async () => {
    const sign = `0087119a267c2482008120${'ab'.repeat(32)}00`;
    const [, before, , after] = await talk(await makeCard(), select, sign, verify('482916'), sign);
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

test('the cards for demonstration', async () => {
  const cards = await createDemonstrationCards(authority);
  expect(cards.map(({ id, userId, passcode, algorithm }) => [id, userId, passcode, algorithm])).toEqual([
    ['nair', '555254240100', '482916', 'RSA-2048'],
    ['okafor', '555254242102', '739154', 'P-256'],
    ['loyalty', null, null, null],
  ]);
});
