import { spawn, spawnSync } from 'node:child_process';

/** Whether the openssl command line is there. */
export const hasOpenssl = (): boolean => spawnSync('openssl', ['version']).status === 0;

/** Runs it to its end. @throws Error with what it said */
export function openssl(folder: string, ...parameters: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', parameters, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`openssl ${parameters[0]} ended with ${status}: ${stderr}`);
}

/** The private key's operation on `input`: a digest for elliptic curves, a whole block for RSA. `null` where it refuses. */
export function operate(keyFile: string, isRsa: boolean, input: Buffer): Promise<Buffer | null> {
  // RSA decryption without padding is the bare operation; `-sign` wants a digest, and would take no whole block.
  const operation = isRsa ? ['-decrypt', '-pkeyopt', 'rsa_padding_mode:none'] : ['-sign'];
  const child = spawn('openssl', ['pkeyutl', ...operation, '-inkey', keyFile], { stdio: ['pipe', 'pipe', 'ignore'], timeout: 20_000 });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  // It may refuse before it has read everything: its exit says so.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code === 0 ? Buffer.concat(parts) : null));
  });
}
