import type { AuditEvent } from '../read/event.ts';

/**
 * Rows that tell of a change of how an account proves itself, apart from its password: methods
 * registered, changed or deleted, passes issued, per-user multi-factor authentication.
 */
const methodOperation =
  /^((user|admin) (registered|deleted|updated|changed default) (all )?security info|user registered all required security info|admin (registered|deleted|updated) |(create|delete) temporary access pass|(add|delete|remove) (fido2|passkey|windows hello|platform credential|passwordless phone)|(disable|enable) strong authentication|update (strong|per-user) ?(multi)?)/;

export const isMethodChange = ({ operation }: AuditEvent) => methodOperation.test(operation);
