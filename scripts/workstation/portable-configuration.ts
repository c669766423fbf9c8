/**
 * A configuration that another user can read from another folder: what it refers to by path goes with it.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

interface Client {
  keyFile?: string;
  secretFile?: string;
}

interface Paths {
  region?: unknown;
  trust?: { card?: string[]; tls?: string[] };
  sources?: Readonly<Record<string, { signing?: Client }>>;
  identity?: { clientAuthentication?: Client; tokenExchange?: { clientAuthentication?: Client } };
}

/**
 * Copies a checked configuration and its files into `folder`.
 * @returns the path of the copy
 */
export function copyConfiguration(file: string, folder: string): string {
  const home = dirname(resolve(file));
  const content = JSON.parse(readFileSync(file, 'utf8')) as Paths;
  let counter = 0;
  const bring = (path: string): string => {
    counter += 1;
    const copy = `${counter}-${basename(path)}`;
    cpSync(resolve(home, path), join(folder, copy));
    return copy;
  };
  const bringFor = (client: Client | undefined): void => {
    if (client?.keyFile !== undefined) client.keyFile = bring(client.keyFile);
    if (client?.secretFile !== undefined) client.secretFile = bring(client.secretFile);
  };
  const { region, trust, sources, identity } = content;
  if (typeof region === 'string' && region.endsWith('.json')) content.region = bring(region);
  if (trust !== undefined) content.trust = { ...trust, card: (trust.card ?? []).map(bring), tls: (trust.tls ?? []).map(bring) };
  for (const { signing } of Object.values(sources ?? {})) bringFor(signing);
  bringFor(identity?.clientAuthentication);
  bringFor(identity?.tokenExchange?.clientAuthentication);
  const target = join(folder, 'configuration.json');
  writeFileSync(target, JSON.stringify(content), { mode: 0o644 });
  return target;
}
