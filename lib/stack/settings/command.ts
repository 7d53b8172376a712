/** The hint that ends an error: the command that sets a configuration value. */
export function setWith(setting: string, value: string): string {
    return `Set it with 'pulumi config set ${setting} ${value}'.`;
}

/** The same for `slipway:environments`. */
export const setEnvironments = setWith("--path slipway:environments.<stack>", "<project id>");
