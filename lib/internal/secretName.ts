/** Whether a variable is named as a secret is: what it is set to would show to whoever sees what has it. */
export const isSecretName = (name: string): boolean => /(PASSWORD|TOKEN|KEY|SECRET)$/i.test(name);
