import { nativePcsc } from '../../../main/card/pcsc/native.ts';
import { changePivPasscode } from '../../../main/card/piv/change-passcode.ts';
import { readPivCard } from '../../../main/card/piv/read.ts';
import { signInWithPiv } from '../../../main/card/piv/sign-in.ts';
import { withTransaction } from '../../../main/card/transaction.ts';
import { unmask } from './masking.ts';

/**
 * The driver over the real PC/SC library in a process that gets its passcodes masked: the only plain ones in its memory are
 * those the driver made. (Node's own messages between processes keep copies, which the app's way of the passcode has not.)
 */

export interface ProbeRequest {
  readonly passcode: string;
  readonly replacement: string | null;
  /** One that is left unwiped, to show that it would be found. */
  readonly forgotten: string;
}

const limits = { turnMs: 5000, workMs: 10_000 };
const forgotten: Uint8Array[] = [];

async function serve(request: ProbeRequest): Promise<string> {
  forgotten.push(unmask(request.forgotten));
  const passcode = unmask(request.passcode);
  const replacement = request.replacement === null ? null : unmask(request.replacement);
  try {
    return await use(passcode, replacement);
  } finally {
    passcode.fill(0);
    replacement?.fill(0);
  }
}

async function use(passcode: Uint8Array, replacement: Uint8Array | null): Promise<string> {
  const pcsc = nativePcsc();
  const context = await pcsc.establish();
  const [reader] = await context.listReaders();
  await context.release();
  return withTransaction(pcsc, reader!, limits, async (transaction, signal) => {
    const { card } = await readPivCard(transaction);
    const request = { card: card!, eventCounter: (await transaction.readEventCounter())!, lastTryConfirmed: false, signal };
    const issuedAt = Math.floor(Date.now() / 1000);
    const statement = { audience: 'http://127.0.0.1/identity', nonce: 'nonce', purpose: 'sign-in', issuedAt, expiresAt: issuedAt + 60, id: 'id' } as const;
    const { outcome } = replacement === null
      ? await signInWithPiv(transaction, { ...request, statement, passcode })
      : await changePivPasscode(transaction, { ...request, passcode: { current: passcode, replacement } });
    return outcome.kind;
  });
}

process.on('disconnect', () => process.exit());
process.on('message', (request: ProbeRequest) => void serve(request).then((outcome) => process.send?.({ outcome })));
process.send?.('ready');
