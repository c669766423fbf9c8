import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CardLost, CardSignIn, CardSignInResult, SentPasscode } from '../../../../main/card/client.ts';
import type { CardServiceStatus, CardStatus } from '../../../../main/card/messages.ts';
import { MiddlewareCardClient, type CardService } from '../../../../main/card/middleware-client.ts';
import type { LookResult, TokenCard, TokenPasscodeChanged, TokenRefused, TokenSigned } from '../../../../main/card/pkcs11/client.ts';
import { lossReasons, unusable } from '../../../../main/card/sentences.ts';
import { statement } from '../cards.ts';

/** The card process's side: what it says of presence is all there is. */
class FakeCards implements CardService {
  status: CardServiceStatus = { kind: 'starting' };
  readonly asked: CardSignIn[] = [];
  readonly dropped: SentPasscode[] = [];
  readonly #status = new Set<(status: CardServiceStatus) => void>();
  readonly #lost = new Set<(lost: CardLost) => void>();
  stopped = false;

  start(): void {
    this.tell({ kind: 'running', readers: [] });
  }

  stop(): void {
    this.stopped = true;
  }

  onStatus(listener: (status: CardServiceStatus) => void): () => void {
    this.#status.add(listener);
    return () => this.#status.delete(listener);
  }

  onCardLost(listener: (lost: CardLost) => void): () => void {
    this.#lost.add(listener);
    return () => this.#lost.delete(listener);
  }

  get lostListeners(): number {
    return this.#lost.size;
  }

  sendPasscode(): SentPasscode {
    return { requestId: 1, channel: cardProcess };
  }

  dropPasscode(passcode: SentPasscode): void {
    this.dropped.push(passcode);
  }

  async signIn(request: CardSignIn): Promise<CardSignInResult> {
    this.asked.push(request);
    return { kind: 'signed', assertion: 'by piv', reader: request.reader, eventCounter: request.eventCounter };
  }

  async changePasscode({ reader, eventCounter }: Pick<CardSignIn, 'reader' | 'eventCounter'>) {
    return { kind: 'passcode-changed', reader, eventCounter } as const;
  }

