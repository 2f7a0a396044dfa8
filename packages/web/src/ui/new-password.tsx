import { passwordLength } from '@assay/shared';
import { PasswordInput } from '@mantine/core';

/** A password, twice; `readNewPassword` reads it from the form. */
export function NewPassword({ label = 'Password' }: { label?: string }) {
  return (
    <>
      <PasswordInput
        label={label}
        description={`At least ${passwordLength.min} characters, and not easy to guess.`}
        name="password"
        autoComplete="new-password"
        required
        withAsterisk={false}
      />
      <PasswordInput label={`${label} again`} name="repeat" autoComplete="new-password" required withAsterisk={false} />
    </>
  );
}

/** Throws an Error that says what is wrong with it. */
export function readNewPassword(form: FormData): string {
  const password = String(form.get('password'));
  if (password.length < passwordLength.min)
    throw new Error(`The password needs at least ${passwordLength.min} characters.`);
  if (password !== form.get('repeat')) throw new Error('The two passwords are not the same.');
  return password;
}
