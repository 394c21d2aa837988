import { readFileSync } from 'node:fs';

export type Version = 'v1.0' | 'beta';
export type Bucket =
  | 'directory'
  | 'reports'
  | 'idp-ca'
  | 'security'
  | 'outlook'
  | 'pim'
  | 'access-reviews'
  | 'intune';

/** A path of Graph that the product may use: who may call it, with which options, at what price. */
export type PathEntry = {
  v: Version;
  m: 'GET' | 'POST';
  path: string;
  /** A type; in brackets a list of it. */
  returns: string;
  /** The query options that it takes. */
  q: readonly string[];
  page?: readonly [size: number, most: number];
  thr: Bucket;
  lic?: string;
  /** A filter that must be there. */
  req?: string;
  least: readonly string[];
  alt?: readonly string[];
  allOf?: boolean;
};

type TypeEntry = {
  k: 'entity' | 'complex';
  base?: string;
  p: Readonly<Record<string, string>>;
  n?: Readonly<Record<string, string>>;
  /** Accepted by the service though its metadata lacks them. */
  d?: Readonly<Record<string, string>>;
  /** Only what differs from v1.0. */
  delta?: string;
};
type Types = Readonly<Record<string, TypeEntry>>;

export type ArmOperation = { path: string; 'api-version': string };
type AppRoles = {
  resourceAppId: string;
  needed: Readonly<Record<string, string>>;
  all: Readonly<Record<string, string>>;
};

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./contract/${name}.json`, import.meta.url), 'utf8'));

export const paths = (read('paths') as { paths: readonly PathEntry[] }).paths;
export const armOperations = (read('arm') as { operations: readonly ArmOperation[] }).operations;
export const azureRoles = (read('arm') as { roles: Readonly<Record<string, string>> }).roles;

/** By template id: what the role is called, and whether Microsoft flags it as privileged. */
export const entraRoles = (
  read('entra-roles') as { roles: Readonly<Record<string, readonly [name: string, boolean]>> }
).roles;

const appRoleFile = read('app-roles') as AppRoles & { meta: AppRoles };
/** Application permissions of Microsoft Graph: their ids by name. */
export const graphAppRoles = appRoleFile.all;
/** Those that the product asks for. */
export const neededAppRoles = appRoleFile.needed;

const types: Record<Version, Types> = {
  'v1.0': (read('types.v1') as { types: Types }).types,
  beta: (read('types.beta') as { types: Types }).types,
};

type Members = {
  properties: ReadonlyMap<string, string>;
  navigation: ReadonlyMap<string, string>;
  /** The type itself and those that it inherits from. */
  lineage: readonly string[];
};
const known = new Map<string, Members | undefined>();

/** What a type has, inherited members included. Undefined: the contract only names the type. */
export function membersOf(type: string, version: Version): Members | undefined {
  const key = `${version} ${type}`;
  if (!known.has(key)) known.set(key, resolve(type, version));
  return known.get(key);
}

function resolve(type: string, version: Version): Members | undefined {
  const own = types[version][type];
  const stable = types['v1.0'][type];
  const layers = (version === 'beta' && own && !own.delta ? [own] : [stable, own]).filter(
    (layer) => layer !== undefined,
  );
  if (layers.length === 0) return;
  const base = layers[0]?.base;
  const inherited = base === undefined ? undefined : membersOf(base, version);
  return {
    properties: new Map([
      ...(inherited?.properties ?? []),
      ...layers.flatMap((layer) => Object.entries({ ...layer.p, ...layer.d })),
    ]),
    navigation: new Map([
      ...(inherited?.navigation ?? []),
      ...layers.flatMap((layer) => Object.entries(layer.n ?? {})),
    ]),
    lineage: [type, ...(inherited?.lineage ?? [])],
  };
}

/** `[user]` and `String?` without what surrounds them. */
export const bareType = (written: string) => written.replace(/^\[|[\]?~]+$/g, '');
export const isList = (written: string) => written.startsWith('[');
