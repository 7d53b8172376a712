import * as pulumi from "@pulumi/pulumi";
import { type EnvironmentDefaults, environmentDefaults } from "./defaults";

/** The same defaults. Notes which of them are read. */
export const observed = (defaults: EnvironmentDefaults, read: Set<keyof EnvironmentDefaults>): EnvironmentDefaults =>
    new Proxy(defaults, {
        get: (all, key) => {
            read.add(key as keyof EnvironmentDefaults);
            return Reflect.get(all, key);
        },
    });

/** The lines of the problems that arguments have with these defaults. */
function problemsWith(resolve: (defaults: EnvironmentDefaults) => void, defaults: EnvironmentDefaults): string[] {
    try {
        resolve(defaults);
        return [];
    } catch (error) {
        if (!pulumi.RunError.isInstance(error)) {
            throw error;
        }
        return error.message.split("\n").filter((line) => / \[[\w-]+\/[\w-]+\]$/.test(line));
    }
}

/**
 * Notes what production refuses of the arguments of a component that this environment accepts.
 *
 * @param own the defaults of this environment
 */
export function noteRefused(resolve: (defaults: EnvironmentDefaults) => void, own: EnvironmentDefaults): void {
    const refused = problemsWith(resolve, environmentDefaults.production);
    if (refused.length > 0) {
        // What is refused only because it is resolved again, such as a name that exists, is none of them.
        const again = problemsWith(resolve, own);
        for (const line of refused.filter((each) => !again.includes(each))) {
            pulumi.log.info(`Production refuses this: ${line}`);
        }
    }
}
