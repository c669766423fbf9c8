import type { Demographics } from '../../record/demographics.ts';
import { notAsked } from '../not-asked.ts';
import type { Source } from '../source.ts';

/** For a patient whom PDS marks as restricted nothing is asked: GP Connect shall not be used for sensitive patients (GP Connect, consumer requirements). */
export function unlessRestricted(source: Source, { confidentiality }: Pick<Demographics, 'confidentiality'>): Source {
  return confidentiality === 'unrestricted' ? source : notAsked(source, 'This patient’s record is restricted and may not be fetched this way.');
}
