import type { Request } from './request.ts';
import * as azure from './requests/azure.ts';
import * as principals from './requests/principals.ts';
import * as roles from './requests/roles.ts';
import * as tenant from './requests/tenant.ts';

const isRequest = (value: unknown): value is Request =>
  typeof value === 'object' && value !== null && 'part' in value && 'path' in value;

/** All that is asked of Microsoft Graph, by name. */
export const graphRequests: ReadonlyMap<string, Request> = new Map(
  Object.entries({ ...roles, ...principals, ...tenant }).flatMap(([name, value]) =>
    isRequest(value) ? [[name, value] as const] : [],
  ),
);

/** All that is asked of Azure Resource Manager, by name. */
export const armRequests: ReadonlyMap<string, Request> = new Map(
  Object.entries(azure).flatMap(([name, value]) =>
    isRequest(value) ? [[name, value] as const] : [],
  ),
);
