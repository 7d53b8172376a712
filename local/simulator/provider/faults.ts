import { createHash } from "node:crypto";

export type Verb = "create" | "read" | "update" | "delete";

/**
 * A simulated answer: an error code, without effect; `cut` drops the connection, without effect; `kill` kills the
 * process before the call takes effect; `lose` kills it afterwards; `drop` drops the connection afterwards; `slow` delays the response; `break` lets
 * the operation fail that the call begins, after a creation or an update took effect; `fail` lets the containers
 * fail that the call starts, those of a Cloud Run service, worker pool or job, or of a job of Vertex AI.
 */
export type Answer = number | "break" | "cut" | "drop" | "fail" | "kill" | "lose" | "slow";

/** A simulated error of calls. */
export interface Fault {
    verb: Verb;
    /** Only calls of this type, such as `gcp:pubsub/topic:Topic`; by default of all types. */
    type?: string;
    /** Only calls for the resource with this name in the program. */
    name?: string;
    /** The number of the matching call, from 1, including retries; by default all calls. */
    call?: number;
    answer: Answer;
    /**
     * The duration of a `slow` answer.
     *
     * @default 60
     */
    seconds?: number;
}

/** A simulated propagation delay: calls that require a new API or account fail at first. */
export interface Delay {
    /** APIs that were enabled, or service accounts that were created. */
    delay: "api" | "account";
    /** The number of calls that fail. */
    calls?: number;
    /** The duration. */
    seconds?: number;
}

/** All simulated errors of a run. */
export interface FaultPlan {
    faults?: (Fault | Delay)[];
    /** Selects calls by this number and the verb, type and name of the resource, so that runs are reproducible. */
    seed?: number;
    /**
     * The share of calls that the seed selects: of each resource and verb the first call in each process.
     *
     * @default 0.1
     */
    rate?: number;
    /**
     * Possible answers of the calls that the seed selects.
     *
     * @default [403, 429, 500, 503, "cut", "slow"]
     */
    answers?: Answer[];
    /**
     * How much faster time passes for retries, slow answers and delays.
     *
     * @default 60: a minute takes a second
     */
    speed?: number;
}

/** The properties of a call that faults match. */
export interface FaultCall {
    verb: Verb;
    token: string;
    /** The resource's name in the program. */
    name: string;
    /** Whether it is an operation that a call started, which only faults of exactly its type match. */
    isBegun?: boolean;
}

/** The answer of a matched call. */
export interface FaultAnswer {
    answer: Answer;
    seconds: number;
}

/** Kills this process immediately, like SIGKILL. */
export function kill(): void {
    process.kill(process.pid, "SIGKILL");
}

const isFault = (item: Fault | Delay): item is Fault => "verb" in item;
const slowSeconds = 60;

/** Counts the calls of a process and selects faults. */
export class Faults {
    readonly speed: number;
    readonly delays: Delay[];
    /** Whether the process is about to be killed: no new calls start. */
    ending = false;
    private readonly faults: Fault[];
    private readonly counted = new Map<Fault, number>();
    private readonly met = new Set<string>();

    constructor(
        private readonly plan: FaultPlan = {},
        /** Ends the process for `kill` and `lose`. */
        private readonly ended: () => void = kill,
    ) {
        const all = plan.faults ?? [];
        this.faults = all.filter(isFault);
        this.delays = all.filter((item): item is Delay => !isFault(item));
        this.speed = plan.speed ?? 60;
    }

    /** Returns the fault of a call, if any. */
    next(call: FaultCall): FaultAnswer | undefined {
        let injected = call.isBegun ? undefined : this.picked(call);
        for (const fault of this.faults) {
            const { verb, type = call.token, name = call.name } = fault;
            if (call.isBegun && fault.type === undefined) {
                continue;
            }
            if (verb !== call.verb || type !== call.token || name !== call.name) {
                continue;
            }
            const count = (this.counted.get(fault) ?? 0) + 1;
            this.counted.set(fault, count);
            if (count === (fault.call ?? count)) {
                injected = { answer: fault.answer, seconds: fault.seconds ?? slowSeconds };
            }
        }
        return injected;
    }

    end(): void {
        this.ending = true;
        this.ended();
    }

    /** The answer that the seed selects for the first call of a verb and resource. */
    private picked({ verb, token, name }: FaultCall): FaultAnswer | undefined {
        const { seed, rate = 0.1, answers = [403, 429, 500, 503, "cut", "slow"] } = this.plan;
        const key = [verb, token, name].join("\n");
        if (seed === undefined || this.met.has(key)) {
            return undefined;
        }
        this.met.add(key);
        const hash = createHash("sha256").update(`${seed}\n${key}`).digest();
        const answer = answers[hash.readUInt32BE(4) % answers.length];
        return answer !== undefined && hash.readUInt32BE(0) < rate * 2 ** 32
            ? { answer, seconds: slowSeconds }
            : undefined;
    }
}
