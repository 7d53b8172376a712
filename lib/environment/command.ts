/** How a setting is mended: by the command that sets it. */
export function setWith(setting: string, value: string): string {
    return `Set it with 'pulumi config set ${setting} ${value}'.`;
}

/** How what a stack knows of the others is mended. */
export const setEnvironments = setWith("--path slipway:environments.<stack>", "<project id>");
