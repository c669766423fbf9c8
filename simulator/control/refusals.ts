import type * as z from 'zod';
import { json } from '../http/service.ts';
import type { Answer } from '../http/service.ts';

/** What a control does not do, and why. */
export function refuse(status: number, message: string): Answer {
  return json(status, { refused: message });
}

/** What is wrong with a body, field by field. */
export function sentence(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
}
