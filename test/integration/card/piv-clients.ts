import { createHash, verify, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { whyNoPcscd, type PcscdNamespace } from './pcscd-namespace.ts';

/** Programs of others that know PIV cards. What they accept is PIV, and not only our own reading of it. */

/** ykcs11 leaves readers alone whose name does not begin so. */
export const readerOfYubico = 'Yubico Virtual';

/** Yubico's PKCS#11 module, where Debian has it. */
export const ykcs11 = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/libykcs11.so.2`;

const programs = { opensc: ['opensc-tool', 'pkcs15-tool', 'pkcs11-tool'], 'yubico-piv-tool': ['yubico-piv-tool'] };

/** Why they cannot be run on this computer, or `null`. */
export function whyNoClients(): string | null {
  const absent = Object.entries(programs).filter(([, tools]) => tools.some((tool) => !existsSync(`/usr/bin/${tool}`))).map(([name]) => name);
  if (!existsSync(ykcs11)) absent.push('ykcs11');
  return whyNoPcscd() ?? (absent.length > 0 ? `${absent.join(', ')} not installed` : null);
}

/** PKCS#11 modules by what a person calls them, with the words that choose them and their key for PIV authentication. */
const modules = { OpenSC: [], ykcs11: ['--module', ykcs11] } as const;

/** What is signed: nobody but the test ever reads it. */
const message = Buffer.from('signed through PKCS #11');

/** Whose programs to ask: Yubico's own never talk T=0. */
export type Clients = readonly ('OpenSC' | 'Yubico')[];

/** The questions that every PIV card must answer to everybody. The card is in the reader before they begin. */
export function testWithOtherClients(namespace: () => PcscdNamespace, passcode: string, clients: Clients = ['OpenSC', 'Yubico']): void {
  const chosen = Object.entries(modules).filter(([name]) => name === 'OpenSC' || clients.includes('Yubico'));

  test('OpenSC calls it a PIV card', async () => {
    const { code, output } = await namespace().run('opensc-tool', '-n');
    expect([code, output]).toEqual([0, expect.stringContaining('Personal Identity Verification Card')]);
  });

  test('OpenSC finds its certificate', async () => {
    const { code, output } = await namespace().run('pkcs15-tool', '--list-certificates');
    expect([code, output]).toEqual([0, expect.stringContaining('Certificate for PIV Authentication')]);
  });

  test.each(chosen)('%s logs in and finds nothing amiss', async (_name, choice) => {
    const { code, output } = await namespace().run('pkcs11-tool', ...choice, '--login', '--pin', passcode, '--test');
    expect([code, output]).toEqual([0, expect.stringContaining('No errors')]);
  });

  test.each(chosen)('what %s signs with it, its certificate verifies', async (_name, choice) => {
    const key = await publicKeyOf(namespace());
    const { signature, hash } = await signThrough(namespace(), choice, passcode, key);
    expect(verify(hash, message, key, signature)).toBe(true);
  });

  test.skipIf(!clients.includes('Yubico'))('yubico-piv-tool tells its certificate and verifies its passcode', async () => {
    const { code, output } = await namespace().run('yubico-piv-tool', '-r', readerOfYubico, '-a', 'status', '-a', 'verify-pin', '-P', passcode);
    expect(code).toBe(0);
    expect(output).toMatch(/Slot 9a:\s+Algorithm:/);
    expect(output).toContain('Successfully verified PIN.');
  });
}

async function publicKeyOf(namespace: PcscdNamespace): Promise<X509Certificate['publicKey']> {
  const { output } = await namespace.run('pkcs15-tool', '--read-certificate', '1');
  return new X509Certificate(output.slice(output.indexOf('-----BEGIN'))).publicKey;
}

async function signThrough(namespace: PcscdNamespace, choice: readonly string[], passcode: string, key: X509Certificate['publicKey']): Promise<{ signature: Buffer; hash: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'lanyard-client-'));
  try {
    const isRsa = key.asymmetricKeyType === 'rsa';
    const hash = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256';
    const [input, output] = [join(folder, 'input'), join(folder, 'signature')];
    writeFileSync(input, isRsa ? message : createHash(hash).update(message).digest());
    const mechanism = isRsa ? ['-m', 'SHA256-RSA-PKCS'] : ['-m', 'ECDSA', '--signature-format', 'openssl'];
    const signing = await namespace.run('pkcs11-tool', ...choice, '--login', '--pin', passcode, '--sign', ...mechanism, '--id', '01', '-i', input, '-o', output);
    expect(signing).toMatchObject({ code: 0 });
    return { signature: readFileSync(output), hash };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
