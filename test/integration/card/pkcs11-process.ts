import type { ChildProcess } from 'node:child_process';
import type { Pkcs11Channel, TokenCard } from '../../../main/card/pkcs11/client.ts';
import { Pkcs11Client, type Pkcs11ClientOptions } from '../../../main/card/pkcs11/client.ts';
import type { Pkcs11Command } from '../../../main/card/pkcs11/messages.ts';
import { createChallenges } from '../../../simulator/identity/challenges.ts';
import { checkAssertion, type AssertionVerdict } from '../../../simulator/identity/assertion.ts';
import { readAuthorities } from '../../../simulator/identity/certificates.ts';
import type { SignInStatement } from '../../../main/card/messages.ts';
import { TypedWay } from './card-process.ts';

export const pkcs11ProcessModule = new URL('../../../main/card/pkcs11/process.ts', import.meta.url);

/** A forked PKCS #11 process as its client wants it, the module opened. */
export function pkcs11ChannelTo(child: ChildProcess, module: string): Pkcs11Channel {
  const post = (message: Pkcs11Command) => void (child.connected && child.send(message));
  post({ type: 'open', module, pinPad: 'use' });
  return {
    post,
    sendPasscodePort: (requestId, way) => {
      if (!(way instanceof TypedWay)) throw new Error('Not a way of these tests');
      post({ type: 'passcode', requestId, passcode: way.passcode, replacement: way.replacement });
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', () => listener()),
    kill: () => void child.kill('SIGKILL'),
  };
}

export const pkcs11Client = (open: () => Pkcs11Channel, options: Partial<Pkcs11ClientOptions> = {}): Pkcs11Client =>
  new Pkcs11Client({
    open,
    report: (error) => {
      throw error;
    },
    ...options,
  });

/** A card with a passcode on its way to it. */
export function withTyped(client: Pkcs11Client, card: Pick<TokenCard, 'reader' | 'certificate'>, passcode: string, replacement: string | null = null): TokenCard {
  const sent = client.sendPasscode(new TypedWay(passcode, replacement));
  if (!sent) throw new Error('There is no PKCS #11 process');
  return { ...card, passcode: sent, lastTryConfirmed: false };
}

/** The simulator's identity service, as far as it judges assertions. */
export class Judge {
  readonly #issuer = 'http://127.0.0.1/identity';
  readonly #challenges = createChallenges(Date.now);
  readonly #authorities: string;
  #id = 0;

  constructor(authorities: string) {
    this.#authorities = authorities;
  }

  statement(): SignInStatement {
    const issuedAt = Math.floor(Date.now() / 1000);
    return { audience: this.#issuer, nonce: this.#challenges.issue('sign-in'), purpose: 'sign-in', issuedAt, expiresAt: issuedAt + 60, id: `id-${++this.#id}` };
  }

  verdict(assertion: string): Promise<AssertionVerdict> {
    return checkAssertion(assertion, { issuer: this.#issuer, authorities: readAuthorities(this.#authorities), challenges: this.#challenges, seen: new Set(), isRevoked: () => false, now: Date.now });
  }
}
