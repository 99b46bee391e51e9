import { count, date, eventType, id, list, money, oneOf, optional, person, text, timestamp } from './define';

const lease = {
  leaseId: id('The lease.'),
  propertyId: id('The property.'),
  unitId: id('The unit that is let.'),
};
const residents = list('Who is on the lease.', person('A resident.'), 20);
const startsOn = date('The first day.');
const endsOn = date('The last day.');
const rent = money('The rent for a month.');

const example = { leaseId: 'lease_2071', propertyId: 'prop_riverside', unitId: 'unit_4b' };
const dana = { id: 'res_1190', name: 'Dana Whitfield' };
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });

export const leasing = [
  eventType(
    'leasing.lease.drafted',
    'Lease drafted',
    'A lease was written, and is not signed yet.',
    {
      ...lease,
      residents,
      startsOn,
      endsOn,
      rent,
      deposit: optional(money('The deposit.')),
      draftedBy: person('Who wrote it.'),
      draftedAt: timestamp('When it was written.'),
    },
    {
      ...example,
      residents: [dana],
      startsOn: '2026-04-01',
      endsOn: '2027-03-31',
      rent: usd(185_000),
      deposit: usd(185_000),
      draftedBy: { id: 'staff_9', name: 'Noor Haddad', role: 'leasing_agent' },
      draftedAt: '2026-03-05T15:40:00.000Z',
    },
  ),
  eventType(
    'leasing.lease.activated',
    'Lease activated',
    'A lease was signed by all and is in force, or will be on its first day.',
    {
      ...lease,
      residents,
      startsOn,
      endsOn,
      rent,
      signedAt: timestamp('When the last one signed.'),
      activatedAt: timestamp('When it became active.'),
    },
    {
      ...example,
      residents: [dana],
      startsOn: '2026-04-01',
      endsOn: '2027-03-31',
      rent: usd(185_000),
      signedAt: '2026-03-09T10:12:33.000Z',
      activatedAt: '2026-03-09T10:12:34.000Z',
    },
  ),
  eventType(
    'leasing.lease.renewed',
    'Lease renewed',
    'A lease goes on for another term.',
    {
      ...lease,
      previousEndsOn: date('The last day as it was.'),
      endsOn,
      previousRent: optional(money('The rent as it was.')),
      rent,
      renewedAt: timestamp('When it was renewed.'),
    },
    {
      ...example,
      previousEndsOn: '2027-03-31',
      endsOn: '2028-03-31',
      previousRent: usd(185_000),
      rent: usd(191_000),
      renewedAt: '2027-01-18T09:00:00.000Z',
    },
  ),
  eventType(
    'leasing.lease.terminated',
    'Lease terminated',
    'A lease ends, at its term or before.',
    {
      ...lease,
      reason: oneOf('Why it ends.', 'term_ended', 'resident_notice', 'eviction', 'mutual_agreement', 'other'),
      terminatedOn: date('The last day.'),
      noticeGivenOn: optional(date('The day of the notice.')),
      moveOutOn: optional(date('The day of moving out.')),
      depositReturned: optional(money('What is returned of the deposit.')),
      note: optional(text('What was said about it.', 2_000)),
      terminatedAt: timestamp('When it was recorded.'),
    },
    {
      ...example,
      reason: 'resident_notice',
      terminatedOn: '2028-03-31',
      noticeGivenOn: '2028-01-30',
      moveOutOn: '2028-03-29',
      depositReturned: usd(172_500),
      terminatedAt: '2028-01-30T16:20:00.000Z',
    },
  ),
  eventType(
    'leasing.lease.expiring',
    'Lease expiring',
    'A lease ends soon, and no renewal is agreed.',
    {
      ...lease,
      residents,
      endsOn,
      daysLeft: count('Whole days until the last one.'),
      renewalOffered: optional(oneOf('Where a renewal stands.', 'none', 'offered', 'declined')),
    },
    { ...example, residents: [dana], endsOn: '2027-03-31', daysLeft: 60, renewalOffered: 'offered' },
  ),
];
