/**
 * The one door to the network. Sources, PDS and sign-in speak to this interface; who adds the token and which engine
 * carries the bytes is decided by whoever makes it.
 */

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** `bytes`: the answer is not text and comes in `bytes`, with an empty `body`. */
  readonly answerAs?: 'bytes';
  /**
   * What comes back carries a signature of its own, which the caller checks, and what is sent holds nothing of a person:
   * plain http is then allowed off this computer too. Only for revocation lists and OCSP, whose addresses are http so that
   * checking one certificate does not need another (RFC 5280 section 8).
   */
  readonly signedContent?: true;
  /** Most bytes of answer that are read; more is a `too-large` failure. */
  readonly maxBytes?: number;
}

/** Whatever status the server gave: only the network itself failing is an error. Header names are lower case. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Only where the request asked for them. */
  readonly bytes?: Uint8Array;
}

/** `held-off`: nothing was sent, because whoever asks leaves a server alone that could not answer; `message` says until when. */
export type NetworkFailureKind = 'unreachable' | 'untrusted' | 'reset' | 'timed-out' | 'cancelled' | 'too-large' | 'refused-address' | 'held-off';

/** The network did not bring an answer. `message` is a sentence that names the host and what to do. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';
  readonly kind: NetworkFailureKind;
  constructor(kind: NetworkFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

export interface HttpPort {
  /** Sends once. Throws `NetworkFailure`; an aborted signal is `cancelled`, or `timed-out` where its reason is a TimeoutError. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
}
