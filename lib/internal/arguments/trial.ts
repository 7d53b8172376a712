import * as pulumi from "@pulumi/pulumi";

let isTrial = false;

/** Whether arguments are only tried: nothing is printed then, and outputs are not checked. */
export const isTried = (): boolean => isTrial;

/** Runs what resolves arguments, without anything that outlives it. */
export function tried<Result>(run: () => Result): Result {
    const before = isTrial;
    isTrial = true;
    try {
        return run();
    } finally {
        isTrial = before;
    }
}

/** Warns of arguments, unless they are only tried. */
export function warn(text: string): void {
    if (!isTrial) {
        pulumi.log.warn(text);
    }
}
