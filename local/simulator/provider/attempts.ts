import { GoogleError } from "../cloud/errors";
import { DroppedConnection, errorOfCode } from "./calls";
import type { DelayedStore } from "./delayedStore";
import type { FaultAnswer, FaultCall, Faults } from "./faults";
import { PartialFailure } from "./partialFailure";
import type { Clock } from "./simulatedTime";

/** An API call of the engine. */
export interface ApiCall extends FaultCall {
    urn: string;
    /** The retry timeout; 0 for the provider's default. */
    timeoutSeconds: number;
    /** Called when the response is delayed, with the delay in milliseconds. */
    pending?(ms: number): void;
    /** The provider's error if the operation fails that the call begins, after a creation or an update with this result. */
    broken?(result?: unknown): Error;
}

/** Reports to the user what a call waits for; `isStatus` marks a line that the next one replaces. */
export type Progress = (urn: string, text: string, isStatus: boolean) => void;

/** Reports that a call would be sent; can throw. Returns whether the containers that it starts fail. */
export type Sent = () => boolean;

type Reason = "transient" | "conflict" | "late";

/** The provider's default timeout. */
const timeoutSeconds = 20 * 60;
const latestSeconds = 3 * 60;
/** The maximum number of policy updates after conflicts. */
const conflicts = 5;

/** The initial and maximum delay between retries, with exponential backoff. */
const waits: Record<Reason, [initialMs: number, maxMs: number]> = {
    transient: [500, 10_000],
    conflict: [1000, 16_000],
    late: [1000, 10_000],
};

/**
 * Retries API calls like Google's provider: after 429, 500, 502, 503 and dropped connections, and policy updates after
 * conflicts.
 */
export class Attempts {
    constructor(
        private readonly faults: Faults,
        private readonly clock: Clock,
        private readonly late?: DelayedStore,
        readonly progress: Progress = () => undefined,
    ) {}

    /** @param attempt makes the call, and reports when it would be sent */
    async run<Result>(call: ApiCall, attempt: (sent: Sent) => Result | Promise<Result>): Promise<Result> {
        // Counts only intended delays: a busy machine does not use up the timeout.
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
                this.reportRetry(call, reason, failed[reason], elapsed, error as Error);
                const [first, max] = waits[reason];
                if (!(await wait(Math.min(first * 2 ** (failed[reason] - 1), max)))) {
                    throw error;
                }
                await this.unlessEnding();
            }
        }
    }

    private async once<Result>(
        fault: FaultAnswer | undefined,
        call: ApiCall,
        attempt: (sent: Sent) => Result | Promise<Result>,
        wait: Clock["sleep"],
    ): Promise<Result> {
        const result = await attempt(() => this.strike(fault, call));
        if (fault?.answer === "break") {
            throw call.broken?.(result);
        }
        if (fault?.answer === "lose") {
            this.faults.end();
        }
        if (fault?.answer === "drop") {
            throw new DroppedConnection();
        }
        if (fault?.answer === "slow") {
            call.pending?.((fault.seconds * 1000) / this.faults.speed);
            await wait(fault.seconds * 1000);
            await this.unlessEnding();
        }
        return result;
    }

    /** Applies faults before a call takes effect; returns whether the containers that it starts fail. */
    private strike(fault: FaultAnswer | undefined, { verb, token, broken }: ApiCall): boolean {
        if (fault?.answer === "kill") {
            this.faults.end();
        }
        if (fault?.answer === "cut") {
            throw new DroppedConnection();
        }
        if (typeof fault?.answer === "number") {
            throw errorOfCode(fault.answer, isPolicy(token), token);
        }
        if (fault?.answer === "break" && verb === "delete") {
            throw broken?.();
        }
        return fault?.answer === "fail";
    }

    /** Why a failed call is retried, if it is. */
    private reason({ token }: FaultCall, error: unknown): Reason | undefined {
        if (error instanceof PartialFailure) {
            return undefined;
        }
        if (this.late && this.late.missed.size > 0) {
            return "late";
        }
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        if (cause instanceof DroppedConnection || (cause instanceof GoogleError && isTransient(cause))) {
            return "transient";
        }
        return cause instanceof GoogleError && cause.code === 409 && isPolicy(token) ? "conflict" : undefined;
    }

    private reportRetry(call: ApiCall, reason: Reason, failures: number, elapsed: number, error: Error): void {
        const [line] = error.message.split("\n");
        if (reason !== "late") {
            this.progress(call.urn, `retrying: ${line}`, true);
        } else if (failures === 1) {
            const what = [...(this.late?.missed ?? [])].join(", ");
            this.progress(call.urn, `waiting up to 3 minutes for ${what} to propagate: ${line}`, false);
        } else {
            this.progress(call.urn, `waited ${Math.round(elapsed / 1000)} s: ${line}`, true);
        }
    }

    /** Never resolves when the process is about to be killed, so that nothing happens afterwards. */
    private unlessEnding(): Promise<void> {
        return this.faults.ending ? new Promise(() => undefined) : Promise.resolve();
    }
}

function isOver(reason: Reason, failures: number, elapsed: number, call: ApiCall): boolean {
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

/** The provider's error after too many conflicts. */
function tooManyConflicts({ message, cause }: Error): Error {
    const text = message.replace(
        /Error applying IAM policy for (.*): Error setting/,
        "Error applying IAM policy to $1: Too many conflicts.  Latest error: Error setting",
    );
    return new Error(text, { cause });
}
