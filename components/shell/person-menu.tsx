import { shell } from '../../lib/web/messages/shell.ts';
import { SubmitButton } from '../ui/submit-button.tsx';

/** `role`: null for who belongs to no account. */
export type PersonView = { name: string; email: string; role: keyof typeof shell.roles | null };

/** Who is signed in, and the way out. */
export function PersonMenu({ person, signOut }: { person: PersonView; signOut: () => Promise<void> }) {
  return (
    <div className="mt-3 flex items-center justify-between gap-2 border-line border-t pt-3 pl-2">
      <div className="min-w-0">
        <p className="truncate" title={person.email}>
          {person.name}
        </p>
        {person.role === null ? null : <p className="text-second text-small">{shell.roles[person.role]}</p>}
      </div>
      <form action={signOut}>
        <SubmitButton variant="quiet" size="small">
          {shell.signOut}
        </SubmitButton>
      </form>
    </div>
  );
}
