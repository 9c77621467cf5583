import { expect, type Page, test } from '@playwright/test';
import { query } from './support/cast.ts';
import { signIn } from './support/portal.ts';
import { ask, becomes, decide, tellsNothingOf } from './support/requests.ts';
import { at } from './support/world.ts';

// What becomes of requests, told by what the customer and support read. Name servers, a DNS list and a registry on
// loopback answer what support/world.ts says.

const server = 'acme-production';
const entryPath = (id: string) => `/servers/${server}/whitelist/${id}`;

let owner: Page;
let support: Page;
let second: Page;
test.beforeAll(async ({ browser }) => {
  owner = await signIn(browser, 'owner@acme.example');
  support = await signIn(browser, 'support@postern.example');
  second = await signIn(browser, 'support2@postern.example');
});

const decisionForm = (page: Page) => page.getByRole('form', { name: 'Decision' });
const requirement = (page: Page, name: string) =>
  page
    .getByRole('listitem')
    .filter({ has: page.getByText(name, { exact: false }) })
    .first();

test('a name from a pool goes to a person, who rejects it with words that help', async () => {
  const id = await ask(owner, server, at.pool, 'Two copiers that scan to mail.');
  await becomes(id, 'in_review');
  await owner.goto(entryPath(id));
  await expect(owner.getByText('In review').first()).toBeVisible();
  await expect(owner.getByText('The name of this address says it is dynamic')).toBeVisible();
  await expect(owner.getByText('45-82-1-7.dyn.pool.provider.example').first()).toBeVisible();
  await expect(owner.getByText('Ask your provider for a static address').first()).toBeVisible();

  await support.goto(`/admin/requests/${id}`);
  const advice = support.getByRole('region', { name: 'Recommendation' });
  await expect(advice).toContainText('Ask before approving.');
  await expect(advice).toContainText('Not met: “Static”');
  const reason = support.getByLabel('Reason', { exact: true }).first();
  await expect(reason).toHaveAccessibleDescription('The owner reads it, and it stands in the log.');
  // Approving over what is not met is possible only by name.
  await decide(support, id, 'Approve', 'Looks fine.');
  await expect(decisionForm(support).getByRole('alert')).toContainText('dynamic');
  await becomes(id, 'in_review');
  await decide(support, id, 'Reject', 'Your provider hands this address out anew. Ask for a static one.');
  await expect(support.getByText('Rejected. The owner is told why.')).toBeVisible();

  await owner.reload();
  await expect(owner.getByText('Rejected').first()).toBeVisible();
  await expect(owner.getByText('Your provider hands this address out anew.', { exact: false })).toBeVisible();
});

test('a clean business name is met in everything, and one person approves it', async () => {
  const id = await ask(owner, server, at.business, 'The ERP sends invoices.');
  await becomes(id, 'in_review');
  await support.goto(`/admin/requests/${id}`);
  await expect(support.getByRole('region', { name: 'Recommendation' })).toContainText('Approve.');
  await expect(support.getByText('mail.acme.example').first()).toBeVisible();
  await decide(support, id, 'Approve', 'Your own name, your own network, proven.');
  await expect(support.getByText('Approved. The address is in force.')).toBeVisible();
  await becomes(id, 'active');

  // What was decided leads on to what may be done now.
  await expect(decisionForm(support)).toContainText('It is approved already.');
  await support.getByRole('link', { name: 'Open the entry' }).click();
  await expect(support).toHaveURL(new RegExp(`/admin/entries/${id}$`));
  await expect(support.getByRole('button', { name: 'Suspend' })).toBeEnabled();

  // The decision keeps the policy and the evidence of its moment.
  const decisions = support.getByRole('region', { name: 'Decisions' });
  await expect(decisions.getByRole('link', { name: /^under policy version \d+$/ })).toBeVisible();
  await decisions.getByText('The evidence as it was then').click();
  await expect(decisions.getByText('Not listed at zen.lists.example.')).toBeVisible();

  await owner.goto(entryPath(id));
  await expect(owner.getByText('In force').first()).toBeVisible();
  await expect(owner.getByText('Your own name, your own network, proven.')).toBeVisible();
  await expect(owner.getByText('11 of 11 met').first()).toBeVisible();
});

