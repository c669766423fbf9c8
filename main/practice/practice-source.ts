/** The local practice's own record as a source. */
import type { Configuration } from '../policy/configuration.ts';
import type { Demographics } from '../record/demographics.ts';
import { sourceId } from '../record/values.ts';
import { createGpConnectSource } from '../sources/gp-connect/gp-connect-source.ts';
import { notAsked } from '../sources/not-asked.ts';
import type { Source } from '../sources/source.ts';

/**
 * The practice's source. For a patient PDS marks as restricted nothing is asked of it: GP Connect shall not be used for
 * sensitive patients (GP Connect, consumer requirements).
 */
export function createPracticeSource(practice: Configuration['practice'], patient: Pick<Demographics, 'confidentiality'>): Source {
  const source = createGpConnectSource({ id: sourceId(practice.id), name: practice.name, role: 'practice', baseUrl: practice.baseUrl });
  return patient.confidentiality === 'unrestricted' ? source : notAsked(source, 'This patient’s record is restricted and may not be fetched this way.');
}
