import { PcscError, pcscCodes } from '../../../main/card/pcsc/errors.ts';
import type { ApduScript, Exchange, Token } from './apdu-script.ts';
import { certificateObject, signatureAnswer, type CardSecrets } from './card-secrets.ts';

/** The driver did something else than the script says. */
export class ScriptDeparture extends Error {
  override readonly name = 'ScriptDeparture';
}

/** Plays the exchanges of a script, one after the other: the card in the reader. */
export class ScriptCard {
  readonly #secrets: CardSecrets;
  readonly #certificate: Uint8Array;
  readonly #passcode: Uint8Array;
  readonly #exchanges: Exchange[] = [];
  #input = Buffer.alloc(0);
  /** What is left of the value that is being answered. */
  #value: { readonly name: string; rest: Uint8Array } = { name: '', rest: new Uint8Array(0) };

  constructor(script: ApduScript, secrets: CardSecrets) {
    this.#secrets = secrets;
    this.#certificate = certificateObject(secrets, script.stored);
    this.#passcode = Buffer.alloc(8, 0xff);
    this.#passcode.set(Buffer.from(script.passcode, 'ascii'));
  }

  /** The exchanges that come next. @throws {ScriptDeparture} where some of those before were not used */
  begin(exchanges: readonly Exchange[]): void {
    this.end();
    this.#exchanges.push(...exchanges);
  }

  /** @throws {ScriptDeparture} where some were not used */
  end(): void {
    const [left] = this.#exchanges;
    if (left) throw new ScriptDeparture(`Nobody sent the command of line ${left.line}`);
  }

  answer(command: Uint8Array): Uint8Array {
    const [exchange] = this.#exchanges;
    const sent = Buffer.from(command).toString('hex');
    if (!exchange) throw new ScriptDeparture(`The script expects nothing more, not ${sent}`);
    if (!this.#matches(exchange.command, command)) throw new ScriptDeparture(`Line ${exchange.line} is not ${sent}`);
    const { answer } = exchange;
    const bytes = 'fails' in answer ? null : Uint8Array.from(answer.flatMap((token) => this.#say(token)));
    if (!exchange.repeats || this.#value.rest.length === 0) this.#exchanges.shift();
    if ('fails' in answer) throw new PcscError(pcscCodes[answer.fails], 'SCardTransmit');
    return bytes!;
  }

  #matches(tokens: readonly Token[], command: Uint8Array): boolean {
    let offset = 0;
    for (const token of tokens) {
      const expected = this.#expect(token, command.subarray(offset));
      if (!Buffer.from(command.subarray(offset, offset + expected.length)).equals(expected)) return false;
      offset += expected.length;
    }
    return offset === command.length;
  }

  #expect(token: Token, rest: Uint8Array): Uint8Array {
    if (typeof token === 'number') return Uint8Array.of(token);
    // A byte that is not there equals no byte.
    if (token === 'any') return rest.length > 0 ? rest.subarray(0, 1) : Uint8Array.of(0);
    if (token.value === 'passcode') return this.#passcode;
    if (token.value === 'left') return Uint8Array.of(this.#leftByte());
    if (token.value !== 'input' || token.count === null) throw new ScriptDeparture(`A command cannot hold {${token.value}} so`);
    const input = rest.subarray(0, token.count);
    this.#input = Buffer.concat([this.#input, input]);
    return input.length === token.count ? input : Uint8Array.of(...input, 0);
  }

  #say(token: Token): readonly number[] {
    if (typeof token === 'number') return [token];
    if (token === 'any') throw new ScriptDeparture('An answer says which byte');
    if (token.value === 'more') return this.#value.rest.length === 0 ? [0x90, 0x00] : [0x61, this.#leftByte()];
    if (token.value !== 'certificate' && token.value !== 'signature') throw new ScriptDeparture(`An answer cannot hold {${token.value}}`);
    return this.#sayValue(token.value, token.count);
  }

  #sayValue(name: 'certificate' | 'signature', count: number | null): readonly number[] {
    const isGoingOn = this.#value.name === name && this.#value.rest.length > 0;
    if (!isGoingOn) this.#value = { name, rest: name === 'certificate' ? this.#certificate : this.#sign() };
    const { rest } = this.#value;
    const length = Math.min(count ?? rest.length, rest.length);
    this.#value.rest = rest.subarray(length);
    return [...rest.subarray(0, length)];
  }

  #sign(): Uint8Array {
    const input = this.#input;
    this.#input = Buffer.alloc(0);
    return signatureAnswer(this.#secrets, input);
  }

  #leftByte(): number {
    const left = this.#value.rest.length;
    return left > 255 ? 0x00 : left;
  }
}
