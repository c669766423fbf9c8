/** A folder of JSON files behind https, as any web server would serve it: the path names the file, the query nothing. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { issue, keyPemOf, pemOf } from '../../support/certificates.ts';

export interface StaticFolder {
  /** `https://localhost:PORT` */
  readonly origin: string;
  /** PEM of the authority that issued its certificate. */
  readonly authority: string;
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** `/FHIR/Patient?…` is `folder/FHIR/Patient.json`; what is no file is 404. */
export async function serveFolder(folder: string): Promise<StaticFolder> {
  const root = await issue({ name: 'Static servers root', authority: true });
  const leaf = await issue({ name: 'localhost', issuer: root, host: 'localhost' });
  const asked: string[] = [];
  const server = createServer({ cert: pemOf(leaf), key: await keyPemOf(leaf) }, (request, response) => {
    const path = new URL(request.url ?? '/', 'https://localhost').pathname;
    asked.push(path);
    const isPlain = /^(\/[A-Za-z0-9$.-]+)+$/.test(path) && !path.includes('..');
    const file = isPlain ? readFile(join(folder, `${path}.json`)) : Promise.reject(new Error('no file'));
    file.then(
      (bytes) => response.writeHead(200, { 'content-type': 'application/json', etag: '"1"', 'last-modified': 'Sun, 22 Nov 2026 08:00:00 GMT' }).end(bytes),
      () => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404 Not Found</h1>'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    authority: pemOf(root),
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
