import type { X509Certificate } from 'node:crypto';
import type { CardHolder } from './messages.ts';

/** What the certificate says of its holder. Dates become ISO 8601. */
export function readHolder(certificate: X509Certificate): CardHolder {
  const subject = readSubject(certificate.subject);
  const userId = [subject.get('serialNumber'), subject.get('UID'), subject.get('userId')]
    .flatMap((values) => values ?? [])
    .find((value) => /^\d{12}$/.test(value));
  return {
    commonName: subject.get('CN')?.at(-1) ?? null,
    userId: userId ?? null,
    certificate: certificate.raw.toString('base64'),
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
  };
}

/** node:crypto prints one attribute a line, `CN=…`, and joins those of one set with ` + `; a name may hold neither. */
function readSubject(subject: string): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, string[]>();
  for (const line of subject.split(/\n| \+ (?=[A-Za-z0-9.]+=)/)) {
    const separator = line.indexOf('=');
    if (separator < 0) continue;
    const name = line.slice(0, separator);
    attributes.set(name, [...(attributes.get(name) ?? []), unescapeValue(line.slice(separator + 1))]);
  }
  return attributes;
}

/** Undoes RFC 2253 escapes: `\,` for a comma, `\E2\80\99` for the bytes of UTF-8. */
function unescapeValue(value: string): string {
  return value
    .replace(/(?:\\[0-9A-Fa-f]{2})+/g, (escaped) => Buffer.from(escaped.replaceAll('\\', ''), 'hex').toString('utf8'))
    .replace(/\\(.)/g, '$1');
}
