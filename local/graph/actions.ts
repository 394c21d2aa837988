import type { PathEntry } from './contract.ts';
import { badRequest, GraphError, notFound } from './errors.ts';
import { timeAt } from './identifiers.ts';
import type { Fields, Tenant } from './model.ts';
import { project } from './query/project.ts';
import { objectRows } from './rows/principals.ts';
import { findUser } from './sources/question.ts';
import type { Answer, SentMail, World } from './world.ts';

type Call = {
  world: World;
  entry: PathEntry;
  keys: readonly string[];
  body: unknown;
  tenant: Tenant;
};
type Body = { [name: string]: unknown };

const isBody = (body: unknown): body is Body => typeof body === 'object' && body !== null;
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const noMailbox = () =>
  new GraphError(
    404,
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  );

/** @throws {GraphError} 404. */
function mailboxAt({ tenant, keys }: Pick<Call, 'tenant' | 'keys'>) {
  const user = findUser(tenant, keys[0] ?? '');
  if (!user) {
    throw new GraphError(404, 'ErrorInvalidUser', `The requested user '${keys[0]}' is invalid.`);
  }
  if (!user.hasMailbox) throw noMailbox();
  return user;
}

function sendMail({ world, body, ...call }: Call): Answer {
  const { fields } = mailboxAt(call);
  const sender = fields.userPrincipalName;
  const at = timeAt(world.now());
  const sent = (mail: SentMail): Answer => {
    world.outbox.push(mail);
    world.onMail?.(mail);
    return { status: 202, headers: {} };
  };
  if (typeof body === 'string') {
    const mime = mimeIn(body);
    return sent({ sender, at, message: undefined, saveToSentItems: true, mime });
  }
  if (!isBody(body) || !isBody(body.message)) throw badRequest('The message is missing.');
  const to = body.message.toRecipients;
  if (!isList(to) || to.length === 0) {
    throw new GraphError(400, 'ErrorInvalidRecipients', 'At least one recipient is needed.');
  }
  const saveToSentItems = body.saveToSentItems !== false;
  return sent({ sender, at, message: body.message, saveToSentItems });
}

/** @throws {GraphError} 400. */
function mimeIn(body: string): Buffer {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(body)) {
    throw new GraphError(400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64 string.');
  }
  const mime = Buffer.from(body, 'base64');
  if (/^to:\s*\S/im.test(mime.toString())) return mime;
  throw new GraphError(400, 'ErrorInvalidRecipients', 'At least one recipient is needed.');
}

function revokeSessions({ world, keys }: Call): Answer {
  const value = world.directory.change((tenant) => {
    const user = findUser(tenant, keys[0] ?? '');
    if (!user) throw notFound(keys[0] ?? '');
    user.fields.signInSessionsValidFromDateTime = timeAt(world.now());
    return true;
  });
  return { status: 200, headers: {}, body: { value } };
}

function getByIds({ entry, body, tenant }: Call): Answer {
  if (!isBody(body) || !isList(body.ids) || body.ids.length > 1000) {
    throw badRequest('ids are missing, or more than 1000.');
  }
  const types = isList(body.types) ? body.types.map((type) => String(type).toLowerCase()) : [];
  const value = objectRows(tenant, body.ids.map(String))
    .filter(({ type }) => types.length === 0 || types.includes(type.toLowerCase()))
    .map((row) => project(row, entry.v, { select: undefined, expand: [] }));
  return { status: 200, headers: {}, body: { value } };
}

/** Whom a policy concerns, as far as ids and `All` say: not by group, role, place or risk. */
function evaluate({ tenant, body }: Call): Answer {
  const identity = isBody(body) && isBody(body.signInIdentity) ? body.signInIdentity : {};
  const value = tenant.conditionalAccess.map((policy) => {
    const users = usersOf(policy);
    const isIn = users.includeUsers.some((id) => id === 'All' || id === identity.userId);
    const isOut = users.excludeUsers.includes(String(identity.userId));
    const policyApplies = isIn && !isOut && policy.state !== 'disabled';
    return { ...policy, policyApplies, analysisReasons: policyApplies ? 'notSet' : 'users' };
  });
  return { status: 200, headers: {}, body: { value } };
}

function usersOf({ conditions }: Fields) {
  const users = isBody(conditions) && isBody(conditions.users) ? conditions.users : {};
  const names = (list: unknown) => (isList(list) ? list.map(String) : []);
  return { includeUsers: names(users.includeUsers), excludeUsers: names(users.excludeUsers) };
}

function mailboxSettings(call: Call): Answer {
  mailboxAt(call);
  return {
    status: 200,
    headers: {},
    body: { timeZone: 'UTC', userPurpose: 'user', dateFormat: 'yyyy-MM-dd', timeFormat: 'HH:mm' },
  };
}

function messageRules(call: Call): Answer {
  const { inboxRules } = mailboxAt(call);
  if (call.keys[1]?.toLowerCase() !== 'inbox') {
    throw new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found.');
  }
  return { status: 200, headers: {}, body: { value: inboxRules } };
}

const actions: Record<string, (call: Call) => Answer> = {
  'POST /users/{id}/sendMail': sendMail,
  'POST /users/{id}/revokeSignInSessions': revokeSessions,
  'POST /directoryObjects/getByIds': getByIds,
  'POST /identity/conditionalAccess/evaluate': evaluate,
  'GET /users/{id}/mailboxSettings': mailboxSettings,
  'GET /users/{id}/mailFolders/{id}/messageRules': messageRules,
};

/** What is done, or lies in a mailbox, instead of being a collection of the directory. */
export const actionOf = ({ m, path }: PathEntry) => actions[`${m} ${path}`];