test('an address behind a carrier’s translation is refused at once, and nothing is made', async () => {
  const before = await query('select id from entries');
  await owner.goto(`/servers/${server}/whitelist/new`);
  await owner.getByLabel('IP address or CIDR range').fill('100.64.3.4');
  await owner.getByLabel('What sends from this address?').fill('A router with a SIM card.');
  for (const name of [/static/, /dedicated/, /responsible/])
    await owner.getByRole('checkbox', { name }).check();
  await owner.getByRole('button', { name: 'Request whitelisting' }).click();
  const field = owner.getByLabel('IP address or CIDR range');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(/Shared Address Space/);
  await expect(field).toHaveAccessibleDescription(/Public address\./);
  await expect(field).toHaveAccessibleDescription(/Reference PX-/);
  await expect(field).toHaveValue('100.64.3.4');
  expect(await query('select id from entries')).toEqual(before);
});

test('an address that another organisation holds is never spoken of: its holder is asked first', async ({
  browser,
}) => {
  const holder = await signIn(browser, 'owner@globex.example');
  const heldId = await ask(holder, 'globex-mail', at.contested, 'Door controllers.');
  await becomes(heldId, 'in_review');
  await decide(support, heldId, 'Approve', 'Theirs by contract.');
  await becomes(heldId, 'active');

  const id = await ask(owner, server, at.contested, 'A scanner on the first floor.');
  await becomes(id, 'in_review');
  await owner.goto(entryPath(id));
  await expect(owner.getByText('In review').first()).toBeVisible();
  await tellsNothingOf(owner, 'globex');
  await expect(owner.getByText('another organisation', { exact: false })).toHaveCount(0);

  await support.goto(`/admin/requests/${id}`);
  const card = support.getByRole('region', { name: 'Held by somebody else' });
  await expect(card).toContainText('Globex, globex-mail');
  await card.getByLabel('Why it may have been given away').fill('The registry names Acme now.');
  await card.getByRole('button', { name: 'Start a takeover' }).click();
  await expect(card).toContainText('Asked, with time until');
  await decide(support, id, 'Approve', 'The registry names Acme.');
  await expect(support.getByText('The present holder has been asked and still has time')).toBeVisible();
  // What was typed is still there.
  await expect(support.getByLabel('Reason', { exact: true }).first()).toHaveValue('The registry names Acme.');

  await holder.goto(`/servers/globex-mail/whitelist/${heldId}`);
  await expect(holder.getByText('Is this address still yours?')).toBeVisible();
  await tellsNothingOf(holder, 'acme');
  await owner.reload();
  await tellsNothingOf(owner, 'globex');
  await becomes(id, 'in_review');
  await becomes(heldId, 'active');

  await holder.getByLabel('Why it is still yours').fill('We have had it since 2019.');
  await holder.getByRole('button', { name: 'It is still ours' }).click();
  await expect(holder.getByText('Your answer is with support.')).toBeVisible();
  await support.goto(`/admin/requests/${id}`);
  await card.getByText('Call the takeover off').first().click();
  await card.getByLabel('Why it stays with the holder').fill('The contract says so.');
  await card.getByRole('button', { name: 'Call the takeover off' }).click();
  await expect(card).toContainText('Asked before, and called off');
  await expect(card).toContainText('We have had it since 2019.');
  await holder.reload();
  await expect(holder.getByText('Is this address still yours?')).toBeHidden();
  await expect(holder.getByText('the address stays with you')).toBeVisible();
});

