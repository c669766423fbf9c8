/** Page tokens: what to go on with, signed so that nobody can make one up. Opaque to whoever follows a `next` link. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

const pageSchema = z.strictObject({
  type: z.string(),
  patient: z.string(),
  offset: z.number().int().min(0),
  count: z.number().int().min(1),
  include: z.boolean(),
  provenance: z.boolean(),
});

/** One page of one search. */
export type Page = z.infer<typeof pageSchema>;

export interface PageTokens {
  seal(page: Page): string;
  /** `null` for a token that this simulator did not make. */
  open(token: string): Page | null;
}

export function createPageTokens(key: Buffer = randomBytes(32)): PageTokens {
  const sign = (text: string): Buffer => createHmac('sha256', key).update(text).digest().subarray(0, 16);
  return {
    seal(page) {
      const text = JSON.stringify(page);
      return Buffer.concat([sign(text), Buffer.from(text)]).toString('base64url');
    },
    open(token) {
      const bytes = Buffer.from(token, 'base64url');
      const text = bytes.subarray(16).toString('utf8');
      if (bytes.length <= 16 || !timingSafeEqual(bytes.subarray(0, 16), sign(text))) return null;
      return pageSchema.parse(JSON.parse(text));
    },
  };
}
