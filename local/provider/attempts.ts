import { GoogleError } from "../cloud/errors";
import { CutConnection, words } from "./calls";
import type { Clock } from "./clock";
import type { Called, Faults, Struck } from "./faults";
import type { LateStore } from "./late";
import { PartlyMade } from "./partlyMade";

/** A call of the API as the engine asks for it. */
export interface Asked extends Called {
    urn: string;
    /** How long it may be repeated; 0 for as long as the provider does by itself. */
    timeoutSeconds: number;
    /** Called when the answer comes late, with how long that takes, in milliseconds. */
    pending?(ms: number): void;
}

/** Tells the person who deploys what is waited for; `isStatus` for a line that the next one replaces. */
export type Progress = (urn: string, text: string, isStatus: boolean) => void;

type Reason = "transient" | "conflict" | "late";

/** The default of the provider's own timeouts. */
const timeoutSeconds = 20 * 60;
const latestSeconds = 3 * 60;
/** How often a policy is read, changed and written anew. */
const conflicts = 5;

/** The longest wait before a repetition, and the first; each is twice the one before. */
const waits: Record<Reason, [firstMs: number, mostMs: number]> = {
    transient: [500, 10_000],
    conflict: [1000, 16_000],
    late: [1000, 10_000],
};

/**
 * Calls of the API that are made until they succeed, as Google's provider does: it repeats them after 429, 500, 502, 503 and
 * dropped connections, and changes a policy anew that another changed meanwhile.
 */
export class Attempts {
    constructor(
        private readonly faults: Faults,
        private readonly clock: Clock,
        private readonly late?: LateStore,
        readonly progress: Progress = () => undefined,
    ) {}

    /** @param attempt makes the call, and says when it would be sent */
    async run<Result>(call: Asked, attempt: (sent: () => void) => Result | Promise<Result>): Promise<Result> {
        // What was waited on purpose: a busy machine takes none of the time that a call may be repeated.
        let elapsed = 0;
        const wait = (ms: number) => {
            elapsed += ms;
            return this.clock.sleep(ms);
        };
        const failed: Record<Reason, number> = { transient: 0, conflict: 0, late: 0 };
        for (;;) {
            this.late?.missed.clear();
            try {
                return await this.once(this.faults.next(call), call, attempt, wait);
            } catch (error) {
                const reason = this.reason(call, error);
                if (reason === undefined || isOver(reason, ++failed[reason], elapsed, call)) {
                    throw reason === "conflict" ? tooManyConflicts(error as Error) : error;
                }
                this.tell(call, reason, failed[reason], elapsed, error as Error);
                const [first, most] = waits[reason];
                if (!(await wait(Math.min(first * 2 ** (failed[reason] - 1), most)))) {
                    throw error;
                }
                await this.unlessEnding();
            }
        }
    }

    private async once<Result>(
        struck: Struck | undefined,
        call: Asked,
        attempt: (sent: () => void) => Result | Promise<Result>,
        wait: Clock["sleep"],
    ): Promise<Result> {
        const result = await attempt(() => this.strike(struck, call));
        if (struck?.answer === "lose") {
            this.faults.end();
        }
        if (struck?.answer === "slow") {
            call.pending?.((struck.seconds * 1000) / this.faults.speed);
            await wait(struck.seconds * 1000);
            await this.unlessEnding();
        }
        return result;
    }

    /** What befalls a call before it has any effect. */
    private strike(struck: Struck | undefined, { token }: Called): void {
        if (struck?.answer === "kill") {
            this.faults.end();
        }
        if (struck?.answer === "cut") {
            throw new CutConnection();
        }
        if (typeof struck?.answer === "number") {
            throw words(struck.answer, isPolicy(token), token);
        }
    }

    /** Why a call that failed is repeated, if it is. */
    private reason({ token }: Called, error: unknown): Reason | undefined {
        if (error instanceof PartlyMade) {
            return undefined;
        }
        if (this.late && this.late.missed.size > 0) {
            return "late";
        }
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        if (cause instanceof CutConnection || (cause instanceof GoogleError && isTransient(cause))) {
            return "transient";
        }
        return cause instanceof GoogleError && cause.code === 409 && isPolicy(token) ? "conflict" : undefined;
    }

    private tell(call: Asked, reason: Reason, failures: number, elapsed: number, error: Error): void {
        const [line] = error.message.split("\n");
        if (reason !== "late") {
            this.progress(call.urn, `repeating: ${line}`, true);
        } else if (failures === 1) {
            const what = [...(this.late?.missed ?? [])].join(", ");
            this.progress(call.urn, `waiting up to 3 minutes until ${what} is known everywhere: ${line}`, false);
        } else {
            this.progress(call.urn, `waited ${Math.round(elapsed / 1000)} s: ${line}`, true);
        }
    }

    /** Never returns when the process is about to end: what comes then is not to happen. */
    private unlessEnding(): Promise<void> {
        return this.faults.ending ? new Promise(() => undefined) : Promise.resolve();
    }
}

function isOver(reason: Reason, failures: number, elapsed: number, call: Asked): boolean {
    switch (reason) {
        case "conflict":
            return failures >= conflicts;
        case "late":
            return elapsed >= latestSeconds * 1000;
        case "transient":
            return elapsed >= (call.timeoutSeconds || timeoutSeconds) * 1000;
    }
}

const isTransient = ({ code, reason }: GoogleError) =>
    [429, 500, 502, 503].includes(code) || (code === 409 && reason === "operationInProgress");
const isPolicy = (token: string) => /I[aA][mM](Member|Binding|Policy)$/.test(token);

/** The provider's words when it gives up changing a policy. */
function tooManyConflicts({ message, cause }: Error): Error {
    const text = message.replace(
        /Error applying IAM policy for (.*): Error setting/,
        "Error applying IAM policy to $1: Too many conflicts.  Latest error: Error setting",
    );
    return new Error(text, { cause });
}
