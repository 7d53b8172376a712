import { type Hooks, hooksOf } from "./hooks";
import { Program } from "./program";

/** What the program's thread sends to the thread of the hooks. */
export interface ThreadData {
    /** The folder in which the program runs. */
    folder: string;
    /** An error that the program fails with. */
    failure?: { name: string; message: string };
}

let program: Program | undefined;
let failure: ThreadData["failure"];

/** Called by Node: https://nodejs.org/docs/latest-v20.x/api/module.html#initialize */
export function initialize(data: ThreadData): void {
    program = new Program(data.folder);
    failure = data.failure;
}

const hooks = hooksOf(
    () => program as Program,
    () => {
        if (failure) {
            throw Object.assign(new Error(failure.message), { name: failure.name });
        }
    },
);

export const resolve: Hooks["resolve"] = hooks.resolve;
export const load: Hooks["load"] = hooks.load;
