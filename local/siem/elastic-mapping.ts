import { isIP } from 'node:net';
import { DocumentRefusal, parsed } from './elastic-documents.ts';

/** What a field has become with the first value that it had. */
type FieldType = 'keyword' | 'long' | 'double' | 'boolean' | 'date' | 'ip' | 'object';

/** Where ECS says what a field is, its first value does not. */
const known: Record<string, FieldType> = { '@timestamp': 'date', 'event.severity': 'long' };

const isoDate =
  /^\d{4}-\d{2}-\d{2}(?:T\d{2}(?::\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

const fits: Record<Exclude<FieldType, 'object'>, (value: unknown) => boolean> = {
  keyword: (value) => typeof value !== 'object',
  long: (value) => typeof value !== 'boolean' && Number.isFinite(Number(value)),
  double: (value) => typeof value !== 'boolean' && Number.isFinite(Number(value)),
  boolean: (value) => typeof value === 'boolean' || value === 'true' || value === 'false',
  date: (value) => typeof value === 'number' || (typeof value === 'string' && isoDate.test(value)),
  // With a zone (fe80::1%eth0) it is none there.
  ip: (value) => typeof value === 'string' && isIP(value) !== 0 && !value.includes('%'),
};

/**
 * The fields of one data stream. A field stays what it was first: what does not fit any more is refused
 * with its document, and changes nothing.
 */
export function elasticMapping() {
  let types = new Map<string, FieldType>(Object.entries(known));
  return {
    /** @throws {DocumentRefusal} */
    take(id: string, text: string): Record<string, unknown> {
      const document = parsed(text);
      if (!document) throw refusal('[1:1] failed to parse: not an object');
      if ((document['@timestamp'] ?? null) === null) {
        throw refusal('data stream timestamp field [@timestamp] is missing');
      }
      const next = new Map(types);
      note(document, '', id, next);
      types = next;
      return document;
    },
  };
}

function note(value: unknown, path: string, id: string, types: Map<string, FieldType>): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const one of value) note(one, path, id, types);
    return;
  }
  const isObject = typeof value === 'object';
  const type = path === '' ? 'object' : (types.get(path) ?? typeOf(value, path));
  if (path !== '') types.set(path, type);
  if (isObject !== (type === 'object')) {
    const found = isObject ? 'a concrete value' : 'an object';
    throw isObject
      ? refusal(`failed to parse field [${path}] of type [${type}] in document with id '${id}'`)
      : refusal(`object mapping for [${path}] tried to parse field [${path}] as ${found}`);
  }
  if (type !== 'object' && !fits[type](value)) {
    throw refusal(
      `failed to parse field [${path}] of type [${type}] in document with id '${id}'. Preview of field's value: '${value}'`,
    );
  }
  if (!isObject) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '' || key.split('.').includes('')) {
      throw refusal(`field name cannot contain only whitespace or an empty part: [${key}]`);
    }
    noteDotted(key.split('.'), inner, path, id, types);
  }
}

/** A dot in a name is a step into an object. */
function noteDotted(
  [first = '', ...rest]: readonly string[],
  value: unknown,
  path: string,
  id: string,
  types: Map<string, FieldType>,
): void {
  const at = path === '' ? first : `${path}.${first}`;
  note(rest.length === 0 ? value : {}, at, id, types);
  if (rest.length > 0) noteDotted(rest, value, at, id, types);
}

/** As the component template ecs@mappings has it, as it has `ip`. */
const dateNames =
  /(?:^|\.)(?:timestamp|created|ingested|accessed|installed|start|end|not_before|not_after|ctime|mtime)$/;

function typeOf(value: unknown, path: string): FieldType {
  if (typeof value === 'object') return 'object';
  if (/(?:^|\.)ip$/.test(path)) return 'ip';
  if (dateNames.test(path)) return 'date';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'double';
  return 'keyword';
}

const refusal = (reason: string) =>
  new DocumentRefusal(400, { type: 'document_parsing_exception', reason });
