export const auth = {
  signIn: {
    title: 'Sign in',
    lead: (platform: string) =>
      `Manage the addresses from which ${platform} takes your mail without a password.`,
    email: 'Email',
    password: 'Password',
    button: 'Sign in',
    pending: 'Signing in',
    single: (provider: string) => `Sign in with ${provider}`,
    invitationHint: 'No password yet? Open the link in the invitation that your account owner sent you.',
    forgotten: (support: string) => `Forgotten it? Write to ${support}.`,
  },
  refusals: {
    wrong: {
      message: 'No person signs in with this email and password.',
      nextStep: 'Check both, and mind capital letters.',
    },
    throttled: {
      message: 'Too many attempts did not fit.',
      nextStep: 'Wait a few minutes, then try again.',
    },
    busy: {
      message: 'Many people sign in at this moment.',
      nextStep: 'Wait a minute, then try again.',
    },
    unknown_person: {
      message: 'Nobody here has the email that your provider has verified.',
      nextStep: 'Ask an owner of your account for an invitation.',
    },
    provider_failed: {
      message: 'Your provider did not complete the sign-in.',
      nextStep: 'Try again, or sign in with your password.',
    },
    missing_email: { message: 'The email is missing.', nextStep: 'Type the email address of your sign-in.' },
    missing_password: { message: 'The password is missing.', nextStep: 'Type it and sign in again.' },
    missing_name: { message: 'Your name is missing.', nextStep: 'Type it as others know you.' },
    name_refused: {
      message: 'This does not read as a name.',
      nextStep: 'Type it in at most 100 characters, without web and email addresses.',
    },
    missing_code: {
      message: 'The code is missing.',
      nextStep: 'Type the six digits that your authenticator shows now.',
    },
    code_wrong: {
      message: 'This code does not fit.',
      nextStep:
        'Type the six digits that your authenticator shows now. If none fits, the clock of its device is wrong.',
    },
    password_short: {
      message: 'This password is too short.',
      nextStep: 'Use at least 12 characters. Four random words are easy to remember.',
    },
    password_long: {
      message: 'This password is too long.',
      nextStep: 'Use at most 256 characters.',
    },
    password_like_email: {
      message: 'This password is little more than your email.',
      nextStep: 'Choose one that has nothing to do with it.',
    },
    password_known: {
      message: 'This password is among the first that anybody tries.',
      nextStep: 'Choose one that nobody else uses.',
    },
    password_unchanged: {
      message: 'This is the password that you have already.',
      nextStep: 'Choose another one: whoever knows the old one could go on signing in.',
    },
    passwords_differ: { message: 'The two passwords differ.', nextStep: 'Type the same one twice.' },
    invitation_gone: {
      message: 'This invitation was used already, or is older than it may be.',
      nextStep:
        'If you have set a password already, sign in. If not, ask the person who invited you for a new one.',
    },
  },
  secondFactor: {
    title: 'Your second factor',
    lead: 'Open your authenticator and type the code it shows for this sign-in.',
    lost: (support: string) => `Lost your authenticator? Write to ${support}.`,
    code: 'Six-digit code',
    button: 'Confirm',
    pending: 'Checking',
    setUpTitle: 'Set up your second factor',
    setUpLead: 'Scan this picture with an authenticator app, then type the code that it shows.',
    secret: 'Key, to type instead of scanning',
    copySecret: 'Copy the key',
    pictureAlt: 'QR code with the key of your second factor',
  },
  invitation: {
    pageTitle: 'Invitation',
    title: (account: string) => `Join ${account}`,
    lead: (email: string) => `You sign in as ${email}. Choose a password.`,
    name: 'Your name',
    password: 'New password',
    passwordHint: 'At least 12 characters. Four random words are easy to remember.',
    again: 'New password again',
    button: 'Set password and sign in',
    pending: 'Setting password',
    gone: 'This invitation no longer opens',
  },
};
