/**
 * The app's own scheme. Pages come from the renderer's folder alone, each with the content security policy as a
 * response header; there is no file:// and no server.
 */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Protocol } from 'electron';

export const APP_ORIGIN = 'lanyard://app';
export const START_PAGE = `${APP_ORIGIN}/index.html`;

/** Nothing loads but the app's own script, style, pictures and typefaces; nothing connects anywhere. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Must run before the app is ready. `standard` gives the scheme an origin; `codeCache` a faster second start. */
export function declareAppScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'lanyard', privileges: { standard: true, secure: true, codeCache: true } }]);
}

/** Longest that start-up waits for the page to ask for its script, in milliseconds: a page that fails must not keep the app from saying so. */
const PAGE_LIMIT_MS = 2_000;

/**
 * Serves `folder` (absolute) as lanyard://app/ in one session.
 * @returns settles when the first page has been given its script, or when it did not ask for it in time: until then this
 *   process had better not be busy with anything else
 */
export function serveAppScheme(target: Protocol, folder: string): Promise<void> {
  const served = Promise.withResolvers<void>();
  target.handle('lanyard', async (request) => {
    const file = await fileFor(request.url, folder);
    if (file === null) return new Response('Not found', { status: 404, headers: responseHeaders('text/plain') });
    const content = new Uint8Array(await readFile(file));
    if (extname(file) === '.js') setImmediate(served.resolve);
    return new Response(content, { status: 200, headers: responseHeaders(CONTENT_TYPES[extname(file)] ?? '') });
  });
  setTimeout(served.resolve, PAGE_LIMIT_MS).unref();
  return served.promise;
}

/**
 * The file a URL of the app names, or `null`: another host, a kind of file the app has none of, or anything that would
 * leave the folder however it is spelled (`..`, `%2e%2e`, `\`, `%5c`, a link).
 */
export async function fileFor(address: string, folder: string): Promise<string | null> {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'lanyard:' || url.host !== 'app') return null;
  const path = decoded(url.pathname);
  if (path === null || !/^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(path)) return null;
  if (CONTENT_TYPES[extname(path)] === undefined) return null;
  const home = await realpath(folder);
  const file = await realpath(join(home, path)).catch(() => null);
  return file !== null && file.startsWith(home + sep) ? file : null;
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

function responseHeaders(contentType: string): Record<string, string> {
  return {
    'Content-Type': contentType,
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}
