/** A site that signs in at CIS2, and a browser without a screen. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserEvents } from '../../../main/identity/cis2/browser.ts';
import type { LoadedCis2 } from '../../../main/policy/identity-files.ts';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}

export async function siteAt(issuer: string, changed: Partial<LoadedCis2> = {}): Promise<LoadedCis2> {
  return {
    kind: 'cis2',
    issuer,
    clientId: 'lanyard',
    clientAuthentication: { kind: 'none' },
    redirectPort: await freePort(),
    redirectPath: '/signed-in',
    scope: 'openid profile nationalrbacaccess associatedorgs',
    acrValues: ['AAL3_ANY'],
    maxAgeSeconds: 300,
    pkce: true,
    pattern: 'separate',
    browser: 'own-window',
    assurance: { identity: 3, authentication: 3 },
    ...changed,
  };
}

/** Follows redirects as a browser does. What it was asked to open and how often it was closed can be looked at. */
export class HeadlessBrowser implements Browser {
  readonly opened: URL[] = [];
  /** The pages that it came to, last one last. */
  readonly pages: { readonly url: string; readonly status: number; readonly body: string; readonly headers: Headers }[] = [];
  closed = 0;
  /** What opening a page waits for. */
  opening: () => Promise<void> = async () => undefined;
  /** Whether the person closes the last page once they have read it. */
  closesAtEnd = false;
  /** In place of going there. */
  instead: ((events: BrowserEvents) => void) | null = null;

  async open(address: string, events: BrowserEvents): Promise<{ close(): Promise<void> }> {
    this.opened.push(new URL(address));
    await this.opening();
    if (this.instead === null) void this.#go(address).then(() => this.closesAtEnd && events.onClosed()).catch((problem: unknown) => events.onFailed(String(problem)));
    else this.instead(events);
    return { close: async () => void (this.closed += 1) };
  }

  async #go(address: string): Promise<void> {
    let url = address;
    for (let hops = 0; hops < 5; hops += 1) {
      const response = await fetch(url, { redirect: 'manual' });
      this.pages.push({ url, status: response.status, body: await response.text(), headers: response.headers });
      const location = response.headers.get('location');
      if (location === null) return;
      url = new URL(location, url).href;
    }
  }
}

/** Whether somebody listens on a port of this computer. */
export async function isListening(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}
