/** Reads the configuration file with all it points at: the region's profile and the trusted authorities. */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import { certificatesIn } from '../net/tls-trust.ts';
import type { Checked } from './checked.ts';
import { configurationSchema, regionProfileSchema } from './configuration.ts';
import type { Configuration, RegionProfile, RevocationPolicy, SessionPolicy } from './configuration.ts';
import { type LoadedIdentity, loadIdentity, type ReadFile } from './identity-files.ts';
import { issueSentences } from './issue-sentences.ts';
import { jsonFault } from './json-fault.ts';
import { type ResolvedSource, resolveSources } from './resolve-sources.ts';

export type { ResolvedSource } from './resolve-sources.ts';

/** The configuration with nothing left to look up. */
export interface LoadedConfiguration {
  readonly site: Configuration['site'];
  readonly region: { readonly id: string; readonly name: string };
  readonly sources: readonly ResolvedSource[];
  readonly identity: LoadedIdentity;
  readonly pds: Configuration['pds'];
  readonly practice: Configuration['practice'];
  /** `card` and `tls`: PEM texts of the trusted authorities. */
  readonly trust: { readonly card: readonly string[]; readonly tls: readonly string[]; readonly revocation: RevocationPolicy };
  readonly reader: Configuration['reader'];
  readonly card: Configuration['card'];
  readonly session: SessionPolicy;
  readonly limits: Configuration['limits'];
}

export type LoadResult = { readonly ok: true; readonly configuration: LoadedConfiguration } | { readonly ok: false; readonly sentences: readonly string[] };

export interface LoadOptions {
  /** Where the profiles that ship with Lanyard are. */
  readonly regionsFolder?: string;
}

const REGION_ID = /^[a-z][a-z0-9-]{0,47}$/;

/** Every refusal is a sentence that names the file and the field. Nothing is thrown for what a file may hold. */
export async function loadConfiguration(file: string, options: LoadOptions = {}): Promise<LoadResult> {
  const read = await readChecked(file, configurationSchema);
  if (!read.ok) return read;
  const configuration = read.value;
  const region = await loadRegion(file, configuration.region, options.regionsFolder ?? fileURLToPath(new URL('../../regions/', import.meta.url)));
  const readNamed: ReadFile = (field, path) => readNamedFile(file, field, path);
  const sources = region.ok ? await resolveSources(file, configuration, region.value, readNamed) : { sources: [], sentences: region.sentences };
  const card = await readAuthorities(file, 'trust.card', configuration.trust.card);
  const tls = await readAuthorities(file, 'trust.tls', configuration.trust.tls);
  const identity = await loadIdentity(configuration.identity, readNamed);
  const sentences = [...sources.sentences, ...card.sentences, ...tls.sentences, ...(identity.ok ? [] : identity.sentences)];
  if (!region.ok || !identity.ok || sentences.length > 0) return { ok: false, sentences };
  const { site, pds, practice, reader, limits, session } = configuration;
  return {
    ok: true,
    configuration: {
      site, pds, practice, reader, limits, session,
      identity: identity.value,
      card: configuration.card,
      region: { id: region.value.id, name: region.value.name },
      sources: sources.sources,
      trust: { card: card.texts, tls: tls.texts, revocation: configuration.trust.revocation },
    },
  };
}

async function readChecked<T>(file: string, schema: z.ZodType<T>): Promise<Checked<T>> {
  const text = await readText(file);
  if (!text.ok) return { ok: false, sentences: [`${file}: ${text.sentence}`] };
  const json = parseJson(text.value);
  if (!json.ok) return { ok: false, sentences: [`${file}: ${json.sentence}`] };
  const checked = schema.safeParse(json.value);
  return checked.success ? { ok: true, value: checked.data } : { ok: false, sentences: issueSentences(file, '', checked.error.issues) };
}

/** A file that the configuration names, relative to it. */
async function readNamedFile(file: string, field: string, path: string): Promise<Checked<string>> {
  const full = resolve(dirname(file), path);
  const read = await readText(full);
  return read.ok ? read : { ok: false, sentences: [`${file}: ${field}: ${full}: ${read.sentence}`] };
}

type Read = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly sentence: string };

async function readText(file: string): Promise<Read> {
  try {
    return { ok: true, value: (await readFile(file, 'utf8')).replace(/^\uFEFF/, '') };
  } catch (problem) {
    return { ok: false, sentence: READ_PROBLEMS[(problem as NodeJS.ErrnoException).code ?? ''] ?? 'the file cannot be read.' };
  }
}

const READ_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file.',
  EACCES: 'this user may not read the file.',
  EPERM: 'this user may not read the file.',
  EISDIR: 'this is a folder, not a file.',
};

function parseJson(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly sentence: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    const { line, column } = jsonFault(text);
    return { ok: false, sentence: `this is not valid JSON: look at line ${line}, column ${column}.` };
  }
}

async function loadRegion(file: string, region: Configuration['region'], regionsFolder: string): Promise<Checked<RegionProfile>> {
  if (typeof region !== 'string') return { ok: true, value: region };
  const isId = REGION_ID.test(region);
  const profile = isId ? join(regionsFolder, `${region}.json`) : resolve(dirname(file), region);
  const read = await readChecked(profile, regionProfileSchema);
  if (read.ok) return read;
  const named = isId ? `region: there is no usable profile ${JSON.stringify(region)}` : `region: the profile ${JSON.stringify(region)} cannot be used`;
  return { ok: false, sentences: [`${file}: ${named}.`, ...read.sentences] };
}

async function readAuthorities(file: string, field: string, paths: readonly string[]): Promise<{ readonly texts: readonly string[]; readonly sentences: readonly string[] }> {
  const texts: string[] = [];
  const sentences: string[] = [];
  for (const [index, path] of paths.entries()) {
    const full = resolve(dirname(file), path);
    const read = await readText(full);
    if (!read.ok) sentences.push(`${file}: ${field}.${index}: ${full}: ${read.sentence}`);
    else if (!holdsCertificates(read.value)) sentences.push(`${file}: ${field}.${index}: ${full} holds no certificate in PEM form that can be read.`);
    else texts.push(read.value);
  }
  return { texts, sentences };
}

/** Whether a file names at least one authority, and nothing in it is broken: a broken one would be trusted by nobody, and say so nowhere. */
function holdsCertificates(text: string): boolean {
  try {
    return certificatesIn(text).length > 0;
  } catch {
    return false;
  }
}
