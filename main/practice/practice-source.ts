/** The local practice's own record as a source. */
import type { Configuration } from '../policy/configuration.ts';
import { sourceId } from '../record/values.ts';
import { createGpConnectSource } from '../sources/gp-connect/gp-connect-source.ts';
import type { Source } from '../sources/source.ts';

/** The practice's source, by whichever route the site has to it. */
export function createPracticeSource({ id, name, baseUrl, route, spineProxy }: Configuration['practice']): Source {
  return createGpConnectSource({ id: sourceId(id), name, role: 'practice', baseUrl, route, spineProxy });
}
