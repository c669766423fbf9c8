/** Turns whatever a network engine throws into a `NetworkFailure` with a sentence for the person at the keyboard. */
import { NetworkFailure } from './http.ts';
import type { NetworkFailureKind } from './http.ts';

/** The host and port of an address, for a sentence; never the path, which may name a patient. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'This address';
}

/**
 * The failure behind an engine's error. Only the engine's error codes are kept as `cause`: its own error object carries
 * the request, and with it a token and an NHS number that must never reach a log.
 */
export function failureOf(cause: unknown, url: string, signal: AbortSignal): NetworkFailure {
  if (cause instanceof NetworkFailure) return cause;
  if (signal.aborted) return isTimeout(signal.reason) ? sentence('timed-out', url, cause) : sentence('cancelled', url, cause);
  return sentence(kindOf(describe(cause)), url, cause);
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}

/** The chain of causes, outermost first. */
function chainOf(cause: unknown): readonly Error[] {
  const chain: Error[] = [];
  let link: unknown = cause;
  while (chain.length < 6 && link instanceof Error) {
    chain.push(link);
    link = link.cause;
  }
  return chain;
}

function errorCodes(cause: unknown): readonly string[] {
  return chainOf(cause).flatMap(({ code }: Error & { code?: unknown }) => (typeof code === 'string' ? [code] : []));
}

/** Codes and messages together: Electron names its network errors only in the message. */
function describe(cause: unknown): string {
  return [...errorCodes(cause), ...chainOf(cause).map((error) => error.message)].join(' ');
}

const KINDS: readonly (readonly [NetworkFailureKind, RegExp])[] = [
  ['untrusted', /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS|ERR_SSL|EPROTO|certificate/i],
  ['timed-out', /TIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ERR_TIMED_OUT/],
  ['unreachable', /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_NAME_NOT_RESOLVED|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_ADDRESS_UNREACHABLE/],
  ['reset', /ECONNRESET|EPIPE|UND_ERR_SOCKET|terminated|ERR_CONNECTION_RESET|ERR_CONNECTION_CLOSED|ERR_EMPTY_RESPONSE|ERR_CONTENT_LENGTH_MISMATCH|ERR_INCOMPLETE_CHUNKED|HPE_|other side closed/i],
  ['refused-address', /redirect/i],
];

function kindOf(text: string): NetworkFailureKind {
  return KINDS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'unreachable';
}

const SENTENCES: Readonly<Record<NetworkFailureKind, (host: string) => string>> = {
  unreachable: (host) => `${host} cannot be reached. Check the network connection, then try again.`,
  untrusted: (host) => `${host} could not prove who it is, so nothing was sent. Ask the service desk to check its certificate.`,
  reset: (host) => `${host} broke off before its answer was complete. Try again.`,
  'timed-out': (host) => `${host} did not answer in time. Try again.`,
  cancelled: (host) => `The request to ${host} was cancelled.`,
  'too-large': (host) => `${host} sent more than can be read. Ask the service desk to check this service.`,
  'refused-address': (host) => `${host} tried to send the request on to another address. Nothing was sent there.`,
  'held-off': (host) => `${host} could not answer the last times and is left alone for a moment. Try again later.`,
};

function sentence(kind: NetworkFailureKind, url: string, cause: unknown): NetworkFailure {
  return new NetworkFailure(kind, SENTENCES[kind](hostOf(url)), { cause: new Error(errorCodes(cause).join(' ')) });
}
