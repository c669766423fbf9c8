import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { curves, signDigest } from '../../../simulator/card/ecdsa.ts';

describe('ECDSA over a digest', () => {
  test.each([
    {
      // RFC 6979 appendix A.2.5, SHA-256, message "sample".
      curve: curves['P-256'], hash: 'sha256',
      x: 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
      r: 'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
      s: 'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    },
    {
      // RFC 6979 appendix A.2.6, SHA-384, message "sample".
      curve: curves['P-384'], hash: 'sha384',
      x: '6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5',
      r: '94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46',
      s: '99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8',
    },
  ])('gives the published signature ($hash)', ({ curve, hash, x, r, s }) => {
    const digest = createHash(hash).update('sample').digest();
    const signature = signDigest(curve, Buffer.from(x, 'hex'), digest).toString('hex');
    expect(signature).toContain(r);
    expect(signature).toContain(s);
  });

  test.each(['P-256', 'P-384'] as const)('is accepted by node:crypto on %s', (name) => {
    for (let count = 0; count < 20; count++) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: name });
      const message = Buffer.from(`message ${count}`);
      const digest = createHash(curves[name].hash).update(message).digest();
      const secret = Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url');
      const signature = signDigest(curves[name], secret, digest);
      expect(verify(curves[name].hash, message, createPublicKey(privateKey), signature)).toBe(true);
      expect(verify(curves[name].hash, Buffer.from('other'), createPublicKey(privateKey), signature)).toBe(false);
    }
  });
});