  tell(status: CardServiceStatus): void {
    this.status = status;
    for (const listener of this.#status) listener(status);
  }

  /** One reader's card; the other readers stay out of it. */
  put(card: CardStatus, eventCounter = 4, name = 'Reader A'): void {
    this.tell({ kind: 'running', readers: [{ name, eventCounter, card }] });
  }

  lose(eventCounter = 4): void {
    for (const listener of this.#lost) listener({ reader: 'Reader A', eventCounter, reason: lossReasons.removed });
  }
}

const cardProcess = { post: () => undefined };
const tokenProcess = { post: () => undefined };

class FakeTokens {
  running = false;
  readonly looks: { reader: string; answer: (result: LookResult) => void }[] = [];
  readonly dropped: SentPasscode[] = [];
  readonly requests: TokenCard[] = [];
  answer: (result: TokenSigned | TokenRefused) => void = () => undefined;
  change: TokenPasscodeChanged | TokenRefused = { kind: 'passcode-changed', status: null };

  start(): void {
    this.running = true;
  }

  stop(): void {
    this.running = false;
  }

  look(reader: string): Promise<LookResult> {
    return new Promise((answer) => this.looks.push({ reader, answer }));
  }

  sendPasscode(): SentPasscode {
    return { requestId: 1, channel: tokenProcess };
  }

  owns({ channel }: SentPasscode): boolean {
    return channel === tokenProcess;
  }

  dropPasscode(passcode: SentPasscode): void {
    this.dropped.push(passcode);
  }

  signIn(card: TokenCard, _statement: unknown, { signal }: { signal?: AbortSignal } = {}): Promise<TokenSigned | TokenRefused> {
    this.requests.push(card);
    return new Promise((resolve) => {
      this.answer = resolve;
      signal?.addEventListener('abort', () => resolve({ kind: 'refused', refusal: { kind: 'cancelled' }, status: null }));
    });
  }

  async changePasscode(): Promise<TokenPasscodeChanged | TokenRefused> {
    return this.change;
  }
}

const ready = (commonName: string, triesLeft: number | null = null): Extract<CardStatus, { kind: 'ready' }> => ({
  kind: 'ready',
  driver: 'pkcs11',
  holder: { commonName, userId: null, certificate: `DER of ${commonName}`, notBefore: '', notAfter: '' },
  triesLeft,
  entry: 'keyboard',
  canChangePasscode: true,
});

const notPiv = unusable('not-piv');
const way = { close: () => undefined };

let cards: FakeCards;
let tokens: FakeTokens;
let client: MiddlewareCardClient;
let statuses: CardServiceStatus[];
let reported: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  cards = new FakeCards();
  tokens = new FakeTokens();
  statuses = [];
  reported = [];
  client = new MiddlewareCardClient({ cards, tokens, report: (error) => reported.push(error), lookAgainMs: [500, 1000], removalMs: 1000 });
  client.onStatus((status) => statuses.push(status));
  client.start();
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

const shown = (reader = 'Reader A'): CardStatus | undefined =>
  client.status.kind === 'running' ? client.status.readers.find(({ name }) => name === reader)?.card : undefined;

/** Answers the look that was asked for last and lets what follows from it happen. */
async function see(result: LookResult | CardStatus): Promise<void> {
  const isStatus = result.kind !== 'seen' && result.kind !== 'failed' && result.kind !== 'unusable-module';
  tokens.looks.at(-1)!.answer(isStatus ? ({ kind: 'seen', status: result } as LookResult) : result);
  await vi.advanceTimersByTimeAsync(0);
}

const request = (changes: Partial<CardSignIn> = {}): CardSignIn => {
  const place = { reader: 'Reader A', eventCounter: 4 };
  return { ...place, passcode: client.sendPasscode(place, way)!, statement, lastTryConfirmed: false, ...changes };
};

describe('a card', () => {
  test.each([
    ['ready', { ...ready('Piv'), driver: 'piv' }],
    ['being read', { kind: 'reading' }],
    ['mute', unusable('mute')],
    ['blocked', unusable('blocked')],
    ['in use', unusable('in-use')],
  ] as const)('that is %s for the card process is none of the middleware’s', (_name, card) => {
    cards.put(card as CardStatus);
    expect(tokens.looks).toEqual([]);
    expect(shown()).toEqual(card);
  });

  test.each(['not-piv', 'no-certificate'] as const)('that is "%s" is shown as being read until the middleware says what it is', async (reason) => {
    cards.put(unusable(reason));
    expect(shown()).toEqual({ kind: 'reading' });
    expect(tokens.looks).toMatchObject([{ reader: 'Reader A' }]);
    await see(ready('Token'));
    expect(shown()).toEqual(ready('Token'));
    expect(statuses.at(-1)).toEqual(client.status);
  });

  test('that the middleware finds blocked is blocked', async () => {
    cards.put(notPiv);
    await see(unusable('blocked'));
    expect(shown()).toEqual(unusable('blocked'));
  });

  test('is asked for once, whatever else is told of it', async () => {
    cards.put(notPiv);
    cards.put(notPiv);
    await see(ready('Token'));
    cards.put(notPiv);
    expect(tokens.looks).toHaveLength(1);
    expect(shown()).toEqual(ready('Token'));
  });

  test('that the middleware does not see at once is looked for again', async () => {
    cards.put(notPiv);
    await see({ kind: 'none' });
    expect(shown()).toMatchObject({ kind: 'unusable', reason: 'not-piv', sentence: expect.stringContaining('middleware') });
    await vi.advanceTimersByTimeAsync(500);
    expect(tokens.looks).toHaveLength(2);
    await see(ready('Token'));
    expect(shown()).toEqual(ready('Token'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tokens.looks).toHaveLength(2);
  });

  test('over which the middleware fails again and again is given up, with a sentence', async () => {
    cards.put(notPiv);
    for (const pause of [500, 1000]) {
      await see({ kind: 'failed' });
      expect(shown()).toEqual({ kind: 'reading' });
      await vi.advanceTimersByTimeAsync(pause);
    }
    await see({ kind: 'failed' });
    expect(shown()).toMatchObject({ kind: 'unusable', sentence: expect.stringContaining('did not answer') });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tokens.looks).toHaveLength(3);
  });

  test('for which there is no usable module says which file, and other cards go on', async () => {
    cards.put(notPiv);
    await see({ kind: 'unusable-module', sentence: 'no /opt/lib.so' });
    expect(shown()).toEqual({ ...notPiv, sentence: 'no /opt/lib.so' });
    cards.put({ ...ready('Piv'), driver: 'piv' }, 6);
    expect(shown()).toMatchObject({ kind: 'ready', driver: 'piv' });
  });

  test('taken out before the middleware answered is not shown', async () => {
    cards.put(notPiv);
    cards.put({ kind: 'none' }, 5);
    await see(ready('Token'));
    expect(shown()).toEqual({ kind: 'none' });
  });

  test('of an earlier counter is not shown for the one that is there now', async () => {
    cards.put(notPiv, 4);
    const [first] = tokens.looks;
    cards.put(notPiv, 6);
    expect(tokens.looks).toHaveLength(2);
    first!.answer({ kind: 'seen', status: ready('Earlier') });
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()).toEqual({ kind: 'reading' });
    await see(ready('Now'));
    expect(shown()).toEqual(ready('Now'));
  });

  test('of an earlier service is not shown for one that is there under the same counter now', async () => {
    cards.put(notPiv);
    const [first] = tokens.looks;
    cards.tell({ kind: 'unavailable', sentence: 'gone' });
    cards.put(notPiv);
    first!.answer({ kind: 'seen', status: ready('Earlier') });
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()).toEqual({ kind: 'reading' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tokens.looks).toHaveLength(2);
  });

  test('in one of two readers that a module cannot tell apart is not asked for', () => {
    const names = [`${'x'.repeat(64)} 00`, `${'x'.repeat(64)} 01`] as const;
    cards.tell({ kind: 'running', readers: [{ name: names[0], eventCounter: 1, card: notPiv }, { name: names[1], eventCounter: 1, card: { kind: 'none' } }] });
    expect(tokens.looks).toEqual([]);
    expect(shown(names[0])).toMatchObject({ kind: 'unusable', sentence: expect.stringContaining('cannot tell apart') });
  });
});

describe('the middleware', () => {
  test('runs while the smartcard service does, and begins anew after it was away', async () => {
    expect(tokens.running).toBe(true);
    cards.put(notPiv);
    await see(ready('Token'));
    cards.tell({ kind: 'unavailable', sentence: 'gone' });
    expect(tokens.running).toBe(false);
    expect(client.status).toEqual({ kind: 'unavailable', sentence: 'gone' });
    cards.put(notPiv);
    expect(tokens.running).toBe(true);
    expect(shown()).toEqual({ kind: 'reading' });
    expect(tokens.looks).toHaveLength(2);
  });

  test('does not run before the service does', () => {
    const early = new FakeTokens();
    const starting = new FakeCards();
    const quiet = new MiddlewareCardClient({ cards: starting, tokens: early, report: () => undefined });
    starting.tell({ kind: 'starting' });
    expect(early.running).toBe(false);
    quiet.start();
    expect(early.running).toBe(true);
  });

  test('ends with the card client', () => {
    client.stop();
    expect([cards.stopped, tokens.running]).toEqual([true, false]);
  });
});

describe('losses', () => {
  test('are the card process’s to tell', () => {
    const lost: CardLost[] = [];
    client.onCardLost((loss) => lost.push(loss));
    cards.lose();
    expect(lost).toMatchObject([{ reader: 'Reader A', eventCounter: 4 }]);
  });

  test('a listener that throws keeps nobody from hearing', () => {
    const heard: CardServiceStatus[] = [];
    const failing = new MiddlewareCardClient({ cards, tokens, report: (error) => reported.push(error) });
    failing.onStatus(() => {
      throw new Error('a listener’s');
    });
    failing.onStatus((status) => heard.push(status));
    cards.put({ kind: 'none' });
    expect(heard).toHaveLength(1);
    expect(reported).toMatchObject([{ message: 'a listener’s' }]);
  });
});

describe('a sign-in', () => {
  async function withToken(): Promise<void> {
    cards.put(notPiv);
    await see(ready('Token'));
  }

  test('of a card of the card process goes there, passcode and all', async () => {
    cards.put({ ...ready('Piv'), driver: 'piv' });
    const asked = request();
    expect(asked.passcode).toMatchObject({ channel: cardProcess });
    expect(await client.signIn(asked)).toMatchObject({ kind: 'signed', assertion: 'by piv' });
    expect(tokens.requests).toEqual([]);
  });

  test('of a card of the middleware goes to it, passcode and all', async () => {
    await withToken();
    const asked = request({ lastTryConfirmed: true });
    expect(asked.passcode).toMatchObject({ channel: tokenProcess });
    const answer = client.signIn(asked);
    expect(tokens.requests).toEqual([{ reader: 'Reader A', certificate: 'DER of Token', passcode: asked.passcode, lastTryConfirmed: true }]);
    tokens.answer({ kind: 'signed', assertion: 'by token', status: ready('Token') });
    expect(await answer).toEqual({ kind: 'signed', assertion: 'by token', reader: 'Reader A', eventCounter: 4 });
    expect(cards.asked).toEqual([]);
    expect(cards.lostListeners).toBe(0);
  });

  test('tells what became of the tries', async () => {
    await withToken();
    const answer = client.signIn(request());
    tokens.answer({ kind: 'refused', refusal: { kind: 'wrong-passcode', triesLeft: 1 }, status: ready('Token', 1) });
    expect(await answer).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: 1 } });
    expect(shown()).toEqual(ready('Token', 1));
  });

  test('whose card is lost meanwhile is given up at once: card gone', async () => {
    await withToken();
    const answer = client.signIn(request());
    cards.lose();
    cards.put({ kind: 'none' }, 5);
    expect(await answer).toMatchObject({ kind: 'refused', refusal: { kind: 'card-gone' } });
  });

  test('signed for a card that is no longer there, or is another by now, does not count', async () => {
    await withToken();
    const gone = client.signIn(request());
    cards.put({ kind: 'none' }, 5);
    tokens.answer({ kind: 'signed', assertion: 'too late', status: null });
    expect(await gone).toMatchObject({ kind: 'refused', refusal: { kind: 'card-gone' } });
    cards.put(notPiv);
    await see(ready('Token'));
    const changed = client.signIn(request());
    cards.put(notPiv, 6);
    tokens.answer({ kind: 'signed', assertion: 'too late', status: null });
    expect(await changed).toMatchObject({ kind: 'refused', refusal: { kind: 'card-changed' } });
  });

  test('signed while the service is away does not count', async () => {
    await withToken();
    const answer = client.signIn(request());
    cards.tell({ kind: 'unavailable', sentence: 'gone' });
    tokens.answer({ kind: 'signed', assertion: 'unproven', status: null });
    expect(await answer).toMatchObject({ kind: 'refused', refusal: { kind: 'card-gone' } });
  });

  test('lost and back under the same counter does not count either', async () => {
    await withToken();
    const answer = client.signIn(request());
    cards.lose();
    expect(await answer).toMatchObject({ refusal: { kind: 'card-gone' } });
  });

  test('over which the module failed waits a moment for the card process to see the card go', async () => {
    await withToken();
    const answer = client.signIn(request());
    tokens.answer({ kind: 'refused', refusal: { kind: 'failed', sentence: 'failed' }, status: null });
    await vi.advanceTimersByTimeAsync(400);
    cards.lose();
    expect(await answer).toMatchObject({ refusal: { kind: 'card-gone' } });
    const again = client.signIn(request());
    tokens.answer({ kind: 'refused', refusal: { kind: 'failed', sentence: 'failed' }, status: null });
    await vi.advanceTimersByTimeAsync(1000);
    expect(await again).toMatchObject({ refusal: { kind: 'failed', sentence: 'failed' } });
  });

  test('that is given up is cancelled', async () => {
    await withToken();
    const cancel = new AbortController();
    const answer = client.signIn(request(), { signal: cancel.signal });
    cancel.abort();
    expect(await answer).toMatchObject({ refusal: { kind: 'cancelled' } });
  });

  test('with a passcode that set out for the middleware is not asked of another card: the passcode is wiped', async () => {
    await withToken();
    const asked = request();
    cards.put({ ...ready('Piv'), driver: 'piv' }, 6);
    expect(await client.signIn(asked)).toMatchObject({ refusal: { kind: 'card-changed' } });
    expect(tokens.dropped).toEqual([asked.passcode]);
    expect(cards.asked).toEqual([]);
  });

  test('a passcode is dropped where it went', async () => {
    await withToken();
    client.dropPasscode(request().passcode as SentPasscode);
    cards.put({ ...ready('Piv'), driver: 'piv' }, 6);
    client.dropPasscode({ requestId: 1, channel: cardProcess });
    expect([tokens.dropped.length, cards.dropped.length]).toEqual([1, 1]);
  });
});

describe('a change of passcode', () => {
  test('goes to whoever has the card', async () => {
    cards.put({ ...ready('Piv'), driver: 'piv' });
    expect(await client.changePasscode(request())).toMatchObject({ kind: 'passcode-changed' });
    cards.put(notPiv, 4);
    await see(ready('Token'));
    tokens.change = { kind: 'refused', refusal: { kind: 'unfit-replacement', fault: 'run' }, status: ready('Token') };
    expect(await client.changePasscode(request())).toMatchObject({ refusal: { kind: 'unfit-replacement', fault: 'run' } });
  });
});
