import { createHash, verify, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askHost } from './card-process.ts';
import { openPcscdNamespace, whyNoPcscd, type PcscdNamespace } from './pcscd-namespace.ts';

/** The simulator's card against programs of others: what they accept is PIV, and not only our own reading of it. */
const tools = ['opensc-tool', 'pkcs15-tool', 'pkcs11-tool', 'yubico-piv-tool'];
const absent = tools.filter((tool) => !existsSync(`/usr/bin/${tool}`));
const missing = whyNoPcscd() ?? (absent.length > 0 ? `${absent.join(', ')} not installed` : null);

describe.skipIf(missing !== null)(`other programs accept the simulated card${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let namespace: PcscdNamespace;
  let ask: ReturnType<typeof askHost>;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lanyard-card-'));
    namespace = await openPcscdNamespace();
    await namespace.startPcscd();
    ask = askHost(namespace.fork(new URL('./card-host.ts', import.meta.url)));
    await ask({ do: 'start', kind: 'either' });
  });

  afterAll(async () => {
    await namespace?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.each([['nair', '482916'], ['okafor', '739154'], ['larger-curve', '246813']])('%s', (card, passcode) => {
    beforeAll(async () => {
      await ask({ do: 'insert', card });
    });

    test('OpenSC calls it a PIV card', async () => {
      const { code, output } = await namespace.run('opensc-tool', '-n');
      expect([code, output]).toEqual([0, expect.stringContaining('Personal Identity Verification Card')]);
    });

    test('OpenSC finds its certificate', async () => {
      const { code, output } = await namespace.run('pkcs15-tool', '--list-certificates');
      expect([code, output]).toEqual([0, expect.stringContaining('Certificate for PIV Authentication')]);
    });

    test('OpenSC logs in and finds nothing amiss', async () => {
      const { code, output } = await namespace.run('pkcs11-tool', '--login', '--pin', passcode, '--test');
      expect([code, output]).toEqual([0, expect.stringContaining('No errors')]);
    });

    test('what OpenSC signs with it, its certificate verifies', async () => {
      const pem = await namespace.run('pkcs15-tool', '--read-certificate', '1');
      const key = new X509Certificate(pem.output.slice(pem.output.indexOf('-----BEGIN'))).publicKey;
      const hash = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256';
      const message = Buffer.from('signed through PKCS #11');
      const isRsa = key.asymmetricKeyType === 'rsa';
      const input = join(folder, `${card}.input`);
      const output = join(folder, `${card}.signature`);
      writeFileSync(input, isRsa ? message : createHash(hash).update(message).digest());
      const mechanism = isRsa ? ['-m', 'SHA256-RSA-PKCS'] : ['-m', 'ECDSA', '--signature-format', 'openssl'];
      const signing = await namespace.run('pkcs11-tool', '--login', '--pin', passcode, '--sign', ...mechanism, '-i', input, '-o', output);
      expect(signing).toMatchObject({ code: 0 });
      expect(verify(hash, message, key, readFileSync(output))).toBe(true);
    });

    test('yubico-piv-tool verifies its passcode', async () => {
      const { code, output } = await namespace.run('yubico-piv-tool', '-r', 'Virtual PCD 00 00', '-a', 'status', '-a', 'verify-pin', '-P', passcode);
      expect([code, output]).toEqual([0, expect.stringContaining('Successfully verified PIN')]);
    });
  });
});
