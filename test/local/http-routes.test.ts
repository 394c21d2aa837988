import { expect, test } from 'vitest';
import { createRouter } from '../../local/functions-host/http-routes.ts';

const methods = ['GET'];
const route = createRouter('api', [
  { template: '{*path}', methods, target: 'pages' },
  { template: 'findings/{id}', methods, target: 'finding' },
  { template: 'findings/latest', methods, target: 'latest' },
  { template: 'findings/{id:int}/{part?}', methods: ['POST'], target: 'part' },
]);

test.for([
  ['/api/findings/latest', 'latest', {}],
  ['/api/findings/a%2Fb', 'finding', { id: 'a/b' }],
  ['/API/Findings/1/', 'finding', { id: '1' }],
  ['/api', 'pages', {}],
  ['/api/a/b', 'pages', { path: 'a/b' }],
] as const)('GET %s is for %s', ([path, target, params]) => {
  expect(route('GET', path)).toEqual({ status: 200, target, params });
});

test('an optional part may be left out, and a constraint holds', () => {
  expect(route('POST', '/api/findings/1')).toMatchObject({ target: 'part', params: { id: '1' } });
  expect(route('POST', '/api/findings/1/x')).toMatchObject({ params: { id: '1', part: 'x' } });
  expect(route('POST', '/api/findings/one')).toEqual({ status: 405 });
});

test('what matches nothing is not found, and a broken path is a bad request', () => {
  expect(route('GET', '/other')).toEqual({ status: 404 });
  expect(route('DELETE', '/api/x')).toEqual({ status: 405 });
  expect(route('GET', '/api/findings/%zz')).toEqual({ status: 400 });
});

test('an empty prefix puts the routes at the root', () => {
  const atRoot = createRouter('', [{ template: '{*path}', methods, target: 'pages' }]);

  expect(atRoot('GET', '/')).toEqual({ status: 200, target: 'pages', params: {} });
  expect(atRoot('GET', '/a')).toMatchObject({ params: { path: 'a' } });
});
