import { expect, test } from 'vitest';
import { domainOf, isFederated, isGivenDomain } from '../../../shared/detect/posture/domains.ts';

test.each([
  ['ada@example.com', 'example.com'],
  ['Ada@Example.COM', 'example.com'],
  ['odd@name@example.com', 'example.com'],
])('the domain of %s is %s', (name, domain) => {
  expect(domainOf(name)).toBe(domain);
});

test.each([
  ['example.onmicrosoft.com', true],
  ['example.mail.onmicrosoft.com', true],
  ['example.onmicrosoft.us', true],
  ['example.partner.onmschina.cn', true],
  ['example.com', false],
  ['evil-onmicrosoft.com', false],
  ['onmicrosoft.com.example.net', false],
  ['example.onmicrosoft.com.evil', false],
])('Microsoft gave %s: %s', (domain, isGiven) => {
  expect(isGivenDomain(domain)).toBe(isGiven);
});

const snapshot = {
  organization: {
    domains: [
      { name: 'Corp.Example.com', isFederated: true },
      { name: 'example.com', isFederated: false },
      { name: 'example.net' },
      // Nonsense, and not to be believed.
      { name: 'example.onmicrosoft.com', isFederated: true },
    ],
  },
};

test.each([
  ['ada@corp.example.com', true],
  ['ada@example.com', false],
  ['ada@sub.corp.example.com', undefined],
  ['ada@example.net', undefined],
  ['ada@example.org', undefined],
  ['ada@example.onmicrosoft.com', false],
  [null, undefined],
  [undefined, undefined],
])('%s signs in elsewhere: %s', (name, expected) => {
  expect(isFederated(snapshot, name)).toBe(expected);
});

test('where domains were not read, nobody knows', () => {
  expect(isFederated({}, 'ada@example.com')).toBeUndefined();
  expect(isFederated({ organization: {} }, 'ada@example.com')).toBeUndefined();
});
