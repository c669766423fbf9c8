import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { compactVerify, importX509 } from 'jose';
import { describe, expect, test } from 'vitest';
import { parseApduScript } from '../../support/card/apdu-script.ts';
import { cardSecrets } from '../../support/card/card-secrets.ts';
import { playScript } from '../../support/card/play-script.ts';
import { statement } from './cards.ts';

/** Cards as bytes on the line, through the real driver: see test/support/card/README.md. */

const folder = new URL('../../support/card/scripts/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.apdu'));

test('there are scripts', () => {
  expect(names.length).toBeGreaterThan(20);
});

describe('the driver and the card of', () => {
  test.each(names)('%s', async (name) => {
    const script = parseApduScript(readFileSync(new URL(name, folder), 'utf8'));
    const { assertion, isWiped, ...played } = await playScript(script);
    expect(played).toEqual(script.expected);
    expect(isWiped).toBe(true);
    expect(assertion !== null).toBe(script.expected.ends === 'signed');
    if (assertion !== null) await verifyWith((await cardSecrets(script.card)).certificate, assertion);
  });
});

async function verifyWith(der: Uint8Array, assertion: string): Promise<void> {
  const certificate = new X509Certificate(der);
  const { jose } = { jose: JSON.parse(Buffer.from(assertion.split('.')[0]!, 'base64url').toString()) as { alg: string } };
  const { payload } = await compactVerify(assertion, await importX509(certificate.toString(), jose.alg));
  expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({ nonce: statement.nonce, purpose: 'sign-in' });
}
