import { cleanLine } from '../clean-text.ts';

/** What a receiver said, as it may stand in an error, a row or on a page. */
export type Words = (text: string) => string;

/** Longer quotes tell nobody more. */
const maxWords = 300;
/** A part of a secret that is as long tells too much of it. */
const tellingLength = 8;

/**
 * Quotes a receiver: one clean line, cut, without any of the secrets. A receiver may repeat the request,
 * whole or in pieces, and may do it on purpose.
 */
export function wordsWithout(secrets: readonly string[]): Words {
  const hidden = [...new Set(secrets.flatMap(spellingsOf))].map((secret) =>
    piecesOf(lower(secret)),
  );
  return (text) => {
    // Cleaned first: an invisible character within a secret would keep it from being found.
    const all = hidden.reduce(without, cleanLine(text, 20_000));
    return cleanLine(all.replace(queryValue, '$1…'), maxWords);
  };
}

/** What of a URL is nobody's to read: what it asks for, and whoever signs in by it. */
export function secretsIn(url: string): string[] {
  const { search, hash, username, password, searchParams } = parsed(url);
  const values = [...searchParams.values()].filter(isTelling);
  return [search.slice(1), hash.slice(1), username, password, ...values];
}

/** As {@link secretsIn}, of a URL that is a secret as a whole: all of it but the host. */
export function allSecretsIn(url: string): string[] {
  const path = parsed(url).pathname.slice(1);
  return [...secretsIn(url), ...[path, ...path.split('/')].filter(isTelling)];
}

const parsed = (url: string) => URL.parse(url) ?? new URL('https://none');

/** Shorter is a word that anybody may use. */
const isTelling = (text: string) => text.length >= tellingLength;

/** In any address that is repeated, of whomever. */
const queryValue = /([?&][\w.-]{1,60}=)[^\s&"'<>]+/g;

/** As it may come back: as it is, in an address, in JSON, in base64, or what it is the base64 of. */
function spellingsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const plain = Buffer.from(secret, 'base64').toString();
  const url = encodeURIComponent(secret.toWellFormed());
  const spellings = [secret, url, decoded(secret), json, Buffer.from(secret).toString('base64')];
  const isText = /^[\x20-\x7e]{8,}$/.test(plain);
  return [...spellings, ...(isText ? [plain] : [])]
    .map((one) => cleanLine(one, 20_000))
    .filter((one) => one !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Pieces = { length: number; all: ReadonlySet<string> };

/** Every run of the secret that is long enough to tell. */
function piecesOf(secret: string): Pieces {
  const length = Math.min(tellingLength, secret.length);
  const starts = secret.length - length + 1;
  return {
    length,
    all: new Set(Array.from({ length: starts }, (_, at) => secret.slice(at, at + length))),
  };
}

/** The text with all that the pieces cover as one ellipsis each. */
function without(text: string, { length, all }: Pieces): string {
  const searched = lower(text);
  let [kept, at, coveredTo] = ['', 0, 0];
  for (; at < text.length; at += 1) {
    if (all.has(searched.slice(at, at + length))) {
      if (at >= coveredTo) kept += '…';
      coveredTo = at + length;
    } else if (at >= coveredTo) kept += text[at];
  }
  return kept;
}

/** Letters of ASCII alone: no other change of case keeps each in its place. */
const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
