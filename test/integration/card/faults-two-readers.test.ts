import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lossReasons } from '../../../main/card/sentences.ts';
import { FaultRig, readerNames } from './fault-rig.ts';
import { whyNoPcscd } from './pcscd-namespace.ts';
import { verified } from './watched-client.ts';

/** Two readers with a card each: what happens to one says nothing of the other. */
const missing = whyNoPcscd();

describe.skipIf(missing !== null)(`two readers${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let rig: FaultRig;

  beforeAll(async () => {
    rig = await FaultRig.open();
  });

  beforeEach(async () => {
    await rig.startClient();
    await rig.insert('nair', null, 1);
    await rig.insert('okafor', null, 2);
    await rig.watched.until(() => readerNames.every((name) => rig.watched.readerNamed(name)?.card.kind === 'ready'));
  });

  afterEach(() => rig.reset());
  afterAll(() => rig?.close());

  const holderIn = (name: string): string | null => {
    const card = rig.watched.readerNamed(name)?.card;
    return card?.kind === 'ready' ? card.holder.commonName : null;
  };

  test('each says whose card it holds', () => {
    expect(readerNames.map(holderIn)).toEqual(['Priya NAIR', 'Daniel OKAFOR']);
  });

  test.each([[0, 'nair', 1], [1, 'okafor', 0]] as const)('the card of reader %i (%s) signs in; the other leaving is not its loss, its own leaving is', async (own, card, other) => {
    const mine = rig.watched.readerNamed(readerNames[own])!;
    await verified(await rig.signIn(card, mine), mine.card);
    await rig.ask({ do: 'remove', reader: other + 1 });
    await rig.watched.until(() => rig.watched.readerNamed(readerNames[other])?.card.kind === 'none');
    expect(rig.watched.lost).toMatchObject([{ reader: readerNames[other], reason: lossReasons.removed }]);
    await rig.ask({ do: 'remove', reader: own + 1 });
    await rig.watched.until(() => rig.watched.readerNamed(readerNames[own])?.card.kind === 'none');
    expect(rig.watched.lost.slice(1)).toMatchObject([{ reader: mine.name, eventCounter: mine.eventCounter, reason: lossReasons.removed }]);
  });

  test('the passcode for one card never reaches the other', async () => {
    const mine = rig.watched.readerNamed(readerNames[0])!;
    const before = await rig.timesAsked('okafor', 'verify');
    await verified(await rig.signIn('nair', mine), mine.card);
    expect(await rig.timesAsked('okafor', 'verify')).toBe(before);
  });

  test('the cards changing places are two losses, and both are read anew', async () => {
    await rig.ask({ do: 'remove' });
    await rig.insert('okafor', null, 1);
    await rig.insert('nair', null, 2);
    await rig.watched.until(() => holderIn(readerNames[0]) === 'Daniel OKAFOR' && holderIn(readerNames[1]) === 'Priya NAIR');
    expect(new Set(rig.watched.lost.map(({ reader }) => reader))).toEqual(new Set(readerNames));
  });
});
