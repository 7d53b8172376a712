/** Whether a variable has the name of a secret, whose value must not be plain text. */
export const isSecretName = (name: string): boolean => /(PASSWORD|TOKEN|KEY|SECRET)$/i.test(name);
