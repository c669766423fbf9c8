/** The configuration file that points Lanyard at this simulator, and the temporary folder it lies in. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ArgumentProblem } from './arguments.ts';
import type { Leavable } from './arguments.ts';
import { exchangesOf, REGION_IDS, regionOf } from './exchange/regions.ts';
import type { ExchangeName, NationalName } from './exchange/regions.ts';
import type { RegionId } from './people/story.ts';

export interface Folder {
  readonly path: string;
  remove(): void;
}

/** A fresh folder that only this user may read. */
export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'lanyard-simulator-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Where everything answers. */
export interface Addresses {
  readonly issuer: string;
  readonly pds: string;
  /** The regions' services and the national ones, by name. */
  readonly services: Readonly<Record<ExchangeName | NationalName, string>>;
  readonly practice: string;
  readonly cis2Issuer: string;
  /** The API platform's front door: `/authorize`, `/token`, `/userinfo`, `/revoke` below it. */
  readonly combined: string;
  readonly revocationList: string;
  readonly revocationAnswers: string;
}

export interface DeploymentParts {
  readonly addresses: Addresses;
  readonly without: ReadonlySet<Leavable>;
  /** Whose exchange is used, where no other deployment says. */
  readonly region: RegionId;
  /** What the workstation signs launches of a region's viewer with. */
  readonly launch: { readonly keyFile: string; readonly keyId: string };
  /** PEM files of the authorities whose cards may sign in. */
  readonly trust: readonly string[];
  /** The simulator's own reader, where it does not use the computer's. */
  readonly readerPort: number | null;
  /** How a clinician signs in. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** A deployment that fills the places of what was left out. */
  readonly other: Readonly<Record<string, unknown>>;
}

/** Sign-in at the site's own service with a statement signed on the card. */
export function cardAssertionIdentity({ issuer }: Addresses): Readonly<Record<string, unknown>> {
  return { kind: 'card-assertion', issuer };
}

export interface Cis2Client {
  readonly clientId: string;
  readonly keyFile: string;
  readonly keyId: string;
  readonly redirectPort: number;
  readonly redirectPath: string;
}

/** Sign-in at CIS2 in a window of the app's own; its ID token is exchanged for a token that the APIs take. */
export function cis2Identity({ cis2Issuer, combined }: Addresses, { clientId, keyFile, keyId, redirectPort, redirectPath }: Cis2Client): Readonly<Record<string, unknown>> {
  const clientAuthentication = { kind: 'private-key-jwt', keyFile, keyId, algorithm: 'RS512' };
  return {
    kind: 'cis2',
    issuer: cis2Issuer,
    clientId,
    clientAuthentication,
    redirectPort,
    redirectPath,
    browser: 'own-window',
    tokenExchange: { tokenEndpoint: `${combined}/token`, clientId, clientAuthentication },
  };
}

/** A configuration as `main/policy/configuration.ts` reads it. */
export function deployment(parts: DeploymentParts): Record<string, unknown> {
  const { addresses, without, other } = parts;
  const unless = (name: Leavable, key: string, value: unknown): Record<string, unknown> => (without.has(name) && other[key] !== undefined ? { [key]: other[key] } : { [key]: value });
  return {
    site: { name: 'Harbour Health Centre', odsCode: 'Z99001' },
    region: parts.region,
    ...other,
    ...regionParts(parts),
    ...unless('identity', 'identity', parts.identity),
    ...unless('pds', 'pds', { baseUrl: addresses.pds }),
    ...unless('practice', 'practice', { name: 'Harbour Health Centre', protocol: 'gp-connect', route: 'clinical-data-gateway', baseUrl: addresses.practice, odsCode: 'Z99001' }),
    trust: { ...(isRecord(other.trust) ? other.trust : {}), card: [...cardsOf(other), ...parts.trust] },
    ...unless('card', 'reader', parts.readerPort === null ? { kind: 'pcsc' } : { kind: 'simulated', host: '127.0.0.1', port: parts.readerPort }),
  };
}

/**
 * Where the region's sources answer. A left-out source keeps the address the other deployment gives it; without one it has
 * the simulator's, where nothing answers. A region of the other deployment's own is left as that deployment has it.
 */
function regionParts({ addresses, without, other, region, launch }: DeploymentParts): Record<string, unknown> {
  const used = other.region === undefined ? region : REGION_IDS.find((id) => id === other.region);
  if (used === undefined) return {};
  const given = isRecord(other.addresses) ? other.addresses : {};
  const ours = exchangesOf(used).map((name) => [name, isLeftOut(without, name) ? (given[name] ?? addresses.services[name]) : addresses.services[name]] as const);
  const sources = used === 'one-london' ? { sources: { 'one-london-viewer': { issuer: 'https://lanyard.example', signing: { ...launch, algorithm: 'RS512' } }, ...(isRecord(other.sources) ? other.sources : {}) } } : {};
  return { addresses: { ...given, ...Object.fromEntries(ours) }, ...sources };
}

/** By its own name or with its whole region. */
export function isLeftOut(without: ReadonlySet<Leavable>, service: string): boolean {
  const left: ReadonlySet<string> = without;
  return left.has(service) || left.has(regionOf(service) ?? '');
}

function cardsOf(other: Readonly<Record<string, unknown>>): unknown[] {
  const trust = other.trust;
  return isRecord(trust) && Array.isArray(trust.card) ? trust.card : [];
}

/** Reads another deployment; the files it names relative to itself are made absolute. Throws `ArgumentProblem`. */
export function readDeployment(file: string): Record<string, unknown> {
  const value = readJson(file);
  if (!isRecord(value)) throw new ArgumentProblem(`${file} is not a configuration: it must be a JSON object.`);
  const folder = dirname(resolve(file));
  const absolute = (text: unknown): unknown => (typeof text === 'string' && !isAbsolute(text) ? join(folder, text) : text);
  const trust = isRecord(value.trust) ? Object.fromEntries(Object.entries(value.trust).map(([key, files]) => [key, Array.isArray(files) ? files.map(absolute) : files])) : undefined;
  const region = typeof value.region === 'string' && value.region.endsWith('.json') ? absolute(value.region) : value.region;
  const sources = isRecord(value.sources) ? Object.fromEntries(Object.entries(value.sources).map(([id, source]) => [id, signedWith(source, absolute)])) : undefined;
  return { ...value, ...(region === undefined ? {} : { region }), ...(trust === undefined ? {} : { trust }), ...(sources === undefined ? {} : { sources }) };
}

/** A source with the file of its signing key made absolute. */
function signedWith(source: unknown, absolute: (text: unknown) => unknown): unknown {
  if (!isRecord(source) || !isRecord(source.signing)) return source;
  return { ...source, signing: { ...source.signing, keyFile: absolute(source.signing.keyFile) } };
}

function readJson(file: string): unknown {
  const text = readTextFile(file);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw new ArgumentProblem(`${file} is not valid JSON.`);
    throw error;
  }
}

/** Throws `ArgumentProblem` where the file cannot be read. */
export function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ArgumentProblem(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'it failed'}.`);
  }
}

/** Readable by this user only; returns the path. */
export function writeInto(folder: Folder, name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
