import { createHmac } from 'node:crypto';

/**
 * ECDSA over a digest the caller brings. A PIV card is handed a digest, and Node's crypto only signs whole messages, so
 * the simulator computes this itself. For the simulator alone: it is neither fast nor constant in time.
 */

export interface Curve {
  readonly bytes: number;
  readonly prime: bigint;
  readonly order: bigint;
  readonly b: bigint;
  readonly generator: Point;
  /** For the deterministic nonce (RFC 6979). */
  readonly hash: 'sha256' | 'sha384';
}

export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** Domain parameters of NIST SP 800-186 section 3.2.1; both curves have a = -3. */
export const curves = {
  'P-256': {
    bytes: 32,
    prime: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    generator: {
      x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
      y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    },
    hash: 'sha256',
  },
  'P-384': {
    bytes: 48,
    prime: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    generator: {
      x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
      y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
    },
    hash: 'sha384',
  },
} as const satisfies Record<string, Curve>;

export type CurveName = keyof typeof curves;

/** Signs a digest of the curve's length or longer; the answer is DER `SEQUENCE { INTEGER r, INTEGER s }`. */
export function signDigest(curve: Curve, privateKey: Uint8Array, digest: Uint8Array): Buffer {
  const secret = toNumber(privateKey);
  const e = toNumber(digest.subarray(0, curve.bytes));
  for (const k of nonces(curve, secret, e)) {
    const r = modulo(multiply(curve, curve.generator, k).x, curve.order);
    const s = modulo(inverse(k, curve.order) * (e + r * secret), curve.order);
    if (r !== 0n && s !== 0n) return sequenceOf(r, s);
  }
  throw new Error('Every nonce failed, which cannot be');
}

/** Deterministic nonces (RFC 6979 section 3.2): no bad random numbers, and tests against the published vectors. */
function* nonces(curve: Curve, secret: bigint, e: bigint): Generator<bigint> {
  const hmac = (key: Buffer, ...parts: readonly Buffer[]) => createHmac(curve.hash, key).update(Buffer.concat(parts)).digest();
  const seed = Buffer.concat([toBytes(secret, curve.bytes), toBytes(modulo(e, curve.order), curve.bytes)]);
  let value: Buffer = Buffer.alloc(curve.bytes, 0x01);
  let key: Buffer = Buffer.alloc(curve.bytes, 0x00);
  for (const step of [0x00, 0x01]) {
    key = hmac(key, value, Buffer.of(step), seed);
    value = hmac(key, value);
  }
  for (;;) {
    value = hmac(key, value);
    const k = toNumber(value);
    if (k >= 1n && k < curve.order) yield k;
    key = hmac(key, value, Buffer.of(0x00));
    value = hmac(key, value);
  }
}

/** In Jacobian coordinates: x = X / Z², y = Y / Z³; Z = 0 is the point at infinity. */
type Jacobian = readonly [bigint, bigint, bigint];

function multiply(curve: Curve, point: Point, scalar: bigint): Point {
  let sum: Jacobian = [1n, 1n, 0n];
  let power: Jacobian = [point.x, point.y, 1n];
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(curve.prime, sum, power);
    power = double(curve.prime, power);
  }
  const z = inverse(sum[2], curve.prime);
  return { x: modulo(sum[0] * z * z, curve.prime), y: modulo(sum[1] * z * z * z, curve.prime) };
}

function double(p: bigint, [x, y, z]: Jacobian): Jacobian {
  if (z === 0n) return [x, y, z];
  const ySquared = modulo(y * y, p);
  const s = modulo(4n * x * ySquared, p);
  const zSquared = modulo(z * z, p);
  const m = modulo(3n * (x - zSquared) * (x + zSquared), p);
  const x3 = modulo(m * m - 2n * s, p);
  return [x3, modulo(m * (s - x3) - 8n * ySquared * ySquared, p), modulo(2n * y * z, p)];
}

function add(p: bigint, first: Jacobian, second: Jacobian): Jacobian {
  const [x1, y1, z1] = first;
  const [x2, y2, z2] = second;
  if (z1 === 0n) return second;
  if (z2 === 0n) return first;
  const u1 = modulo(x1 * z2 * z2, p);
  const u2 = modulo(x2 * z1 * z1, p);
  const s1 = modulo(y1 * z2 * z2 * z2, p);
  const s2 = modulo(y2 * z1 * z1 * z1, p);
  if (u1 === u2) return s1 === s2 ? double(p, first) : [1n, 1n, 0n];
  const h = modulo(u2 - u1, p);
  const r = modulo(s2 - s1, p);
  const hSquared = modulo(h * h, p);
  const hCubed = modulo(hSquared * h, p);
  const v = modulo(u1 * hSquared, p);
  const x3 = modulo(r * r - hCubed - 2n * v, p);
  return [x3, modulo(r * (v - x3) - s1 * hCubed, p), modulo(h * z1 * z2, p)];
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [r0, r1] = [modulus, modulo(value, modulus)];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return modulo(t0, modulus);
}

const modulo = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);

const toBytes = (value: bigint, bytes: number): Buffer => Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex');

function sequenceOf(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([integerOf(r), integerOf(s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

function integerOf(value: bigint): Buffer {
  const hexadecimal = value.toString(16);
  const digits = Buffer.from(hexadecimal.length % 2 ? `0${hexadecimal}` : hexadecimal, 'hex');
  const unsigned = digits[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits;
  return Buffer.concat([Buffer.of(0x02, unsigned.length), unsigned]);
}
