/** A region's sources with what the site adds to them: complete, checked, and with nothing left to read. */
import type { Checked } from './checked.ts';
import type { Configuration, RegionProfile } from './configuration.ts';
import type { ReadFile } from './identity-files.ts';
import { issueSentences } from './issue-sentences.ts';
import { lackOf, type RegionSource, regionSourceSchema } from './region-source.ts';

type Located<Source> = Source extends unknown ? Omit<Source, 'baseUrl' | 'signing'> & { readonly baseUrl: string } : never;
type Launch = Extract<RegionSource, { protocol: 'launch' }>;

/** A launch with the key it is signed with. `key`: the PEM text. */
type LoadedLaunch = Omit<Located<Launch>, 'issuer'> & { readonly issuer: string; readonly signing: Omit<NonNullable<Launch['signing']>, 'keyFile'> & { readonly key: string } };

/** A source of the region with the address it answers at and everything it needs. */
export type ResolvedSource = Located<Exclude<RegionSource, { protocol: 'launch' }>> | LoadedLaunch;

export interface ResolvedSources {
  readonly sources: readonly ResolvedSource[];
  readonly sentences: readonly string[];
}

/** A deployment's word wins over the profile's own, for addresses and for everything else. */
export async function resolveSources(file: string, configuration: Configuration, region: RegionProfile, readFile: ReadFile): Promise<ResolvedSources> {
  const sources: ResolvedSource[] = [];
  const sentences: string[] = [];
  const taken = new Set([configuration.practice.id]);
  for (const source of region.sources) {
    const resolved = taken.has(source.id)
      ? { ok: false as const, sentences: [`${file}: region: the source id ${JSON.stringify(source.id)} is used twice. Each source needs one of its own.`] }
      : await resolveSource(file, configuration, region, source, readFile);
    if (resolved.ok) sources.push(resolved.value);
    else sentences.push(...resolved.sentences);
    taken.add(source.id);
  }
  return { sources, sentences: [...sentences, ...strangers(file, configuration, region)] };
}

async function resolveSource(file: string, { addresses, sources }: Configuration, region: RegionProfile, profile: RegionSource, readFile: ReadFile): Promise<Checked<ResolvedSource>> {
  const field = `sources.${profile.id}`;
  const own = sources[profile.id] ?? {};
  const fixed = (['id', 'protocol'] as const).filter((one) => one in own && own[one] !== profile[one]);
  if (fixed.length > 0) return { ok: false, sentences: fixed.map((one) => `${file}: ${field}.${one} is ${region.name}’s to say: it is ${JSON.stringify(profile[one])}. Take it out, or use a profile of your own.`) };
  const checked = regionSourceSchema.safeParse({ ...profile, ...own });
  if (!checked.success) return { ok: false, sentences: issueSentences(file, field, checked.error.issues) };
  const { data } = checked;
  const baseUrl = addresses[profile.id] ?? data.baseUrl;
  if (baseUrl === undefined) return { ok: false, sentences: [`${file}: addresses.${profile.id} is missing: ${region.name} does not say where its source ${JSON.stringify(profile.name)} answers.`] };
  const lack = lackOf(data);
  if (lack !== null) return { ok: false, sentences: [`${file}: ${field}.${lack.field} ${lack.message}`] };
  return data.protocol === 'launch' ? loadLaunch(field, { ...data, baseUrl }, readFile) : { ok: true, value: { ...data, baseUrl } };
}

async function loadLaunch(field: string, { signing, issuer, ...launch }: Launch & { readonly baseUrl: string }, readFile: ReadFile): Promise<Checked<ResolvedSource>> {
  if (signing === undefined || issuer === undefined) return { ok: false, sentences: [`${field} is not complete.`] };
  const { keyFile, ...rest } = signing;
  const key = await readFile(`${field}.signing.keyFile`, keyFile);
  return key.ok ? { ok: true, value: { ...launch, issuer, signing: { ...rest, key: key.value } } } : key;
}

/** What the configuration says about sources that the region does not have. */
function strangers(file: string, { addresses, sources }: Configuration, region: RegionProfile): readonly string[] {
  const known = new Set(region.sources.map(({ id }) => id));
  const named = [...Object.keys(addresses).map((id) => ['addresses', id] as const), ...Object.keys(sources).map((id) => ['sources', id] as const)];
  return named.filter(([, id]) => !known.has(id)).map(([section, id]) => `${file}: ${section}.${id}: ${region.name} has no source of that id.`);
}
