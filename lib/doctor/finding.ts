/** What a check found. */
export interface Finding {
    /** What was looked at, such as `Pulumi`. */
    check: string;
    /** A warning does not keep a program from running everywhere: without credentials, it still runs on the local Google Cloud. */
    state: "ok" | "warning" | "error";
    /** What is there, or is missing. */
    found: string;
    /** The command that corrects it, or what to do. */
    mend?: string;
}

/** What the checks read. They send no requests over the network. */
export interface Surroundings {
    /** The folder of the command. */
    folder: string;
    env: NodeJS.ProcessEnv;
    /** The folder of the user. */
    home: string;
    /** The version of Node, such as `20.11.0`. */
    node: string;
    /** The output of a command, or undefined if it cannot be run. */
    run(command: string, ...args: string[]): string | undefined;
}

export const ok = (check: string, found: string): Finding => ({ check, state: "ok", found });

export const warning = (check: string, found: string, mend: string): Finding => ({
    check,
    state: "warning",
    found,
    mend,
});

export const error = (check: string, found: string, mend: string): Finding => ({ check, state: "error", found, mend });
