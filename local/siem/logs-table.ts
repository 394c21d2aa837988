export type ColumnType = 'string' | 'int' | 'long' | 'real' | 'boolean' | 'datetime' | 'dynamic';
export type Column = { name: string; type: ColumnType };
export type Row = Record<string, unknown>;

/** More of a text is cut off. */
const maxField = 64 * 1024;
/** A time further back, or further ahead, gives way to that of arrival. */
const oldestMs = 2 * 86_400_000;
const newestMs = 86_400_000;

/**
 * A row as a table of Log Analytics holds it: the declared columns alone, each of its type or null.
 *
 * @param arrivedAt - stands where `TimeGenerated` is missing or too far off.
 * @returns besides the names of what vanished, and of what did not fit its column.
 */
export function tableRow(given: Row, columns: readonly Column[], arrivedAt: string) {
  const names = new Set(columns.map(({ name }) => name));
  const dropped = Object.keys(given).filter((name) => !names.has(name));
  const entries = columns.map(({ name, type }) => [name, held(given[name], type)] as const);
  const misfits = entries
    .filter(([name, value]) => value === null && given[name] !== undefined && given[name] !== null)
    .map(([name]) => name);
  const row: Row = Object.fromEntries(entries);
  const at = Date.parse(String(row.TimeGenerated));
  const arrived = Date.parse(arrivedAt);
  if (!(at >= arrived - oldestMs && at <= arrived + newestMs)) row.TimeGenerated = arrivedAt;
  return { row, dropped, misfits };
}

function held(value: unknown, type: ColumnType): unknown {
  if (value === undefined || value === null) return null;
  if (type === 'dynamic') return value;
  if (type === 'string') return cut(typeof value === 'string' ? value : JSON.stringify(value));
  if (type === 'boolean') return heldBoolean(value);
  if (type === 'datetime') {
    const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? null : new Date(at).toISOString();
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && isOfSize(number, type) ? number : null;
}

function heldBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase();
  return word === 'true' || word === 'false' ? word === 'true' : null;
}

function isOfSize(number: number, type: ColumnType): boolean {
  if (type === 'int') return Number.isInteger(number) && Math.abs(number) < 2 ** 31;
  return type === 'long' ? Number.isSafeInteger(number) : Number.isFinite(number);
}

const cut = (text: string) =>
  Buffer.byteLength(text) <= maxField ? text : Buffer.from(text).toString('utf8', 0, maxField);
