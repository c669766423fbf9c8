import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { encodeCommand, exchange, ExchangeError, exchangeBounds, perform } from '../../../main/card/apdu.ts';
import { answeringChannel, scriptedChannel } from './scripted-channel.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const ask = { ins: 0xcb, p1: 0x3f, p2: 0xff, answers: true } as const;

describe('commands', () => {
  const tell = { ins: 0x20, p1: 0, p2: 0x80, answers: false } as const;
  const data = Uint8Array.of(1, 2);

  test.each([
    ['nothing, T=1', tell, 'T=1', '00200080'],
    ['nothing, T=0', tell, 'T=0', '0020008000'],
    ['data, T=1', { ...tell, data }, 'T=1', '00200080020102'],
    ['data, T=0', { ...tell, data }, 'T=0', '00200080020102'],
    ['an answer, T=1', ask, 'T=1', '00cb3fff00'],
    ['data and an answer, T=1', { ...ask, data }, 'T=1', '00cb3fff02010200'],
    ['data and an answer, T=0, without Le', { ...ask, data }, 'T=0', '00cb3fff020102'],
  ] as const)('with %s', (_name, request, protocol, expected) => {
    expect(hex(encodeCommand(0, request, protocol))).toBe(expected);
  });
});

describe('an exchange', () => {
  test('collects an answer in parts', async () => {
    const channel = scriptedChannel([
      ['00cb3fff00', 'aabb 6103'],
      ['00c0000003', 'cc 6102'],
      ['00c0000002', 'ddee 9000'],
    ]);
    const answer = await exchange(channel, ask);
    expect([hex(answer.data), answer.sw]).toEqual(['aabbccddee', 0x9000]);
  });

  test('repeats once with the length the card wants', async () => {
    const channel = scriptedChannel([['00cb3fff00', '6c10'], ['00cb3fff10', 'aa 9000']]);
    expect(hex((await exchange(channel, ask)).data)).toBe('aa');
  });

  test('repeats GET RESPONSE with the length the card wants', async () => {
    const channel = scriptedChannel([['00cb3fff00', '6100'], ['00c0000000', '6c02'], ['00c0000002', 'aabb 9000']], 'T=0');
    expect(hex((await exchange(channel, ask)).data)).toBe('aabb');
  });

  test('gives up on a second correction', async () => {
    const channel = scriptedChannel([['00cb3fff00', '6c10'], ['00cb3fff10', '6c11']]);
    await expect(exchange(channel, ask)).rejects.toMatchObject({ fault: 'malformed' });
  });

  test('a command that asks for nothing is never sent twice: it may hold a passcode', async () => {
    const channel = scriptedChannel([['0020008008313233343536ffff', '6c02']]);
    const verify = { ins: 0x20, p1: 0, p2: 0x80, answers: false, data: Buffer.from('313233343536ffff', 'hex') };
    expect((await exchange(channel, verify)).sw).toBe(0x6c02);
    expect(channel.sent).toHaveLength(1);
  });

  test('gives up on a card that has more to say and says nothing', async () => {
    const channel = scriptedChannel([['00cb3fff00', 'aa 6101'], ['00c0000001', '6101']]);
    await expect(exchange(channel, ask)).rejects.toMatchObject({ fault: 'malformed' });
  });

  test('a command for its effect alone leaves the answer with the card', async () => {
    const select = { ins: 0xa4, p1: 4, p2: 0, answers: true, data: Uint8Array.of(0xa0) };
    const fetched = scriptedChannel([['00a4040001a0', '6113']], 'T=0');
    expect(await perform(fetched, select)).toBe(0x9000);
    const corrected = scriptedChannel([['00a4040001a000', '6c13'], ['00a4040001a013', '6a82']]);
    expect(await perform(corrected, select)).toBe(0x6a82);
  });

  test('chains data longer than 255 bytes and stops where the card refuses a part', async () => {
    const data = new Uint8Array(266).fill(7);
    const channel = scriptedChannel([[/^10cb3fffff(07){255}$/, '9000'], [/^00cb3fff0b(07){11}00$/, '9000']]);
    expect((await exchange(channel, { ...ask, data })).sw).toBe(0x9000);
    const refusing = scriptedChannel([[/^10cb3fff/, '6883']]);
    expect((await exchange(refusing, { ...ask, data })).sw).toBe(0x6883);
    expect(refusing.sent).toHaveLength(1);
  });

  test.each(['', '90'])('takes fewer than two bytes (%s) for a mute card', async (answer) => {
    await expect(exchange(scriptedChannel([['00cb3fff00', answer]]), ask)).rejects.toMatchObject({ fault: 'mute' });
  });

  test('ends with a card that never ends its answer', async () => {
    let asked = 0;
    const channel = answeringChannel((_command, count) => {
      asked = count + 1;
      return Uint8Array.of(0xaa, 0x61, 0x01);
    });
    await expect(exchange(channel, ask)).rejects.toMatchObject({ fault: 'too-long' });
    expect(asked).toBe(exchangeBounds.getResponses + 1);
  });

  test('ends with a card that answers more than 64 KiB', async () => {
    const large = new Uint8Array(1002).fill(0xaa);
    large.set([0x61, 0x00], 1000);
    await expect(exchange(answeringChannel(() => large), ask)).rejects.toMatchObject({ fault: 'too-long' });
  });

  test('wipes every command it sent', async () => {
    const sent: Uint8Array[] = [];
    const channel = answeringChannel((command) => {
      sent.push(command);
      return Uint8Array.of(0x90, 0x00);
    });
    await exchange(channel, { ...ask, data: new Uint8Array(300).fill(0x31) });
    expect(sent).toHaveLength(2);
    expect(sent.every((command) => command.every((byte) => byte === 0))).toBe(true);
  });

  test('any card leads to an answer or an ExchangeError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1 }), async (answers) => {
        const channel = answeringChannel((_command, count) => answers[count % answers.length]!);
        const result = await exchange(channel, ask).catch((error: unknown) => error);
        expect(result instanceof ExchangeError || typeof (result as { sw: unknown }).sw === 'number').toBe(true);
      }),
    );
  });
});
