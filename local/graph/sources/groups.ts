import * as principals from '../rows/principals.ts';
import { keyed, type Sources } from './question.ts';

export const groupSources: Sources = {
  '/groups': ({ tenant }) => tenant.groups.map(principals.groupRow),
  '/groups/{id}': (question) => principals.groupRow(keyed(question.tenant.groups, question)),
  '/groups/delta': ({ tenant }) => tenant.groups.map(principals.groupRow),
  '/groups/{id}/members': (question) => {
    const ids = principals.peopleOf(
      question.tenant,
      keyed(question.tenant.groups, question),
      'member',
      question.now,
    );
    return principals.objectRows(question.tenant, ids);
  },
  '/groups/{id}/owners': (question) => {
    const ids = principals.peopleOf(
      question.tenant,
      keyed(question.tenant.groups, question),
      'owner',
      question.now,
    );
    return principals.objectRows(question.tenant, ids);
  },
  '/groups/{id}/transitiveMembers': (question) => {
    const { id } = keyed(question.tenant.groups, question).fields;
    return principals.objectRows(
      question.tenant,
      principals.membersWithin(question.tenant, id, question.now),
    );
  },
  '/groups/{id}/transitiveMembers/microsoft.graph.user': (question) => {
    const { id } = keyed(question.tenant.groups, question).fields;
    const within = principals.membersWithin(question.tenant, id, question.now);
    return question.tenant.users
      .filter(({ fields }) => within.has(fields.id))
      .map(principals.userRow);
  },
};
