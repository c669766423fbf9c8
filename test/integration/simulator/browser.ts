/** As much of a web browser as a sign-in page needs: cookies by path, redirects, forms. */

interface Cookie {
  readonly value: string;
  readonly path: string;
}

export type Visit =
  | { readonly kind: 'page'; readonly status: number; readonly url: URL; readonly html: string }
  /** It was sent to another server, as back to the application. */
  | { readonly kind: 'away'; readonly url: URL };

const MOST_REDIRECTS = 10;

export class Browser {
  readonly #cookies = new Map<string, Cookie>();

  open(address: string): Promise<Visit> {
    return this.#visit(new URL(address), null);
  }

  /** Sends the form of a page, which goes to the page's own address. */
  submit(page: Visit, fields: Readonly<Record<string, string>>): Promise<Visit> {
    return this.#visit(page.url, new URLSearchParams(fields));
  }

  async #visit(address: URL, form: URLSearchParams | null): Promise<Visit> {
    let [url, body] = [address, form];
    for (let redirects = 0; redirects < MOST_REDIRECTS; redirects += 1) {
      const response = await fetch(url, { redirect: 'manual', method: body === null ? 'GET' : 'POST', body, headers: { cookie: this.#cookiesFor(url), accept: 'text/html' } });
      this.#keep(response.headers.getSetCookie());
      const location = response.headers.get('location');
      if (location === null) return { kind: 'page', status: response.status, url, html: await response.text() };
      const next = new URL(location, url);
      if (next.origin !== url.origin) return { kind: 'away', url: next };
      [url, body] = [next, null];
    }
    throw new Error(`sent on more than ${MOST_REDIRECTS} times`);
  }

  #cookiesFor({ pathname }: URL): string {
    return [...this.#cookies].filter(([, { path }]) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)).map(([name, { value }]) => `${name}=${value}`).join('; ');
  }

  #keep(headers: readonly string[]): void {
    for (const header of headers) {
      const [pair = '', ...attributes] = header.split('; ');
      const [name = '', value = ''] = pair.split('=');
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path });
    }
  }
}