test('where nobody answers, it is not known and said so, and a person decides', async () => {
  const id = await ask(owner, server, at.silent, 'The PBX sends voice mail.');
  await becomes(id, 'in_review');
  await owner.goto(entryPath(id));
  for (const name of ['Static', 'Not residential', 'Dedicated', 'Not shared', 'Reputation']) {
    const row = requirement(owner, name);
    await expect(row).toContainText(`${name}: Not known`);
    await expect(row).toContainText('did not answer. Support looks at it.');
  }
  await support.goto(`/admin/requests/${id}`);
  const advice = support.getByRole('region', { name: 'Recommendation' });
  await expect(advice).toContainText('Ask before approving.');
  await expect(advice).toContainText('Nobody knows yet:');
  const answers = support.getByRole('region', { name: 'What each source answered' });
  await expect(answers).toContainText('did not answer');
});

test('asked back and answered: both read the thread, and it ends in force', async () => {
  const id = await ask(owner, server, at.questioned, 'A ticket printer.');
  await becomes(id, 'in_review');
  await support.goto(`/admin/requests/${id}`);
  await support.getByLabel('Begin with').selectOption({ label: 'Ask for the contract' });
  await expect(support.getByLabel('Reason', { exact: true })).toHaveValue(/^Your provider’s contract/);
  await support.getByRole('button', { name: 'Ask' }).click();
  await becomes(id, 'waiting');
  await owner.goto(entryPath(id));
  await expect(owner.getByText('Question for you').first()).toBeVisible();
  await expect(
    owner.getByText('Your provider’s contract or a bill would help', { exact: false }).first(),
  ).toBeVisible();
  // A customer talks with support, not with a person by name.
  await tellsNothingOf(owner, 'Mara');
  await owner.getByLabel('Your answer').fill('Contract 4711 with Provider, static since 2022.');
  await owner.getByRole('button', { name: 'Send answer' }).click();
  // Those words stand on the page before as well, in what happened until now.
  await becomes(id, 'in_review');
  await expect(owner.getByText('In review').first()).toBeVisible();
  await support.reload();
  await expect(support.getByText('Contract 4711 with Provider, static since 2022.').first()).toBeVisible();
  await decide(support, id, 'Approve', 'Contract 4711 names the address.');
  await becomes(id, 'active');
  await owner.reload();
  await expect(owner.getByText('In force').first()).toBeVisible();
  await expect(owner.getByText('Contract 4711 names the address.', { exact: false }).first()).toBeVisible();
});

test('a range needs two persons: the first alone changes nothing, nor does the first again', async () => {
  const id = await ask(owner, server, at.range, 'Four label printers.', ['45.82.6.9', '45.82.6.10']);
  await becomes(id, 'in_review');
  await support.goto(`/admin/requests/${id}`);
  await expect(support.getByText('A network this wide needs a second person.')).toBeVisible();
  const range = support.getByRole('region', { name: 'What the range would let in' });
  await expect(range).toContainText('8 addresses, 6 that a host can have.');
  await expect(range).toContainText('a.acme.example');
  await decide(support, id, 'Approve', 'Six printers, all named.');
  await expect(support.getByText('Your approval is noted. A second person has to follow.')).toBeVisible();
  await owner.goto(entryPath(id));
  await expect(owner.getByText('In review').first()).toBeVisible();
  await decide(support, id, 'Approve', 'Once more.');
  await expect(support.getByText('You have approved this already.')).toBeVisible();
  await becomes(id, 'in_review');
  await second.goto('/admin/requests?view=second');
  const row = second.getByRole('row', { name: at.range });
  await second.setViewportSize({ width: 390, height: 844 });
  await expect(row.getByText('needs two persons').filter({ visible: true })).toHaveCount(1);
  await second.setViewportSize({ width: 1280, height: 720 });
  await expect(row.getByText('needs two persons').filter({ visible: true })).toHaveCount(1);
  await row.getByRole('link').click();
  await expect(second.getByText('One person has approved. You would be the second.')).toBeVisible();
  await second.getByLabel('Reason', { exact: true }).fill('Counted them too.');
  await second.getByRole('button', { name: 'Approve' }).click();
  await expect(second.getByText('Approved. The address is in force.')).toBeVisible();
  await owner.reload();
  await expect(owner.getByText('In force').first()).toBeVisible();
});

