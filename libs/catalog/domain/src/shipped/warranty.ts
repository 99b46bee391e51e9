import { eventType, id, money, oneOf, optional, person, text, timestamp } from './define';

const claim = {
  claimId: id('The claim.'),
  propertyId: id('The property.'),
  unitId: optional(id('The unit.')),
  assetId: id('The appliance or part that it is about.'),
};
const example = { claimId: 'clm_811', propertyId: 'prop_riverside', unitId: 'unit_4b', assetId: 'asset_dishwasher_4b' };

export const warranty = [
  eventType(
    'warranty.claim.submitted',
    'Warranty claim submitted',
    'A claim was made to the one who gave the warranty.',
    {
      ...claim,
      warrantyId: id('The warranty.'),
      provider: text('Who gave it.'),
      problem: text('What is wrong.', 4_000),
      estimatedCost: optional(money('What a repair would cost.')),
      submittedBy: person('Who made the claim.'),
      submittedAt: timestamp('When.'),
    },
    {
      ...example,
      warrantyId: 'war_2231',
      provider: 'Northwind Appliances',
      problem: 'It does not drain; error E24.',
      estimatedCost: { amountMinor: 22_000, currency: 'USD' },
      submittedBy: { id: 'staff_3', name: 'Priya Nair' },
      submittedAt: '2026-05-06T13:45:00.000Z',
    },
  ),
  eventType(
    'warranty.claim.approved',
    'Warranty claim approved',
    'The one who gave the warranty will make it good, in whole or in part.',
    {
      ...claim,
      coverage: oneOf('How far.', 'full', 'partial'),
      approvedAmount: optional(money('Up to how much.')),
      reference: optional(text('Their own number of the claim.', 100)),
      approvedAt: timestamp('When.'),
    },
    {
      ...example,
      coverage: 'partial',
      approvedAmount: { amountMinor: 18_000, currency: 'USD' },
      reference: 'NW-55-1208',
      approvedAt: '2026-05-09T09:10:00.000Z',
    },
  ),
  eventType(
    'warranty.claim.resolved',
    'Warranty claim resolved',
    'The claim is closed.',
    {
      ...claim,
      outcome: oneOf('What it came to.', 'repaired', 'replaced', 'reimbursed', 'denied', 'withdrawn'),
      paidAmount: optional(money('What was paid.')),
      note: optional(text('What was said about it.', 2_000)),
      resolvedAt: timestamp('When.'),
    },
    {
      ...example,
      outcome: 'repaired',
      paidAmount: { amountMinor: 17_640, currency: 'USD' },
      resolvedAt: '2026-05-16T15:30:00.000Z',
    },
  ),
];
