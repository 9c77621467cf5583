/** An admin's page of one person: what is kept about them, and how it is forgotten. */
export const staffPerson = {
  title: 'Person',
  erasedName: 'Somebody who was erased',
  lead: 'What is kept about this person. They may ask for it, and to be forgotten.',
  facts: {
    email: 'Email',
    name: 'Name',
    since: 'Since',
    accounts: 'Accounts',
    staff: 'Staff',
    erased: 'Erased',
  },
  belongs: (role: string, account: string, ended: boolean) =>
    ended ? `${account}, was ${role.toLowerCase()}` : `${account}, ${role.toLowerCase()}`,
  nowhere: 'None',
  export: {
    title: 'Hand out what is kept',
    text: 'A file with everything: who they are, where they belong, how they signed in, what they did and wrote, and what was written to them. Passwords and secrets are said to exist, and not told. That it was handed out stands in the log.',
    submit: 'Export as JSON',
  },
  erase: {
    title: 'Forget who they are',
    text: 'Name, e-mail address, password, sessions, tokens, and the addresses that they came from are deleted. What they decided stays, with a number instead of the name, and the log still proves itself.',
    submit: 'Erase this person',
    confirmTitle: (name: string) => `Erase ${name}`,
    confirmText:
      'It cannot be taken back. They are signed out everywhere, and nobody can tell afterwards who it was.',
    reason: 'Reason',
    done: 'Erased. The log keeps a number, and no name.',
    already: 'This person was erased.',
    yourself: {
      message: 'Nobody erases themselves.',
      nextStep: 'Another admin has to do it.',
    },
    lastAdmin: {
      message: 'This is the last admin.',
      nextStep: 'Add another one first: npm run postern -- staff add.',
    },
  },
};
