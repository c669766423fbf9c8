import { describe, expect, test } from 'vitest';
import { authorised } from '../../../main/net/authorised.ts';
import type { HttpPort, HttpRequest } from '../../../main/net/http.ts';

const ORIGIN = 'https://record.example.nhs.uk';
const { signal } = new AbortController();

/** A door that answers with one status and keeps what was sent. */
function door(status: number): { readonly http: HttpPort; readonly sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  return { sent, http: { send: (request) => (sent.push(request), Promise.resolve({ status, headers: {}, body: '' })) } };
}

async function refusals(status: number, request: Partial<HttpRequest> = {}, token: string | null = 't'): Promise<readonly string[]> {
  const told: string[] = [];
  await authorised(door(status).http, () => token, [`${ORIGIN}/base`], (refused) => told.push(refused)).send({ method: 'GET', url: `${ORIGIN}/R4/Patient`, ...request }, signal);
  return told;
}

describe('a 401', () => {
  test('tells which token was refused, and the answer is handed on all the same', async () => {
    const told: string[] = [];
    const answer = await authorised(door(401).http, () => 't', [ORIGIN], (token) => told.push(token)).send({ method: 'GET', url: ORIGIN }, signal);
    expect([answer.status, told]).toEqual([401, ['t']]);
  });

  test('tells the token that was sent, although another is the session’s by now', async () => {
    let token = 'old';
    const told: string[] = [];
    const answer = Promise.withResolvers<void>();
    const slow: HttpPort = { send: () => answer.promise.then(() => ({ status: 401, headers: {}, body: '' })) };
    const sending = authorised(slow, () => token, [ORIGIN], (refused) => told.push(refused)).send({ method: 'GET', url: ORIGIN }, signal);
    token = 'new';
    answer.resolve();
    await sending;
    expect(told).toEqual(['old']);
  });

  test.each<[string, number, Partial<HttpRequest>, string | null]>([
    ['of a server that never got the token', 401, { url: 'https://elsewhere.example/R4' }, 't'],
    ['to a request without a session', 401, {}, null],
    ['to a header that the caller set itself', 401, { headers: { Authorization: 'Bearer own' } }, 't'],
    ['is no 403', 403, {}, 't'],
    ['is no 200', 200, {}, 't'],
  ])('%s says nothing about the session', async (_name, status, request, token) => {
    expect(await refusals(status, request, token)).toEqual([]);
  });
});

test('a header that a caller set itself is left alone, however it is written', async () => {
  const { http, sent } = door(200);
  await authorised(http, () => 't', [ORIGIN]).send({ method: 'GET', url: ORIGIN, headers: { Authorization: 'Bearer own' } }, signal);
  expect(sent[0]?.headers).toEqual({ Authorization: 'Bearer own' });
});
