/** What a tenant is written with: see contoso-test.ts. */
export {
  accessPolicy,
  activated,
  active,
  eligible,
  groupAccess,
  roleNamed,
} from './builders/access.ts';
export { application, group, registered, servicePrincipal, user } from './builders/principals.ts';
