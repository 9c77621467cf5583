/** What a form has to say after it was sent: the one state type of every server action. */
export type ActionState =
  | { status: 'idle' }
  | {
      status: 'done';
      message: string;
      /** Something to take along that is shown this once. */
      value?: string;
    }
  | {
      status: 'refused';
      /** Stable machine code. */
      code: string;
      /** What we saw, in one sentence. */
      message: string;
      /** What to do. */
      nextStep?: string;
      /** Where to do it. */
      link?: { href: string; label: string };
      /** The rule of the policy that refuses. */
      requirement?: string;
      reference?: string;
      /** The field that the refusal is about. */
      field?: string;
      /** More than one field wrong: what is wrong with each. */
      fieldErrors?: Record<string, string>;
      /** Values of `field` that would be taken. */
      suggestions?: string[];
      /** Everything that was typed, so that nothing is lost. A checkbox that was ticked is 'on'. */
      values?: Record<string, string>;
    };

/** A server action as a form calls it. */
export type FormAction = (state: ActionState, form: FormData) => Promise<ActionState>;

export const idle: ActionState = { status: 'idle' };
