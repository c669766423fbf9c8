/** The sources of a deployment: the practice first, then the region's in their profile's order. */
import type { LoadedConfiguration, ResolvedSource } from '../policy/load.ts';
import { createPracticeSource } from '../practice/practice-source.ts';
import type { Demographics } from '../record/demographics.ts';
import { sourceId } from '../record/values.ts';
import { createFhirR4Source } from './fhir-r4/fhir-r4-source.ts';
import { createFhirStu3Source } from './fhir-stu3/fhir-stu3-source.ts';
import { createGpConnectSource } from './gp-connect/gp-connect-source.ts';
import { unlessRestricted } from './gp-connect/restricted.ts';
import { createIpsSource } from './ips/ips-source.ts';
import { createLaunchSource } from './launch/launch-source.ts';
import { createMhdSource } from './mhd/mhd-source.ts';
import { notAsked } from './not-asked.ts';
import { createNrlSource } from './nrl/nrl-source.ts';
import { createScrSource } from './scr/scr-source.ts';
import type { Protocol, Source, SourceOptions } from './source.ts';

/** Which maker speaks which protocol. One more protocol is one more line here and one more folder beside this file. */
const MAKERS: { readonly [Spoken in Protocol]: (options: SourceOptions<Spoken>) => Source } = {
  'fhir-r4': createFhirR4Source,
  'fhir-stu3': createFhirStu3Source,
  ips: createIpsSource,
  mhd: createMhdSource,
  nrl: createNrlSource,
  scr: createScrSource,
  'gp-connect': createGpConnectSource,
  launch: createLaunchSource,
};

/** Only what the sources need of a configuration, so that it can be handed to a worker as it is. */
export type SourcesConfiguration = Pick<LoadedConfiguration, 'practice' | 'sources'>;

/** @param unasked why none of them may be asked for this patient, in one sentence */
export function createSources(configuration: SourcesConfiguration, patient: Pick<Demographics, 'confidentiality'>, unasked: string | null = null): readonly Source[] {
  const shared = configuration.sources.map((source) => (source.protocol === 'gp-connect' ? unlessRestricted(createSource(source), patient) : createSource(source)));
  const sources = [unlessRestricted(createPracticeSource(configuration.practice), patient), ...shared];
  return unasked === null ? sources : sources.map((source) => notAsked(source, unasked));
}

function createSource<Spoken extends Protocol>({ protocol, ...source }: Extract<ResolvedSource, { protocol: Spoken }>): Source {
  const make = MAKERS[protocol as Spoken] as (options: unknown) => Source;
  return make({ ...source, id: sourceId(source.id), role: 'shared' });
}

/** The same without what only the main side needs: the key that a launch is signed with never enters a record's thread. */
export function withoutKeys(configuration: SourcesConfiguration): SourcesConfiguration {
  return { ...configuration, sources: configuration.sources.map((source) => (source.protocol === 'launch' ? { ...source, signing: { ...source.signing, key: '' } } : source)) };
}

/** Every origin the session's token may be sent to. The Spine proxy is not one: it is told who asks, and takes no token. */
export function sourceOrigins({ practice, sources }: SourcesConfiguration): readonly string[] {
  const asked = [practice, ...sources.filter(({ protocol }) => protocol !== 'launch')].filter((one) => !('route' in one && one.route === 'spine-proxy')).map(({ baseUrl }) => baseUrl);
  const documents = sources.flatMap((source) => (source.protocol === 'mhd' && source.documentBaseUrl !== undefined ? [source.documentBaseUrl] : []));
  return [...asked, ...documents];
}
