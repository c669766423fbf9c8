import { expect, test } from 'vitest';
import { createHearing } from '../../../simulator/card/hearing.ts';
import { makeAtr, type VirtualCard } from '../../../simulator/card/virtual-card.ts';

const card: VirtualCard & { powered: number } = {
  powered: 0,
  atr: makeAtr('TEST'),
  powerOn: () => void (card.powered += 1),
  powerOff: () => void (card.powered -= 1),
  reset: () => undefined,
  process: async (command) => Uint8Array.from([command.length, 0x90, 0x00]),
};

test('keeps who was asked what, by its first five bytes, and passes everything on', async () => {
  const hearing = createHearing();
  const heard = hearing.listenIn('nair', card);
  heard.powerOn();
  expect([heard.atr, card.powered]).toEqual([card.atr, 1]);
  expect(await heard.process(Buffer.from('0020008008343832393136ffff', 'hex'))).toEqual(Uint8Array.of(13, 0x90, 0x00));
  await heard.process(Buffer.from('00200080', 'hex'));
  expect(hearing.all).toEqual([{ card: 'nair', command: '0020008008' }, { card: 'nair', command: '00200080' }]);
  hearing.clear();
  expect(hearing.all).toEqual([]);
});