test('of two reviewers the slower one reads what the faster one did, and keeps what was typed', async () => {
  const id = await ask(owner, server, at.raced, 'A scanner.');
  await becomes(id, 'in_review');
  await second.goto(`/admin/requests/${id}`);
  await second.getByLabel('Reason', { exact: true }).fill('Which device is it?');
  await decide(support, id, 'Approve', 'Your own name, proven.');
  await expect(support.getByText('Approved. The address is in force.')).toBeVisible();
  await second.getByRole('button', { name: 'Ask' }).click();
  const alert = decisionForm(second).getByRole('alert');
  await expect(alert).toContainText('Something has happened since you opened this.');
  await expect(alert).toContainText('Approved by Mara Lindt. “Your own name, proven.”');
  await expect(second.getByLabel('Reason', { exact: true })).toHaveValue('Which device is it?');
  await becomes(id, 'active');
});

test('whose account is closed reads so, and asks for no address until an admin opens it again', async ({
  browser,
}) => {
  const customer = await signIn(browser, 'owner@initech.example');
  const admin = await signIn(browser, 'admin@postern.example');
  const decideAbout = async (button: string) => {
    await admin.goto('/admin/accounts/initech');
    await admin.getByRole('button', { name: button }).click();
    const dialog = admin.getByRole('dialog').or(admin.getByRole('alertdialog'));
    await dialog.getByLabel('Reason').fill('A test of who may send.');
    await dialog.getByRole('button', { name: button }).click();
    await expect(dialog).toBeHidden();
  };
  await decideAbout('Close the account');
  await expect(admin.getByText('Closed by staff.', { exact: false })).toBeVisible();
  await expect(admin.getByText('closed the account. “A test of who may send.”')).toBeVisible();
  for (const page of ['/account/whitelist', '/servers/initech-trial/whitelist']) {
    await customer.goto(page);
    await expect(customer.getByText('Initech is cancelled')).toBeVisible();
    const request = customer.getByRole('button', { name: 'Request whitelisting' }).first();
    await expect(request).toHaveAccessibleDescription('The account is cancelled. Support can open it again.');
    await expect(customer.getByText('The first step is', { exact: false })).toHaveCount(0);
  }
  await customer.goto('/servers/initech-trial/whitelist/new');
  await expect(customer.getByText('Initech is cancelled')).toBeVisible();
  await expect(customer.getByLabel('IP address or CIDR range')).toHaveCount(0);
  await decideAbout('Reopen the account');
  await customer.goto('/servers/initech-trial/whitelist');
  await expect(customer.getByText('Initech is cancelled')).toBeHidden();
  await expect(customer.getByRole('link', { name: 'Request whitelisting' }).first()).toBeVisible();

  // A server may be cancelled alone.
  const asCancelled = async (status: string) =>
    query(`update servers set status = $1 where slug = 'initech-trial'`, [status]);
  await asCancelled('cancelled');
  for (const page of ['/servers/initech-trial/whitelist', '/servers/initech-trial/whitelist/new']) {
    await customer.goto(page);
    await expect(customer.getByText('initech-trial is cancelled')).toBeVisible();
    await expect(customer.getByRole('link', { name: 'Request whitelisting' })).toHaveCount(0);
    await expect(customer.getByLabel('IP address or CIDR range')).toHaveCount(0);
  }
  await admin.goto('/admin/accounts/initech');
  await expect(admin.getByRole('button', { name: 'Request an address' })).toHaveAccessibleDescription(
    'The server is cancelled.',
  );
  await asCancelled('active');

  // What does not exist stands in the frame of who is signed in, which is one.
  for (const [page, nowhere] of [
    [customer, '/servers/nobody-knows/whitelist'],
    [admin, '/admin/accounts/nobody-knows'],
  ] as const) {
    await page.goto(nowhere);
    await expect(page.getByRole('heading', { name: 'Nothing is here' })).toBeVisible();
    await expect(page.getByRole('main')).toHaveCount(1);
  }
});
