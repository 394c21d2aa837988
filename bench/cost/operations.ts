/** What a storage account bills by, one HTTP request each. */
export const operationKinds = [
  'tableRead',
  'tableWrite',
  'queue',
  'blobWrite',
  'blobRead',
] as const;
export type OperationKind = (typeof operationKinds)[number];
export type Operations = Readonly<Record<OperationKind, number>>;

export const noOperations: Operations = {
  tableRead: 0,
  tableWrite: 0,
  queue: 0,
  blobWrite: 0,
  blobRead: 0,
};

export const mapped = (of: (kind: OperationKind) => number): Operations =>
  Object.fromEntries(operationKinds.map((kind) => [kind, of(kind)])) as Operations;

export const added = (all: readonly Operations[]): Operations =>
  mapped((kind) => all.reduce((sum, one) => sum + one[kind], 0));

export const times = (one: Operations, count: number): Operations =>
  mapped((kind) => one[kind] * count);

export const sumOf = (all: Operations): number =>
  operationKinds.reduce((sum, kind) => sum + all[kind], 0);

export type Service = 'table' | 'queue' | 'blob';

/** A batch of a table is one request, and one operation on the bill. Lists of blobs cost as writes do. */
export function kindOf(service: Service, method: string, path: string): OperationKind {
  const isReading = method === 'GET' || method === 'HEAD';
  if (service === 'queue') return 'queue';
  if (service === 'table') return isReading ? 'tableRead' : 'tableWrite';
  return method === 'PUT' || /[?&]comp=list(&|$)/.test(path) ? 'blobWrite' : 'blobRead';
}
