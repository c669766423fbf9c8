/** The sources of a deployment: the practice first, then the region's in their profile's order. */
import type { LoadedConfiguration, ResolvedSource } from '../policy/load.ts';
import { createPracticeSource } from '../practice/practice-source.ts';
import type { Demographics } from '../record/demographics.ts';
import { sourceId } from '../record/values.ts';
import { createFhirR4Source } from './fhir-r4/fhir-r4-source.ts';
import { createGpConnectSource } from './gp-connect/gp-connect-source.ts';
import { createIpsSource } from './ips/ips-source.ts';
import { notAsked } from './not-asked.ts';
import type { Source } from './source.ts';

/** Which maker speaks which protocol. One more protocol is one more line here and one more folder beside this file. */
const MAKERS: Readonly<Record<ResolvedSource['protocol'], (options: { id: Source['id']; name: string; role: 'shared'; baseUrl: string }) => Source>> = {
  'fhir-r4': createFhirR4Source,
  ips: createIpsSource,
  'gp-connect': createGpConnectSource,
};

/** Only what the sources need of a configuration, so that it can be handed to a worker as it is. */
export type SourcesConfiguration = Pick<LoadedConfiguration, 'practice' | 'sources'>;

/** @param unasked why none of them may be asked for this patient, in one sentence */
export function createSources(configuration: SourcesConfiguration, patient: Pick<Demographics, 'confidentiality'>, unasked: string | null = null): readonly Source[] {
  const shared = configuration.sources.map(({ id, name, protocol, baseUrl }) => MAKERS[protocol]({ id: sourceId(id), name, role: 'shared', baseUrl }));
  const sources = [createPracticeSource(configuration.practice, patient), ...shared];
  return unasked === null ? sources : sources.map((source) => notAsked(source, unasked));
}

/** Every origin the session's token may be sent to. */
export function sourceOrigins(configuration: SourcesConfiguration): readonly string[] {
  return [configuration.practice.baseUrl, ...configuration.sources.map(({ baseUrl }) => baseUrl)];
}
