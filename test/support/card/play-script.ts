import type { CardEvent, CardStatus, SignInRefusal } from '../../../main/card/messages.ts';
import { digits } from '../../unit/card/cards.ts';
import type { ApduScript } from './apdu-script.ts';
import { readAtDesk, signInAtDesk } from './at-desk.ts';
import { cardSecrets } from './card-secrets.ts';
import { OneCardReader } from './one-card-reader.ts';
import { ScriptCard } from './script-card.ts';

/** What came of a script, in the words of the scripts' heads; `assertion` where the card signed. */
export interface Played {
  readonly tells: string;
  readonly ends: string | null;
  readonly shows: string | null;
  readonly leaves: string | null;
  readonly assertion: string | null;
  readonly isWiped: boolean;
}

const limits = { turnMs: 5000, workMs: 5000 };
const notTried = { ends: null, shows: null, leaves: null, assertion: null, isWiped: true } as const;

/** Has the driver read a scripted card and sign in with it. @throws {ScriptDeparture} where it leaves the script */
export async function playScript(script: ApduScript): Promise<Played> {
  const card = new ScriptCard(script, await cardSecrets(script.card));
  const reader = new OneCardReader({ protocol: script.protocol, answer: (command) => card.answer(command) });
  card.begin(script.reading);
  const read = await readAtDesk(reader, limits);
  card.begin(script.signingIn);
  if (read.kind !== 'read') return { tells: read.kind === 'failed' ? `failed ${read.failure}` : read.kind, ...notTried };
  const tells = wordsOfStatus(read.reading.status);
  if (read.reading.card === null || script.signingIn.length === 0) return { tells, ...notTried };
  const typed = digits(script.passcode);
  const { lastTryConfirmed } = script;
  const { event, status } = await signInAtDesk({ pcsc: reader, card: read.reading.card, typed, lastTryConfirmed, limits });
  card.end();
  if (reader.openContexts + reader.openCards > 0) throw new Error('The driver left something open');
  return {
    tells,
    ends: wordsOfOutcome(event),
    shows: status === null ? null : wordsOfStatus(status),
    leaves: reader.disposition === 'reset' ? 'reset' : 'left',
    assertion: event.type === 'signed' ? event.assertion : null,
    isWiped: typed.every((byte) => byte === 0),
  };
}

function wordsOfOutcome(event: CardEvent): string {
  return event.type === 'refused' ? wordsOfRefusal(event.refusal) : event.type;
}

function wordsOfStatus(status: CardStatus): string {
  if (status.kind === 'ready') return `ready, ${status.triesLeft ?? 'untold'} tries`;
  return status.kind === 'unusable' ? `unusable, ${status.reason}` : status.kind;
}

function wordsOfRefusal(refusal: SignInRefusal): string {
  switch (refusal.kind) {
    case 'wrong-passcode':
      return `refused, wrong-passcode, ${refusal.triesLeft ?? 'untold'} tries`;
    case 'failed':
      return `refused, failed: ${refusal.sentence.split('. ')[0]}`;
    default:
      return `refused, ${refusal.kind}`;
  }
}
