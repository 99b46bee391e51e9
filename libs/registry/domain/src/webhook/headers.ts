import { isSecretHeaderName, maskedValue, type FieldError } from '@arkan/kernel';
import type { Sealed, StoredHeader } from './events';

/** For people and for the history: a sealed value is `***`. */
export function maskedHeaders(headers: readonly StoredHeader[]): Record<string, string> {
  return Object.fromEntries(headers.map((header) => [header.name, header.value ?? maskedValue]));
}

/** How the headers of a request become those that are stored. */
export interface HeaderSealing {
  seal(value: string): Sealed;
  open(sealed: Sealed): string;
}

/**
 * A secret value is sealed; `***`, or the very value that is there already, keeps what is there, so that a client may send back
 * what it read and so that nothing is sealed anew that has not changed. The headers were checked before.
 */
export function storeHeaders(
  given: Readonly<Record<string, string>>,
  present: readonly StoredHeader[],
  sealing: HeaderSealing,
): { headers: StoredHeader[]; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const headers = Object.entries(given).map(([name, value]): StoredHeader => {
    if (!isSecretHeaderName(name)) return { name, value, sealed: null };
    const known = present.find((header) => header.name.toLowerCase() === name.toLowerCase())?.sealed ?? null;
    if (known && (value === maskedValue || sealing.open(known) === value)) return { name, value: null, sealed: known };
    if (value === maskedValue) errors.push(maskedError(name));
    return { name, value: null, sealed: sealing.seal(value) };
  });
  return { headers, errors };
}

function maskedError(name: string): FieldError {
  return {
    pointer: `/customHeaders/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    code: 'masked_value',
    message: 'is masked, and the webhook has no such header to take its value from; give the value itself',
    limit: null,
  };
}
